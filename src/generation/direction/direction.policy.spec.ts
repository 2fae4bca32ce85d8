import type { VisualParameters } from '../../providers/image-provider.port.js';
import { directByRules } from './direction.policy.js';

const NOTHING = {};
type Expected = Partial<VisualParameters>;

/** Prompts as people write them, and what an art director would have to choose. */
const CHOICES: readonly (readonly [prompt: string, expected: Expected])[] = [
  [
    'Portrait of an old fisherman, weathered face, at sunset',
    {
      camera_angle: 'eye-level',
      fov: 'telephoto',
      lighting: 'golden-hour',
      color_palette: 'warm',
      composition: 'centered',
      style: 'editorial',
    },
  ],
  [
    'A woman in a red dress walking through Tokyo at night in the rain',
    { camera_angle: 'eye-level', fov: 'standard', lighting: 'dramatic', color_palette: 'cool', style: 'cinematic' },
  ],
  ['Corporate headshot of a smiling young man', { lighting: 'studio', composition: 'centered', style: 'editorial' }],
  ['Group of friends at a café table', { camera_angle: 'eye-level', fov: 'standard', lighting: 'natural' }],
  [
    'Product photo of wireless headphones on a white background',
    { fov: 'telephoto', lighting: 'studio', composition: 'centered', style: 'commercial' },
  ],
  ['Running shoes advertisement', { lighting: 'studio', composition: 'centered', style: 'commercial' }],
  [
    'Breakfast with coffee and pancakes',
    { camera_angle: 'high-angle', fov: 'standard', color_palette: 'warm', style: 'commercial' },
  ],
  [
    'Mountain lake at dawn with mist',
    {
      camera_angle: 'eye-level',
      fov: 'wide',
      lighting: 'golden-hour',
      color_palette: 'warm',
      composition: 'rule-of-thirds',
      style: 'photorealistic',
    },
  ],
  [
    'Vast desert with a lonely camel',
    { fov: 'wide', lighting: 'hard', color_palette: 'warm', composition: 'minimal', style: 'cinematic' },
  ],
  [
    'Stormy sea with a lighthouse',
    {
      camera_angle: 'low-angle',
      fov: 'wide',
      lighting: 'dramatic',
      color_palette: 'cool',
      composition: 'rule-of-thirds',
    },
  ],
  ['Cherry blossom garden in spring', { lighting: 'soft', color_palette: 'pastel' }],
  ['Winter morning in a small village', { fov: 'wide', lighting: 'natural', color_palette: 'cool' }],
  ['Skyscraper reaching into the clouds', { camera_angle: 'low-angle', fov: 'wide', color_palette: 'cool' }],
  ['Cyberpunk alley full of neon signs', { lighting: 'dramatic', color_palette: 'neon', style: 'cinematic' }],
  [
    'Brutalist concrete building at noon',
    { camera_angle: 'low-angle', fov: 'wide', lighting: 'hard', color_palette: 'monochrome', style: 'editorial' },
  ],
  [
    'Lion resting in the savanna',
    {
      camera_angle: 'eye-level',
      fov: 'telephoto',
      lighting: 'golden-hour',
      color_palette: 'warm',
      style: 'photorealistic',
    },
  ],
  [
    'Hummingbird and a flower',
    { fov: 'telephoto', color_palette: 'vibrant', composition: 'centered', style: 'photorealistic' },
  ],
  [
    'Chaos and panic, a chase through a market',
    { camera_angle: 'dutch-tilt', lighting: 'dramatic', composition: 'dynamic', style: 'cinematic' },
  ],
  ['Calm zen garden', { lighting: 'soft', color_palette: 'pastel', composition: 'minimal' }],
  ['Haunted house, eerie fog', { lighting: 'dramatic', color_palette: 'cool', style: 'cinematic' }],
  ['Joyful carnival in Rio', { color_palette: 'vibrant', composition: 'dynamic' }],
  ['Loneliness', { color_palette: 'cool', composition: 'minimal' }],
  [
    'A knight fighting a dragon',
    { camera_angle: 'eye-level', lighting: 'dramatic', composition: 'dynamic', style: 'cinematic' },
  ],
  [
    'An old film noir detective',
    { camera_angle: 'dutch-tilt', lighting: 'dramatic', color_palette: 'monochrome', style: 'cinematic' },
  ],
  ['Abstract swirl of liquid colors', { color_palette: 'vibrant', composition: 'dynamic', style: 'editorial' }],
  ['Watercolor fox', { camera_angle: 'eye-level', lighting: 'soft', color_palette: 'pastel', style: 'editorial' }],
  [
    'A football player scoring a goal',
    { camera_angle: 'low-angle', fov: 'telephoto', lighting: 'hard', composition: 'dynamic' },
  ],
  [
    'Wedding couple dancing in the evening',
    {
      camera_angle: 'eye-level',
      fov: 'standard',
      lighting: 'golden-hour',
      color_palette: 'pastel',
      composition: 'dynamic',
    },
  ],
  ['Steampunk library with brass lamps', { fov: 'wide', color_palette: 'warm', style: 'cinematic' }],
  ['Interior of a modern living room', { fov: 'wide', style: 'editorial' }],
  ['Ein Sonnenuntergang am Meer', { fov: 'wide', lighting: 'golden-hour', color_palette: 'warm' }],
  [
    'Retrato de una mujer en la nieve',
    { camera_angle: 'eye-level', fov: 'telephoto', color_palette: 'cool', composition: 'centered' },
  ],
  ['Coucher de soleil sur la plage', { fov: 'wide', lighting: 'golden-hour', color_palette: 'warm' }],
  ['🌅', { lighting: 'golden-hour', color_palette: 'warm' }],
  ['🐶 in the ❄️', { camera_angle: 'eye-level', lighting: 'soft', color_palette: 'cool' }],
];

