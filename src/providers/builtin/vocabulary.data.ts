export const SCENES = [
  'mountains',
  'sea',
  'city',
  'forest',
  'desert',
  'meadow',
  'portrait',
  'still-life',
  'space',
  'flower',
  'abstract',
] as const;
export type SceneName = (typeof SCENES)[number];

export const TIMES = ['night', 'sunset', 'dawn', 'dusk', 'day'] as const;
export type TimeOfDay = (typeof TIMES)[number];

/** Words that speak for a scene; the number says how strongly. Singular, lower case; a space stands for a phrase. */
export const SCENE_WORDS: Readonly<Record<SceneName, Readonly<Record<number, string>>>> = {
  mountains: {
    4: 'mountain|peak|alps|alpine|summit|himalaya|matterhorn|fjord|dolomite|glacier|volcano',
    3: 'ridge|cliff|highland|range|landscape|canyon|valley|wilderness|tundra|arctic|iceland|norway|patagonia',
    2: 'lake|snow|rock|nature|hike|scenery|castle|dragon|aurora|northern light|waterfall|mist|misty|eagle|wolf|bear|deer',
  },
  sea: {
    4: 'sea|ocean|seascape|beach|coast|harbor|harbour|island|lagoon|wave|surf|lighthouse|shipwreck|underwater',
    3: 'boat|ship|sail|sailboat|yacht|shore|bay|tide|pirate|whale|dolphin|fish|reef|pier|horizon',
    2: 'water|sunset|sunrise|tropical|storm|calm',
  },
  city: {
    4: 'city|cityscape|skyline|metropolis|downtown|skyscraper|manhattan|tokyo|cyberpunk|urban|megacity|shanghai|hong kong',
    3: 'street|building|tower|architecture|neon sign|futuristic|new york|london|paris|dystopian|steampunk|robot|car|bridge|train|station',
    2: 'neon|traffic|rain|rooftop|cafe|market|house|office|alley',
  },
  forest: {
    4: 'forest|woods|woodland|jungle|redwood|rainforest|grove',
    3: 'tree|pine|birch|oak|fern|moss|mushroom|cabin|fairy|elf|fox|enchanted|path',
    2: 'leaf|autumn|green|trail|magic|witch|owl|rabbit|squirrel',
  },
  desert: {
    4: 'desert|dune|sahara|namib|oasis|gobi|pyramid',
    3: 'sand|camel|cactus|mesa|arid|caravan|mars|badland|nomad',
    2: 'dry|barren|heat|egypt',
  },
  meadow: {
    4: 'meadow|field|grassland|prairie|countryside|pasture|vineyard|farmland|steppe|tuscany',
    3: 'hill|grass|farm|village|wheat|lavender field|sunflower field|barn|windmill|horse|sheep|cow|rolling',
    2: 'spring|summer|picnic|garden path|wildflower',
  },
  portrait: {
    5: 'portrait|headshot|bust|face|selfie|statue|sculpture',
    4: 'woman|man|girl|boy|person|model|king|queen|warrior|astronaut portrait|knight|samurai|actor|musician|dancer|child|lady|gentleman|wizard',
    2: 'hair|eye|smile|fashion|profile|character|beauty|scientist|chef|soldier',
  },
  'still-life': {
    5: 'still life|product|bottle|perfume|vase|teapot|packshot|tabletop',
    4: 'cup|coffee|tea|mug|wine|glass|bowl|fruit|apple|orange fruit|pear|lemon|watch|sneaker|shoe|lamp|candle|cosmetic|jar|table|ceramic|pottery',
    3: 'food|cake|bread|burger|pizza|headphone|phone|camera|book|toy|pearl|sphere|ring|jewelry|gadget|kitchen',
  },
  space: {
    5: 'space|galaxy|nebula|planet|cosmos|saturn|jupiter|universe|supernova|black hole|milky way',
    4: 'cosmic|astronaut|spaceship|star field|starship|asteroid|comet|orbit|interstellar|alien world|exoplanet',
    2: 'star|alien|sci-fi|eclipse',
  },
  flower: {
    5: 'flower|rose|tulip|lotus|orchid|dahlia|peony|sunflower|daisy|lily|blossom|bouquet',
    4: 'petal|bloom|floral|botanical|hibiscus|poppy|chrysanthemum|cherry blossom',
    2: 'garden|macro|butterfly|bee|plant|lavender',
  },
  abstract: {
    5: 'abstract|pattern|texture|fractal|swirl|wallpaper|gradient|geometric|psychedelic|generative',
    3: 'smoke|silk|liquid|fluid|flow|ink|marble|dream|energy|music|emotion|idea|concept',
    1: 'color|colour|light|background',
  },
};

