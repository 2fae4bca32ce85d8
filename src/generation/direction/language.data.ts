/** Plurals that no rule of spelling leads back, and words whose last letter only looks like one. */
export const IRREGULAR_PLURALS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    children: 'child',
    cookies: 'cookie',
    elves: 'elf',
    feet: 'foot',
    geese: 'goose',
    heroes: 'hero',
    hooves: 'hoof',
    horses: 'horse',
    knives: 'knife',
    leaves: 'leaf',
    lenses: 'lens',
    lens: 'lens',
    men: 'man',
    mice: 'mouse',
    movies: 'movie',
    news: 'news',
    potatoes: 'potato',
    selfies: 'selfie',
    shelves: 'shelf',
    smoothies: 'smoothie',
    superheroes: 'superhero',
    tomatoes: 'tomato',
    tornadoes: 'tornado',
    volcanoes: 'volcano',
    wolves: 'wolf',
    women: 'woman',
    zombies: 'zombie',
  }),
);

/**
 * What turns the words behind it into their contrary: “no dark or harsh light”. Those of `alsoAfterAnd` reach over an “and”: “without cars
 * and people”, but not “no cars and warm light”. `despiteTheLook` negates nothing.
 */
export const NEGATIONS = {
  untilAnd: `no, not, never, non, neither, nor, less, zero, isnt, arent, dont, doesnt, wont, cant, shouldnt, kein,
    keine, instead of, rather than, no hint of, no trace of, no sign of, no touch of, no kind of`,
  alsoAfterAnd: `without, avoid, avoiding, exclude, excluding, omit, except, except for, minus, sans, lacking,
    ohne, free of, free from, devoid of, absence of, lack of, remove, do not use, do not include,
    without any hint/trace/sign of`,
  despiteTheLook: 'not only, not just, not merely, no less, no doubt, no matter, nothing less, no longer',
} as const;

/** Words behind which another thought begins: a negation ends there, and no phrase reaches across. */
export const BOUNDARIES = new Set(
  `but with in on at under over near by during behind before above below beside between inside outside through against into onto from of for
   as while where when that which who only just instead is are was`.split(/\s+/),
);

/** Words that a negation reaches through without being spent on them. */
export const NEGATION_FILLERS = new Set(
  `a an the any some too so very overly much many more or nor and it its to be want look looking like use using make making have having show
   showing include including get add ein eine`.split(/\s+/),
);

/** Determiners begin another noun; after what was negated they end the negation too. */
export const DETERMINERS = new Set(['a', 'an', 'the', 'his', 'her', 'their', 'my', 'our']);

/** Content words that one negation reaches at most. */
export const NEGATION_REACH = 4;

/** Set expressions in which the words before the last lose their own meaning: a golden retriever asks for no golden light. */
export const COMPOUNDS = `golden retriever, golden eagle, golden gate, golden gate bridge, snow leopard, sea lion,
  fire engine, fire truck, fire fighter, fire escape, fire hydrant, spring onion, neon tetra, film camera,
  storm trooper, ice skate, ice hockey, night stand, winter coat, summer dress, rain coat, rain jacket,
  desert boot, flower dress, flower crown, flower pot, running shoe, running water, racing bike, space bar,
  light bulb, coffee table, street food, street art, city council, model train, model ship, model car, toy car,
  toy soldier, teddy bear, sun flower, sea food, sea salt, sea shell, dark hair, dark eye, dark chocolate,
  dark skin, dark wood, soft toy, soft drink, hard hat, hard drive,
  black and white cat/dog/cow/horse/kitten/puppy/rabbit/penguin/bird/panda/tile/floor/dress/suit/stripe/stripes/checkerboard/chessboard/magpie,
  fashion designer, interior designer, food truck, moon cake, portrait lens, warm coat, warm sweater, warm bread,
  cool guy, cool kid, cool box, cool dude, product manager,
  commercial airplane/aircraft/plane/airliner/street/building/district, natural history museum, studio apartment,
  minimal wage, standard poodle, standard lamp, giant panda, tower bridge, magazine rack, drone pilot,
  hero sandwich, wide eye, wide smile, golden eye, aerial acrobat/acrobatic/acrobatics/silk/yoga, evening gown,
  evening dress, hot spring, ring light, power plant, race car, western europe`;

/** Set expressions in which no word keeps its own meaning for a picture's look. */
export const NAMES = `hot dog, movie star, pop star, snow white, star war, landscape format, landscape orientation,
  landscape mode, portrait format, portrait orientation, portrait mode, light/lit/lighting/lamp … from above,
  light/lit/lighting/lamp … from below, still alive, fall asleep, falling asleep, ice cream, fast food chain,
  film crew, film festival, rock star, sun screen, high noon saloon, bird eye, worm eye, fish eye, eye level,
  negative space, empty space, living space, open space, office space, white space`;