describe('the director chooses for', () => {
  it.each(CHOICES)('%s', (prompt, expected) => {
    expect(directByRules(prompt, NOTHING).visual).toMatchObject(expected);
  });
});

describe('a wish in the prompt wins over subject and mood', () => {
  it.each<[string, Expected]>([
    ['Low angle shot of a tiny mouse in a pizza restaurant', { camera_angle: 'low-angle' }],
    ['Wide-angle portrait of a dancer, headshot, face', { fov: 'wide', camera_angle: 'eye-level' }],
    ["Bird's eye view of a city at night, portrait of a place", { camera_angle: "bird's-eye", fov: 'telephoto' }],
    ['Bird’s-eye view of a harbour', { camera_angle: "bird's-eye" }],
    ['BIRDS EYE VIEW of a maze', { camera_angle: "bird's-eye" }],
    ['Soft light portrait of a boxer in a dramatic storm, thunder and lightning', { lighting: 'soft' }],
    ['Soft, but first: night, thunder. Diffused warm window light', { lighting: 'soft' }],
    ['Monochrome carnival with parrots, rainbows and balloons', { color_palette: 'monochrome' }],
    ['b&w street market', { color_palette: 'monochrome' }],
    ['Black & White wedding', { color_palette: 'monochrome' }],
    ['Close-up of the Milky Way over a vast landscape', { fov: 'telephoto' }],
    ['A battle in rich, warm earthy tones', { color_palette: 'warm' }],
    ['A man lit from below', { lighting: 'dramatic' }],
    ['A calm lake, diagonal lines', { composition: 'dynamic' }],
    ['Dragon, commercial photography', { style: 'commercial' }],
    ['Harsh midday sun on a foggy morning', { lighting: 'hard' }],
    [
      'Fashion model, dutch tilt, 24mm, rule of thirds, cinematic',
      { camera_angle: 'dutch-tilt', fov: 'wide', composition: 'rule-of-thirds', style: 'cinematic' },
    ],
    ['Neon, or rather pastel tones, muted colors and soft hues: the first counts', { color_palette: 'neon' }],
  ])('%s', (prompt, expected) => {
    expect(directByRules(prompt, NOTHING).visual).toMatchObject(expected);
  });
});

