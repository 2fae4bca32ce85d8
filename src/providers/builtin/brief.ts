import { type ImageRequest } from '../image-provider.port.js';
import { type Camera, cameraOf } from './camera.js';
import { hsv, type Rgb } from './color.js';
import { type Composition, compositionOf } from './composition.js';
import { type Light, lightOf } from './light.js';
import { type PromptReading, readPrompt } from './prompt-reading.js';
import { mixBits, Random } from './random.js';
import { clamp } from './scalar.js';
import { type Feature } from './vocabulary.data.js';

const { log, max, min } = Math;

/** Everything that is decided before the first pixel. */
export interface Brief {
  readonly request: ImageRequest;
  readonly reading: PromptReading;
  readonly camera: Camera;
  readonly composition: Composition;
  readonly light: Light;
  /** Prompt and seed together: the source of all geometry. */
  readonly seed: number;
  /** Fineness of the detail from `steps`: 0 at 1 step, 0.5 at 30, 1 at 150. */
  readonly detail: number;
  /** Strength of colour and contrast from `cfgScale`: 1 at 7, 0.55 – 1.5 at its ends. */
  readonly adherence: number;
}

const detailOf = (steps: number): number =>
  steps <= 30 ? (0.5 * log(max(1, steps))) / log(30) : min(1, 0.5 + (0.5 * log(steps / 30)) / log(5));

/** Reads the request; the same request gives the same brief. */
export const briefOf = (request: ImageRequest): Brief => {
  const reading = readPrompt(request.prompt, request.negativePrompt ?? '');
  const seed = mixBits(reading.hash ^ mixBits(request.seed));
  const composition = compositionOf(request.visual.composition, Random.of(seed, 'composition'));
  const camera = cameraOf(request.visual, Random.of(seed, 'camera'));
  const minimal = request.visual.composition === 'minimal';
  const light = lightOf(
    request.visual,
    reading,
    { focal: camera.focal, subject: composition.x },
    Random.of(seed, 'light'),
  );
  return {
    request,
    reading,
    composition,
    camera: {
      ...camera,
      horizon: camera.horizon + composition.horizonShift,
      roll: camera.roll + composition.lean * 0.05,
    },
    light: {
      ...light,
      clouds: light.clouds * (minimal ? 0.3 : 1),
      // From a height one looks through less of the thick air near the ground.
      haze: light.haze * (minimal ? 1.5 : 1) * (camera.height > 2 ? 0.55 : 1),
    },
    seed,
    detail: detailOf(request.steps),
    adherence: clamp(1 + log(request.cfgScale / 7) * 0.3, 0.55, 1.5),
  };
};

/** Whether a thing belongs into the picture: asked for, or likely anyway; never when the negative prompt names it. */
export const has = (brief: Brief, feature: Feature, likelihood = 0): boolean => {
  if (brief.reading.unwanted.has(feature)) return false;
  return (
    brief.reading.wanted.has(feature) ||
    Random.of(brief.seed, feature).chance(likelihood * min(1, brief.composition.density + 0.2))
  );
};

/** The prompt's n-th colour, or one of the seed's choice around the given hue. */
export const accent = (brief: Brief, index: number, hue: number): Rgb => {
  const named = brief.reading.colors[index];
  if (named !== undefined) return hsv(named[0], named[1], named[2]);
  const random = Random.of(brief.seed, `accent ${String(index)}`);
  return hsv(hue + random.between(-0.06, 0.06), random.between(0.55, 0.75), random.between(0.6, 0.85));
};
