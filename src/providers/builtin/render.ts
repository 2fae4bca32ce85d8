import { type ImageRequest } from '../image-provider.port.js';
import { type Brief, briefOf } from './brief.js';
import { View } from './camera.js';
import { Developer, HALO_FACTOR, type Pixels } from './develop.js';
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

/** How strong the beams from the sun are: only outdoors, and where it stands in or near the picture. */
const beamsOf = ({ light, reading }: Brief): number => {
  const indoors = ['space', 'portrait', 'still-life', 'flower', 'abstract'].includes(reading.scene);
  if (indoors || Math.abs(light.azimuth) > 1) return 0;
  return 0.5 * Math.max(light.rays, reading.scene === 'forest' && !reading.unwanted.has('rays') ? 0.7 : 0);
};

/** What lens and air add to the picture: halos around bright places and beams from the sun. Null for nothing. */
const glareOf = (frame: Frame, brief: Brief, bloom: number): Frame | null => {
  const { light } = brief;
  const beams = beamsOf(brief);
  if (bloom <= 0 && beams <= 0) return null;
  const glare = bloomOf(frame, 0.75);
  const view = new View(frame.width, frame.height, brief.camera);
  const sun = {
    x: view.x(Math.tan(light.azimuth)) / HALO_FACTOR,
    y: view.y(Math.tan(Math.max(light.elevation, 0.12)) / Math.cos(light.azimuth)) / HALO_FACTOR,
  };
  const rays = beams > 0 ? raysOf(bloomOf(frame, light.night ? 0.4 : 0.55), sun.x, sun.y) : null;
  for (let at = 0; at < glare.light.length; at += 1) {
    glare.light[at] = (glare.light[at] ?? 0) * bloom + (rays?.light[at] ?? 0) * beams;
  }
  return glare;
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
  const glare = glareOf(frame, brief, look.bloom);
  yield 0.8;
  const print = { width: request.width, height: request.height, roll: brief.camera.roll, seed: brief.seed };
  return yield* stage(0.8, 1, new Developer(frame, glare, look, print).run());
}