describe('what the prompt does not want', () => {
  it.each<[string, Expected]>([
    ['City street at night, no neon', { color_palette: 'cool', lighting: 'dramatic' }],
    ['A nightclub without any neon lights', { color_palette: 'vibrant' }],
    ['A cyberpunk rave in an arcade, not neon', { color_palette: 'vibrant' }],
    ['Beach at sunset without people', { camera_angle: 'eye-level', lighting: 'golden-hour' }],
    ['without skyscrapers and towers, a meadow', { camera_angle: 'eye-level' }],
    ['not a portrait: an empty chair', { composition: 'minimal', fov: 'standard' }],
    ['Don’t make it dramatic or dark, a village', { lighting: 'natural' }],
    ['Avoid harsh shadows. A stadium in summer', { lighting: 'natural' }],
    ['A neon-free nightclub', { color_palette: 'vibrant' }],
    ['Photo of a forest, non-cinematic, not black and white', { style: 'photorealistic', color_palette: 'vibrant' }],
    ['Carnival, free of vibrant colours', { color_palette: 'warm' }],
    ['No photorealism', { style: 'editorial' }],
    ['Not at eye level', { camera_angle: 'eye-level' }],
    ['ohne Neon, ein Nightclub', { color_palette: 'vibrant' }],
  ])('is not chosen: %s', (prompt, expected) => {
    expect(directByRules(prompt, NOTHING).visual).toMatchObject(expected);
  });

  it.each<[string, Expected]>([
    ['no people but neon', { color_palette: 'neon' }],
    ['no cars, neon', { color_palette: 'neon' }],
    ['no cars and warm light', { color_palette: 'warm' }],
    ['no clouds in soft light', { lighting: 'soft' }],
    ['not only neon', { color_palette: 'neon' }],
    ['no doubt neon', { color_palette: 'neon' }],
    ['no less neon', { color_palette: 'neon' }],
    ['no people standing around talking neon everywhere', { color_palette: 'neon' }],
    ['Chanel No. 5 perfume', { lighting: 'studio' }],
    ['never-ending desert', { color_palette: 'warm', composition: 'minimal' }],
    ['a house without a garden the neon sign shines on', { color_palette: 'neon' }],
    ['no dull neon signs, only bright neon signs', { color_palette: 'neon' }],
  ])('ends where the thought ends: %s', (prompt, expected) => {
    expect(directByRules(prompt, NOTHING).visual).toMatchObject(expected);
  });
});

describe('words that only look like a reason', () => {
  const defaults = directByRules('xyz', NOTHING);

  it.each([
    ['parts of other words', 'A mistake of the mistress of Woody, in raincoats and snowdrops'],
    ['words that punctuation parts', 'wide, angle: low; angle. soft! light black, and white'],
    ['words that a preposition parts', 'A soft pillow in the lights, warm milk for the tones'],
    ['words that only stand side by side', 'soft and light, warm and light'],
    ['a golden gate and a film camera', 'golden gates, film cameras, neon tetras'],
    ['another alphabet', '東京の夜景, ночь, ليل'],
    ['punctuation alone', '?!… — // **'],
  ])('%s change nothing', (_, prompt) => {
    expect(directByRules(prompt, NOTHING)).toEqual(defaults);
  });

  it('a black and white cat does not make a black and white picture', () => {
    expect(directByRules('A black and white cat', NOTHING).visual.color_palette).not.toBe('monochrome');
  });

  it.each([
    ['Skyscraper', 'skyscrapers'],
    ['portrait of a woman', 'portraits of women'],
    ['a beach', 'beaches'],
    ['puppy', 'puppies'],
    ['wolf', 'wolves'],
    ['a child', 'children'],
    ['low angle', 'low-angle'],
    ['close up', 'close‑up'],
    ['FIREPLACE', 'fireplaces'],
    ['cafe', 'cafés'],
    ['neon', 'ｎｅｏｎ'],
  ])('%s and %s are the same', (one, many) => {
    expect(directByRules(many, NOTHING).visual).toEqual(directByRules(one, NOTHING).visual);
    expect(directByRules(many, NOTHING).reasoning).not.toEqual(defaults.reasoning);
  });
});

