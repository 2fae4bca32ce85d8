import { type ImageRequest } from '../image-provider.port.js';
import { type Brief, briefOf } from './brief.js';
import { Developer, type Pixels } from './develop.js';
import { Frame } from './frame.js';
import { paintMountains } from './landscape.js';
import { bloomOf, defocus, raysOf } from './lens.js';
import { lookOf } from './look.js';
import { clamp } from './scalar.js';

/** Passes a stage's own progress on as a part of the whole. */
function* stage<T>(from: number, to: number, work: Generator<number, T>): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    yield from + (to - from) * clamp(step.value, 0, 1);
  }
}

const paint = (frame: Frame, brief: Brief): Generator<number, void> => paintMountains(frame, brief);

/** The frame is larger than the print where the camera is rolled, so that the corners are filled. */
const frameOf = ({ request, camera }: Brief): Frame => {
  const cos = Math.cos(camera.roll);
  const sin = Math.abs(Math.sin(camera.roll));
  return new Frame(
    Math.ceil(request.width * cos + request.height * sin),
    Math.ceil(request.height * cos + request.width * sin),
  );
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
  const overlays = { bloom, rays: null, raysStrength: 0 };
  const print = { width: request.width, height: request.height, roll: brief.camera.roll, seed: brief.seed };
  return yield* stage(0.8, 1, new Developer(frame, overlays, look, print).run());
}
