import { type ImageRequest } from '../image-provider.port.js';
import { type Brief, briefOf } from './brief.js';
import { View } from './camera.js';
import { Developer, HALO_FACTOR, type Pixels } from './develop.js';
import { Flower } from './flower.js';
import { Frame } from './frame.js';
import { paintAbstract } from './abstract.js';
import { paintCity, paintDesert, paintForest, paintMeadow, paintMountains, paintSea } from './landscape.js';
import { bloomOf, defocus, focusOf, raysOf } from './lens.js';
import { lookOf } from './look.js';
import { Portrait } from './portrait.js';
import { stage } from './progress.js';
import { sceneIn } from './prompt-reading.js';
import { paintSpace } from './space.js';
import { StillLife } from './still-life.js';

const { abs, ceil, cos, max, sin, tan } = Math;

const PLACES = ['mountains', 'sea', 'city', 'forest', 'desert', 'meadow', 'space', 'flower'] as const;

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
  const upright = cos(camera.roll);
  const turned = abs(sin(camera.roll));
  return new Frame(
    ceil(request.width * upright + request.height * turned),
    ceil(request.height * upright + request.width * turned),
  );
};

/** How strong the beams from the sun are: only outdoors, and where it stands in or near the picture. */
const beamsOf = ({ light, reading }: Brief): number => {
  const indoors = ['space', 'portrait', 'still-life', 'flower', 'abstract'].includes(reading.scene);
  if (indoors || abs(light.azimuth) > 1) return 0;
  return 0.5 * max(light.rays, reading.scene === 'forest' && !reading.unwanted.has('rays') ? 0.7 : 0);
};

/** What lens and air add to the picture: halos around bright places and beams from the sun. Null for nothing. */
function* glareOf(frame: Frame, brief: Brief, bloom: number): Generator<number, Frame | null> {
  const { light } = brief;
  const beams = beamsOf(brief);
  if (bloom <= 0 && beams <= 0) return null;
  const glare = yield* stage(0, 0.4, bloomOf(frame, 0.75));
  const view = new View(frame.width, frame.height, brief.camera);
  const sun = {
    x: view.x(tan(light.azimuth)) / HALO_FACTOR,
    y: view.y(tan(max(light.elevation, 0.12)) / cos(light.azimuth)) / HALO_FACTOR,
  };
  const bright = beams > 0 ? yield* stage(0.4, 0.8, bloomOf(frame, light.night ? 0.4 : 0.55)) : null;
  const rays = bright === null ? null : raysOf(bright, sun.x, sun.y);
  for (let at = 0; at < glare.light.length; at += 1) {
    glare.light[at] = (glare.light[at] ?? 0) * bloom + (rays?.light[at] ?? 0) * beams;
  }
  return glare;
}

/**
 * Renders one picture in small pieces of work; yields the share that is done, 0 – 1, and returns the pixels.
 * The same request gives the same pixels, in every process.
 */
export function* renderPicture(request: ImageRequest): Generator<number, Pixels> {
  const brief = briefOf(request);
  const look = lookOf(brief);
  const frame = frameOf(brief);
  yield* stage(0, 0.72, paint(frame, brief));
  if (brief.camera.aperture > 0 && !brief.reading.unwanted.has('blur')) {
    const focus = focusOf(frame, brief.composition.x * frame.width);
    yield* stage(0.72, 0.76, defocus(frame, focus, brief.camera.aperture));
  }
  const glare = yield* stage(0.76, 0.8, glareOf(frame, brief, look.bloom));
  const print = { width: request.width, height: request.height, roll: brief.camera.roll, seed: brief.seed };
  return yield* stage(0.8, 1, new Developer(frame, glare, look, print).run());
}