describe('the reason', () => {
  const reasonsFor = (prompt: string): Readonly<Record<string, string>> => directByRules(prompt, NOTHING).reasoning;

  it('is given for each parameter, in one sentence', () => {
    for (const [prompt] of CHOICES) {
      const reasons = Object.entries(reasonsFor(prompt));
      expect(reasons.map(([parameter]) => parameter)).toEqual([
        'camera_angle',
        'fov',
        'lighting',
        'color_palette',
        'composition',
        'style',
      ]);
      for (const [, reason] of reasons) expect(reason).toMatch(/^[A-Z][^.]*\.$/);
    }
  });

  it('quotes the words of the prompt as they stand there', () => {
    expect(reasonsFor('PORTRAIT of Women, at the Golden   Hour')).toMatchObject({
      camera_angle: 'People and animals are met at the height of their eyes (“PORTRAIT”, “Women”).',
      lighting: 'The prompt asks for it (“Golden Hour”).',
    });
  });

  it('quotes the longest phrase and not its parts as well', () => {
    expect(reasonsFor('Low angle shot')['camera_angle']).toBe('The prompt asks for it (“Low angle shot”).');
  });

  it('names a word once and does not run on', () => {
    const { camera_angle: reason = '' } = reasonsFor('dog dogs Dog cat horse fox owl lion tiger wolf bear');
    expect(reason.match(/“[^”]*”/g)).toEqual(['“dog”', '“cat”', '“horse”', '“fox”']);
  });

  it('does not quote what the prompt does not want', () => {
    expect(reasonsFor('Night, no storm')['lighting']).toBe(
      'Strong contrast belongs to the hour or the mood (“Night”).',
    );
  });

  it('says honestly that it is the default, also where that is the second one', () => {
    for (const reason of Object.values(reasonsFor('xyz'))) expect(reason).toMatch(/default/);
    expect(reasonsFor('no natural light')['lighting']).toMatch(/rules out natural light, the default/);
  });
});

describe('what the caller chose', () => {
  const given: VisualParameters = { lighting: 'hard', style: 'commercial' };

  it('stays, whatever the prompt says, and gets no reason', () => {
    const { visual, reasoning } = directByRules('Soft light, cinematic portrait at night', given);
    expect(visual).toMatchObject(given);
    expect(Object.keys(reasoning)).toEqual(['camera_angle', 'fov', 'color_palette', 'composition']);
  });

  it('is not written to', () => {
    const frozen = Object.freeze({ ...given });
    expect(directByRules('Soft light', frozen).visual).not.toBe(frozen);
  });

  it('leaves nothing to do when it is everything', () => {
    const { visual } = directByRules('xyz', NOTHING);
    expect(directByRules('Neon portrait', visual)).toEqual({ visual, asked: [], reasoning: {} });
  });

  it('is told from what the prompt asks for in so many words', () => {
    expect(directByRules('a lighthouse at golden hour, low angle', NOTHING).asked).toEqual([
      'camera_angle',
      'lighting',
    ]);
    expect(directByRules('a lighthouse at golden hour, low angle', given).asked).not.toContain('lighting');
  });
});

describe('a prompt of 2,000 characters', () => {
  const long = (part: string): string => part.repeat(2000).slice(0, 2000);

  it('is read to its end', () => {
    expect(directByRules(`${long('lorem ipsum ').slice(0, 1970)} low angle`, NOTHING).visual.camera_angle).toBe(
      'low-angle',
    );
  });

  it('of any kind is read in a blink', () => {
    const hostile = [
      ' ',
      'a',
      '-',
      '’',
      "'",
      '"',
      '\n',
      '.',
      '&',
      '…',
      '*',
      '“',
      '\u0301',
      '\u{fe0f}',
      '👩‍👩‍👧',
      '🌅',
      '\u{d800}',
      '\u{fdfa}',
      'no ',
      'not it ',
      'without and ',
      'no no, ',
      'soft ',
      'soft and ',
      'light from ',
      'warm soft hard ',
      'low ',
      'low-',
      "bird's ",
      'black and ',
      'golden retriever ',
      'a’a’',
      'a-',
      '-free ',
      'neon ',
      'No-neon-free-',
      'portrait ',
    ];
    const started = performance.now();
    for (const part of hostile) directByRules(long(part), NOTHING);
    // A few milliseconds each; anything that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
