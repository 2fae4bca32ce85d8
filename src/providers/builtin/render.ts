import { type ImageRequest } from '../image-provider.port.js';
import { type Brief, briefOf } from './brief.js';
import { View } from './camera.js';
import { Developer, type Pixels } from './develop.js';
import { Flower } from './flower.js';
import { Frame } from './frame.js';
import { paintAbstract } from './abstract.js';
import { paintCity, paintDesert, paintForest, paintMeadow, paintMountains, paintSea } from './landscape.js';
import { bloomOf, defocus, raysOf } from './lens.js';
import { lookOf } from './look.js';
import { Portrait } from './portrait.js';
import { sceneIn } from './prompt-reading.js';
import { clamp } from './scalar.js';
import { paintSpace } from './space.js';
import { StillLife } from './still-life.js';

const PLACES = ['mountains', 'sea', 'city', 'forest', 'desert', 'meadow', 'space', 'flower'] as const;

/** Passes a stage's own progress on as a part of the whole. */
function* stage<T>(from: number, to: number, work: Generator<number, T>): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    yield from + (to - from) * clamp(step.value, 0, 1);
  }
}

/** What fills the figure of a portrait: the place that the prompt names beside the person, else mountains. */
const paintInside = (frame: Frame, brief: Brief): Generator<number, void> => {
  const place = sceneIn(brief.request.prompt, PLACES);
  return paint(frame, { ...brief, reading: { ...brief.reading, scene: place ?? 'mountains' } });
};

const paint = (frame: Frame, brief: Brief): Generator<number, void> => {
  switch (brief.reading.scene) {
    case 'city':
      return paintCity(frame, brief);
    case 'desert':
      return paintDesert(frame, brief);
    case 'forest':
      return paintForest(frame, brief);
    case 'space':
      return paintSpace(frame, brief);
    case 'still-life':
      return new StillLife(frame, brief).paint();
    case 'flower':
      return new Flower(frame, brief).paint();
    case 'portrait':
      return new Portrait(frame, brief).paint((inside) => paintInside(inside, brief));
    case 'abstract':
      return paintAbstract(frame, brief);
    case 'meadow':
      return paintMeadow(frame, brief);
    case 'sea':
      return paintSea(frame, brief);
    default:
      return paintMountains(frame, brief);
  }
};

/** The frame is larger than the print where the camera is rolled, so that the corners are filled. */
const frameOf = ({ request, camera }: Brief): Frame => {
  const cos = Math.cos(camera.roll);
  const sin = Math.abs(Math.sin(camera.roll));
  return new Frame(
    Math.ceil(request.width * cos + request.height * sin),
    Math.ceil(request.height * cos + request.width * sin),
  );
};

/** Beams from the sun, where it stands in or near the picture and the air shows them. */
const beams = (brief: Brief, frame: Frame): { readonly rays: Frame | null; readonly raysStrength: number } => {
  const { light, camera } = brief;
  const strength = Math.max(
    light.rays,
    brief.reading.scene === 'forest' && !brief.reading.unwanted.has('rays') ? 0.7 : 0,
  );
  const outdoors = !['space', 'portrait', 'still-life', 'flower', 'abstract'].includes(brief.reading.scene);
  if (!outdoors || strength <= 0 || Math.abs(light.azimuth) > 1) return { rays: null, raysStrength: 0 };
  const view = new View(frame.width, frame.height, camera);
  const x = view.x(Math.tan(light.azimuth));
  const y = view.y(Math.tan(Math.max(light.elevation, 0.12)) / Math.cos(light.azimuth));
  return { rays: raysOf(bloomOf(frame, light.night ? 0.4 : 0.55), x / 8, y / 8), raysStrength: strength * 0.5 };
};

/**
 * Renders one picture in small pieces of work; yields the share that is done, 0 – 1, and returns the pixels.
 * The same request gives the same pixels, in every process.
 */
export function* renderPicture(request: ImageRequest): Generator<number, Pixels> {
  const brief = briefOf(request);
  const look = lookOf(brief);
  const frame = frameOf(brief);
  yield* stage(0, 0.72, paint(frame, brief));
  if (brief.camera.aperture > 0 && !brief.reading.unwanted.has('blur')) defocus(frame, 300, brief.camera.aperture);
  yield 0.76;
  const bloom = look.bloom > 0 ? bloomOf(frame, 0.75) : null;
  yield 0.8;
  const overlays = { bloom, ...beams(brief, frame) };
  const print = { width: request.width, height: request.height, roll: brief.camera.roll, seed: brief.seed };
  return yield* stage(0.8, 1, new Developer(frame, overlays, look, print).run());
}
