import { createHash } from 'node:crypto';
import {
  CAMERA_ANGLES,
  COLOR_PALETTES,
  COMPOSITIONS,
  FIELDS_OF_VIEW,
  type ImageRequest,
  LIGHTINGS,
  STYLES,
  type VisualParameters,
} from '../image-provider.port.js';
import { type Pixels } from './develop.js';
import { renderPicture } from './render.js';
import { SCENES, type SceneName } from './vocabulary.data.js';

const PROMPTS: Readonly<Record<SceneName, string>> = {
  mountains: 'a mountain lake in the morning',
  sea: 'a sailboat on the ocean',
  city: 'a city skyline in the evening',
  forest: 'a path through a pine forest',
  desert: 'dunes in the sahara',
  meadow: 'rolling hills and wheat fields',
  portrait: 'portrait of a woman',
  'still-life': 'still life with a vase and pears',
  space: 'a ringed planet in a nebula',
  flower: 'a red rose',
  abstract: 'the sound of thinking',
};

/** Small and coarse, because Jest's module system makes inner loops several times slower. */
const render = (prompt: string, changes: Partial<ImageRequest> = {}): Pixels => {
  const request = { prompt, visual: {}, width: 96, height: 96, steps: 4, cfgScale: 7, seed: 1, ...changes };
  const work = renderPicture(request);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};

const checksum = ({ bytes }: Pixels): string => createHash('sha256').update(bytes).digest('hex');

/** Mean absolute difference of two pictures of one size, on the scale 0 – 255. */
const difference = (a: Pixels, b: Pixels): number => {
  let sum = 0;
  for (let index = 0; index < a.bytes.length; index += 1)
    sum += Math.abs((a.bytes[index] ?? 0) - (b.bytes[index] ?? 0));
  return sum / a.bytes.length;
};

/** Standard deviation of the brightness: how far a picture is from one flat colour. */
const spread = ({ bytes }: Pixels): number => {
  let sum = 0;
  let squares = 0;
  for (const value of bytes) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / bytes.length;
  return Math.sqrt(squares / bytes.length - mean * mean);
};

/** A difference of this size is seen at a glance; grain and dither alone make less than 3. */
const VISIBLE = 5;