/** Things that can be in a picture, whatever its scene; a negative prompt takes them away by the same words. */
export const FEATURE_WORDS = {
  sun: 'sun|sunny|sunlight|sunshine|sunset|sunrise|sunbeam|lens flare',
  moon: 'moon|moonlight|moonlit|moonrise|crescent',
  stars: 'star|starry|starlight|milky way|constellation',
  clouds: 'cloud|cloudy|overcast|storm|stormy|thunder|cumulus',
  storm: 'storm|stormy|thunder|thunderstorm|tempest|lightning|dramatic sky',
  rain: 'rain|rainy|drizzle|wet|puddle|downpour',
  snow: 'snow|snowy|winter|ice|icy|frozen|frost|arctic|blizzard|glacier',
  fog: 'fog|foggy|mist|misty|haze|hazy|smoke|smoky|ethereal|mysterious',
  rays: 'ray|god ray|sunbeam|volumetric|light shaft|beam',
  birds: 'bird|seagull|flock|crow|eagle|geese',
  trees: 'tree|pine|forest|woods|fir|conifer|spruce|woodland',
  water: 'lake|river|water|reflection|pond|fjord|bay|mirror|waterfront|harbor|harbour',
  boat: 'boat|ship|sail|sailboat|yacht|sailing',
  people: 'people|person|human|crowd|man|woman|figure|hiker|traveler|wanderer',
  lighthouse: 'lighthouse',
  island: 'island|tropical|rock|coast|cliff|archipelago|beach|shore',
  aurora: 'aurora|northern light|borealis',
  planet: 'planet|saturn|jupiter|world|exoplanet|mars|earth|moon',
  rings: 'ring|ringed|rings|saturn',
  autumn: 'autumn|fall|october|november|golden leaves|orange leaves',
  blossom: 'blossom|wildflower|lavender|poppy|spring|flower|sunflower',
  neon: 'neon|cyberpunk|futuristic|synthwave|vaporwave|blade runner|hologram',
  buildings: 'building|house|city|town|skyscraper|tower',
  hair: 'hair|woman|girl|queen|lady|princess',
  grain: 'grain|noise|grainy|noisy|film grain',
  vignette: 'vignette|vignetting|dark corner|dark edge',
  glow: 'glow|bloom|glare|halo|lens flare',
  blur: 'blur|blurry|bokeh|out of focus|depth of field|unfocused',
  margin: 'border|frame|margin',
} as const satisfies Readonly<Record<string, string>>;
export type Feature = keyof typeof FEATURE_WORDS;

export const TIME_WORDS: Readonly<Record<TimeOfDay, string>> = {
  night: 'night|midnight|nocturnal|starry|moonlit|moonlight|milky way|aurora|northern light|nighttime',
  dusk: 'dusk|twilight|blue hour|evening|gloaming',
  sunset: 'sunset|golden hour|golden light|sundown',
  dawn: 'dawn|sunrise|morning|daybreak',
  day: 'day|noon|midday|afternoon|sunny|daylight|bright',
};

/** Hues in turns of what people call a colour; saturation and value finish it. */
export const COLOR_WORDS: Readonly<Record<string, readonly [hue: number, saturation: number, value: number]>> = {
  red: [0.99, 0.82, 0.78],
  crimson: [0.97, 0.85, 0.66],
  scarlet: [0.01, 0.88, 0.85],
  orange: [0.07, 0.88, 0.94],
  amber: [0.11, 0.85, 0.93],
  gold: [0.12, 0.68, 0.85],
  golden: [0.12, 0.68, 0.85],
  yellow: [0.14, 0.8, 0.95],
  green: [0.34, 0.62, 0.58],
  emerald: [0.41, 0.75, 0.55],
  teal: [0.49, 0.7, 0.55],
  turquoise: [0.48, 0.62, 0.8],
  cyan: [0.51, 0.75, 0.85],
  blue: [0.6, 0.74, 0.78],
  azure: [0.57, 0.68, 0.9],
  indigo: [0.69, 0.7, 0.55],
  purple: [0.77, 0.62, 0.65],
  violet: [0.75, 0.65, 0.75],
  lavender: [0.73, 0.35, 0.85],
  magenta: [0.87, 0.75, 0.8],
  pink: [0.93, 0.45, 0.93],
  coral: [0.02, 0.6, 0.95],
  brown: [0.06, 0.6, 0.45],
  white: [0.1, 0.04, 0.95],
  silver: [0.6, 0.05, 0.75],
  black: [0.65, 0.15, 0.12],
};
