import { BUILT_IN_PRESETS, builtInPreset } from './built-in-presets.data.js';

const video = (seconds: number, fps: number): object => ({ duration_seconds: seconds, fps });
const image = (width: number, height: number, cfg_scale: number, steps: number): object => ({
  ...{ width, height, cfg_scale, steps },
});

/** The contract's table, written once more. */
const TABLE: readonly (readonly [id: string, name: string, category: string, template: string, parameters: object])[] =
  [
    [
      ...(['cinematic_portrait', 'Cinematic Portrait', 'image'] as const),
      '{prompt}, cinematic lighting, dramatic shadows, film grain, bokeh, professional photography, 85mm lens, f/1.4',
      image(768, 1024, 7.5, 30),
    ],
    [
      ...(['anime_style', 'Anime Style', 'image'] as const),
      '{prompt}, anime art style, manga, detailed, vibrant colors, clean lines, cel shading',
      image(832, 1216, 8, 28),
    ],
    [
      ...(['photorealistic', 'Photorealistic', 'image'] as const),
      '{prompt}, photorealistic, ultra detailed, 8k uhd, dslr, high quality, film grain, sharp focus',
      image(1024, 1024, 7, 35),
    ],
    [
      ...(['concept_art', 'Concept Art', 'image'] as const),
      '{prompt}, concept art, digital painting, artstation, highly detailed, fantasy art, matte painting',
      image(1024, 576, 8.5, 32),
    ],
    [
      ...(['oil_painting', 'Oil Painting', 'image'] as const),
      '{prompt}, oil painting, canvas, brushstrokes, classical art, museum quality, fine art',
      image(896, 1152, 9, 40),
    ],
    ['cinematic_video', 'Cinematic Video', 'video', '{prompt}, smooth camera movements', video(5, 24)],
    ['vlog_style', 'Vlog Style', 'video', '{prompt}, casual, natural movements', video(3, 30)],
    ['time_lapse', 'Time Lapse', 'video', '{prompt}, accelerated motion', video(4, 30)],
  ];

describe('the built-in presets', () => {
  it('are eight, in the order and to the letter of the contract', () => {
    expect(
      BUILT_IN_PRESETS.map(({ id, name, category, prompt_template, parameters }) => [
        ...[id, name, category, prompt_template],
        parameters,
      ]),
    ).toEqual(TABLE);
  });

  it('say what must not be in the picture, the first one as the contract begins it', () => {
    expect(BUILT_IN_PRESETS[0]?.negative_prompt).toMatch(/^amateur, overexposed/);
    for (const { negative_prompt, description } of BUILT_IN_PRESETS)
      expect([negative_prompt, description]).toEqual([expect.stringMatching(/\w+, \w+/), expect.stringMatching(/\.$/)]);
  });

  it('are found by their ids and by nothing else', () => {
    expect(builtInPreset('oil_painting')).toBe(BUILT_IN_PRESETS[4]);
    for (const id of ['Oil_painting', 'constructor', '', '__proto__']) expect(builtInPreset(id)).toBeNull();
  });
});
