import fc from 'fast-check';
import { enhance, type Wishes } from './enhance.policy.js';
import { ALL_SUGGESTIONS } from './suggestions.data.js';

const QUALITY: Wishes = { quality: true, style: false, lighting: false };
const STYLE: Wishes = { quality: false, style: true, lighting: false };
const LIGHTING: Wishes = { quality: false, style: false, lighting: true };
const ALL: Wishes = { quality: true, style: true, lighting: true };

describe('enhance', () => {
  it('adds quality', () => {
    expect(enhance('a red fox', QUALITY)).toEqual({
      enhanced: 'a red fox, highly detailed, professional quality',
      additions: ['highly detailed, professional quality'],
    });
  });

  it('adds quality, style and lighting in this order', () => {
    expect(enhance('a red fox', ALL).additions).toEqual([
      'highly detailed, professional quality',
      'photorealistic',
      'soft natural light',
    ]);
  });

  it('adds nothing where nothing is wanted', () => {
    const none = { quality: false, style: false, lighting: false };
    expect(enhance('a red fox.', none)).toEqual({ enhanced: 'a red fox.', additions: [] });
  });

  it.each([
    ['a fox, highly detailed', 'professional quality'],
    ['a fox, Ultra-Detailed', 'professional quality'],
    ['a fox with intricate detail', 'professional quality'],
    ['a clock with INTRICATE DETAILS', 'professional quality'],
    ['an extremely  detailed map', 'professional quality'],
    ['professional photo of a fox', 'highly detailed'],
    ['a fox, best quality', 'highly detailed'],
    ['a fox, award-winning', 'highly detailed'],
    ['a fox in great detail', 'professional quality'],
    ['a fox with exquisite details', 'professional quality'],
    ['a fox, high level of detail', 'professional quality'],
    ['a fox, pro quality', 'highly detailed'],
    ['a fox, professionally photographed', 'highly detailed'],
    ['an expertly crafted chair', 'highly detailed'],
  ])('adds to “%s” only what is missing', (prompt, addition) => {
    expect(enhance(prompt, QUALITY).additions).toEqual([addition]);
  });

  it.each(['masterpiece, ultra detailed fox', 'highly detailed, professional quality', 'fine details, high-quality'])(
    'adds no quality to “%s”',
    (prompt) => {
      expect(enhance(prompt, QUALITY)).toEqual({ enhanced: prompt, additions: [] });
    },
  );

  it.each([
    ['a dragon above a castle', 'digital art'],
    ['a samurai under cherry blossoms', 'anime style'],
    ['a detective in the rain at night', 'cinematic film still'],
    ['a robot toy', '3d render'],
    ['a butterfly in a garden', 'watercolor'],
    ['street food', 'photorealistic'],
  ])('chooses the style that fits “%s”', (prompt, style) => {
    expect(enhance(prompt, STYLE).additions).toEqual([style]);
  });

  it.each([
    ['a beach in the evening', 'golden hour lighting'],
    ['a wolf at midnight', 'moonlight'],
    ['a bottle of perfume', 'studio lighting'],
    ['a cyberpunk city', 'neon lights'],
    ['a cathedral in the mist', 'volumetric lighting'],
    ['a warrior and a dragon', 'dramatic lighting'],
    ['breakfast by the window', 'soft natural light'],
  ])('chooses the lighting that fits “%s”', (prompt, lighting) => {
    expect(enhance(prompt, LIGHTING).additions).toEqual([lighting]);
  });

  it.each([
    'a fox, aquarelle',
    'a fox, manga',
    'a photo of a fox',
    'a fox in the style of Klimt',
    'movie still of a fox',
    'an impressionist garden',
    'a polaroid of a fox',
    'a fox, drawn in ink',
    'a hand-drawn fox',
    'a caricature of a fox',
    'an abstract fox',
  ])('adds no style to “%s”', (prompt) => {
    expect(enhance(prompt, STYLE).additions).toEqual([]);
  });

  it.each([
    ...['a fox at sunset', 'a backlit fox', 'a fox with god rays', 'a candlelit dinner', 'a fox under neon signs'],
    ...[
      'a fox in harsh light',
      'a fox, dim light',
      'bright sunshine',
      'by lantern light',
      'city lights',
      'a cave in the dark',
    ],
  ])('adds no lighting to “%s”', (prompt) => {
    expect(enhance(prompt, LIGHTING).additions).toEqual([]);
  });

  it.each(['a desert at night', 'a forest at night'])('adds to “%s” the light of the night', (prompt) => {
    expect(enhance(prompt, LIGHTING).additions).toEqual(['moonlight']);
  });

  it('takes punctuation for the end of a phrase', () => {
    expect(enhance('very, detailed-looking oil, painting of a fox', ALL).additions).not.toContain('oil painting');
    expect(enhance('a lighthouse', LIGHTING).additions).toHaveLength(1);
  });

  it.each(['a fox,', 'a fox.', 'a fox , '])('goes on behind “%s” with one comma', (prompt) => {
    expect(enhance(prompt, STYLE).enhanced).toBe('a fox, photorealistic');
  });

  it('leaves a prompt of nothing but punctuation as it is', () => {
    expect(enhance('...', STYLE).enhanced).toBe('..., photorealistic');
  });

  const phrases = ALL_SUGGESTIONS.flatMap(({ text, synonyms, tags }) => [text, ...synonyms, ...tags]);
  const prompt = fc.oneof(
    fc.array(fc.constantFrom(...phrases), { minLength: 1, maxLength: 6 }).map((words) => words.join(', ')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  );
  const wishes = fc.record({ quality: fc.boolean(), style: fc.boolean(), lighting: fc.boolean() });

  it('adds nothing the second time', () => {
    fc.assert(
      fc.property(prompt, wishes, (text, wanted) => {
        const { enhanced } = enhance(text, wanted);
        expect(enhance(enhanced, wanted)).toEqual({ enhanced, additions: [] });
      }),
    );
  });

  it('adds no term that stands in the prompt, nor one whose synonym does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL_SUGGESTIONS), fc.nat(), wishes, ({ text, synonyms }, pick, wanted) => {
        const name = [text, ...synonyms][pick % (synonyms.length + 1)] ?? text;
        expect(enhance(`a fox, ${name}`, wanted).additions.join(', ').split(', ')).not.toContain(text);
      }),
    );
  });
});
