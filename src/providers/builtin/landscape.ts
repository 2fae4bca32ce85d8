import { type Brief, has } from './brief.js';
import { View } from './camera.js';
import { drawCelestialBody } from './celestial.js';
import { hex, Rgb } from './color.js';
import { type Frame } from './frame.js';
import { GroundPainter } from './ground-painter.js';
import { MountainGround } from './mountains.js';
import { drawStars, Sky } from './sky.js';
import { Random } from './random.js';
import { scatterTrees, TreePainter } from './trees.js';
import { WaterPainter } from './water.js';

/** Fills the frame with the sky, its stars, the sun or the moon. */
export function* paintSky(frame: Frame, brief: Brief, view: View): Generator<number, Sky> {
  const sky = new Sky(brief, view);
  yield* sky.prepare();
  const color = new Rgb();
  const bottom = Math.min(frame.height, Math.max(0, Math.ceil(view.horizon) + 1));
  for (let y = 0; y < bottom; y += 1) {
    const v = view.v(y);
    for (let x = 0; x < frame.width; x += 1) {
      sky.color(view.u(x), v, color);
      const at = (y * frame.width + x) * 3;
      frame.light[at] = color.r;
      frame.light[at + 1] = color.g;
      frame.light[at + 2] = color.b;
    }
  }
  if (brief.light.stars > 0) drawStars(frame, brief, view);
  drawCelestialBody(frame, brief, view);
  return sky;
}

/** Mountains over a lake or a valley, with conifers on the lower slopes. */
export function* paintMountains(frame: Frame, brief: Brief): Generator<number, void> {
  const view = new View(frame.width, frame.height, brief.camera);
  const sky = yield* paintSky(frame, brief, view);
  const ground = new MountainGround(brief, view);
  const water = new Uint8Array(frame.width * frame.height);
  yield* new GroundPainter(brief, view, ground, sky).paint(frame, water);
  if (has(brief, 'trees', 0.85)) {
    const foot = (x: number, z: number): number | null => ground.treeLine(x, z);
    const trees = scatterTrees(view, Random.of(brief.seed, 'trees'), 900 * brief.composition.density, {
      near: 14,
      far: 190,
      kind: 'conifer',
      foot,
    });
    new TreePainter(brief, view, sky, { leaf: ground.forest, far: ground.far, eye: ground.eye }).draw(frame, trees);
  }
  const surface = { eye: ground.eye, roughness: 0.25, body: hex(0x12394a), far: ground.far };
  yield* new WaterPainter(brief, view, sky, surface).paint(frame, water);
}
