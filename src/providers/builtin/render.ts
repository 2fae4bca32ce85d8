import { type ImageRequest } from '../image-provider.port.js';
import { briefOf } from './brief.js';
import { View } from './camera.js';
import { Developer, type Pixels } from './develop.js';
import { beamsOf, glareOf, sunIn } from './glare.js';
import { defocus, focusOf } from './lens.js';
import { lookOf } from './look.js';
import { stage } from './progress.js';
import { shapeLight } from './reference/light-shaper.js';
import { shapePrint } from './reference/print-shaper.js';
import { NO_REFERENCES, type References } from './reference/references.js';
import { frameOf, paintScene } from './scene.js';

/**
 * Renders one picture in small pieces of work; yields the share that is done, 0 – 1, and returns the pixels.
 * The same request gives the same pixels, in every process.
 * @param references the images that came with the request, read; its own are not looked at
 */
export function* renderPicture(
  request: ImageRequest,
  references: References = NO_REFERENCES,
): Generator<number, Pixels> {
  const brief = briefOf(request);
  const look = lookOf(brief);
  const frame = frameOf(brief);
  yield* stage(0, 0.72, paintScene(frame, brief));
  if (brief.camera.aperture > 0 && !brief.reading.unwanted.has('blur')) {
    const focus = focusOf(frame, brief.composition.x * frame.width);
    yield* stage(0.72, 0.76, defocus(frame, focus, brief.camera.aperture));
  }
  if (references.control !== null) yield* stage(0.76, 0.8, shapeLight(frame, brief, references.control));
  const view = new View(frame.width, frame.height, brief.camera);
  const glow = { bloom: look.bloom, beams: beamsOf(brief), night: brief.light.night, sun: sunIn(view, brief) };
  const glare = yield* stage(0.8, 0.84, glareOf(frame, glow));
  const print = { width: request.width, height: request.height, roll: brief.camera.roll, seed: brief.seed };
  const developed = yield* stage(0.84, 0.95, new Developer(frame, glare, look, print).run());
  return yield* stage(0.95, 1, shapePrint(developed, references, brief.seed));
}