describe('renderPicture', () => {
  describe.each(SCENES)('draws %s', (scene) => {
    const picture = render(PROMPTS[scene]);

    it('with the same pixels for the same request', () => {
      expect(checksum(render(PROMPTS[scene]))).toBe(checksum(picture));
    });

    it('differently for another seed', () => {
      expect(difference(render(PROMPTS[scene], { seed: 2 }), picture)).toBeGreaterThan(VISIBLE);
    });

    it('as a picture, not as a flat colour', () => {
      expect(spread(picture)).toBeGreaterThan(20);
    });

    it('at its extremes: one step, cfg 1 and 30, all parameters at once', () => {
      const all: VisualParameters = {
        camera_angle: 'dutch-tilt',
        fov: 'telephoto',
        lighting: 'dramatic',
        color_palette: 'neon',
        composition: 'dynamic',
        style: 'cinematic',
      };
      for (const changes of [{ steps: 1, cfgScale: 1 }, { cfgScale: 30 }, { visual: all }]) {
        expect(spread(render(PROMPTS[scene], changes))).toBeGreaterThan(6);
      }
    });
  });

  it('draws another picture for another prompt of the same scene', () => {
    expect(difference(render('a mountain lake'), render('a mountain lake, please'))).toBeGreaterThan(VISIBLE);
  });

  const parameters = [
    ['camera_angle', CAMERA_ANGLES],
    ['fov', FIELDS_OF_VIEW],
    ['lighting', LIGHTINGS],
    ['color_palette', COLOR_PALETTES],
    ['composition', COMPOSITIONS],
    ['style', STYLES],
  ] as const;
  const cases = parameters.flatMap(([name, values]) => values.map((value) => [name, value] as const));
  const plainPictures = (['mountains', 'portrait', 'still-life', 'flower', 'abstract'] as const).map(
    (scene) => [scene, render(PROMPTS[scene])] as const,
  );

  it.each(cases)('shows %s %s in every kind of picture', (name, value) => {
    for (const [scene, plain] of plainPictures) {
      const shaped = render(PROMPTS[scene], { visual: { [name]: value } });
      expect([scene, difference(plain, shaped) > VISIBLE]).toEqual([scene, true]);
    }
  });

  it.each(parameters)('gives each %s its own picture', (name, values) => {
    const sums = values.map((value) => checksum(render(PROMPTS.sea, { visual: { [name]: value } })));
    expect(new Set(sums).size).toBe(values.length);
  });

  it.each([
    [256, 2048],
    [2048, 256],
    [264, 328],
  ])('fills exactly %d × %d pixels', (width, height) => {
    const picture = render(PROMPTS.sea, { width, height, steps: 1, visual: { camera_angle: 'dutch-tilt' } });
    expect([picture.width, picture.height, picture.bytes.length]).toEqual([width, height, width * height * 3]);
    expect(spread(picture)).toBeGreaterThan(8);
  });

  it.each([
    ['clouds', 'a mountain lake under dramatic clouds'],
    ['trees', 'a mountain lake with pine trees'],
    ['stars', 'a nebula full of stars'],
    ['fog', 'rolling hills in the fog'],
  ])('leaves out %s that the negative prompt names', (negativePrompt, prompt) => {
    expect(difference(render(prompt), render(prompt, { negativePrompt }))).toBeGreaterThan(0.4);
  });

  it('takes grain out of the picture that the negative prompt names', () => {
    const rough = render(PROMPTS.abstract, { visual: { style: 'cinematic' } });
    const smooth = render(PROMPTS.abstract, { visual: { style: 'cinematic' }, negativePrompt: 'grain' });
    expect(roughness(smooth)).toBeLessThan(roughness(rough) - 0.4);
  });

  it('adds detail with more steps', () => {
    expect(roughness(render(PROMPTS.mountains, { steps: 150 }))).toBeGreaterThan(
      roughness(render(PROMPTS.mountains, { steps: 1 })),
    );
  });

  it('makes colours stronger with a higher cfg', () => {
    expect(colourfulness(render(PROMPTS.sea, { cfgScale: 20 }))).toBeGreaterThan(
      colourfulness(render(PROMPTS.sea, { cfgScale: 2 })) * 1.2,
    );
  });

  it('takes all colour out of a monochrome picture', () => {
    expect(colourfulness(render(PROMPTS.flower, { visual: { color_palette: 'monochrome' } }))).toBeLessThan(8);
  });

  it('reports progress that only grows, from 0 to 1', () => {
    const work = renderPicture({
      prompt: PROMPTS.forest,
      visual: {},
      width: 512,
      height: 256,
      steps: 1,
      cfgScale: 7,
      seed: 1,
    });
    let last = 0;
    let reports = 0;
    for (let step = work.next(); step.done !== true; step = work.next()) {
      expect(step.value).toBeGreaterThanOrEqual(last);
      last = step.value;
      reports += 1;
    }
    expect(reports).toBeGreaterThan(25);
    expect(last).toBeLessThanOrEqual(1);
  });
});

/** Mean difference between neighbours in a row. */
const roughness = ({ bytes }: Pixels): number => {
  let sum = 0;
  for (let index = 3; index < bytes.length; index += 1) sum += Math.abs((bytes[index] ?? 0) - (bytes[index - 3] ?? 0));
  return sum / bytes.length;
};

/** Mean distance between the strongest and the weakest channel. */
const colourfulness = ({ bytes }: Pixels): number => {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const pixel = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    sum += Math.max(...pixel) - Math.min(...pixel);
  }
  return (sum * 3) / bytes.length;
};
