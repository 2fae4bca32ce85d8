import { type VideoOrder } from '../../image-provider.port.js';
import { type Brief } from '../brief.js';
import { type Frame } from '../frame.js';
import { type Cast, type Outdoors } from '../landscape.js';
import { defocus, focusOf } from '../lens.js';
import { stage } from '../progress.js';
import { frameOf, paintScene } from '../scene.js';
import { type MovingScene, StillScene } from './moving-scene.js';
import { nearnessOf } from './nearness.js';
import { OutdoorScene } from './outdoor-scene.js';
import { paceOf } from './scene-clock.js';
import { SilkScene } from './silk-scene.js';
import { SpaceScene } from './space-scene.js';

/** Paints a scene for a camera that moves in it. @param overscan sides of the frame as factors of the output's */
export function* openScene(brief: Brief, order: VideoOrder, overscan: number): Generator<number, MovingScene> {
  const frame = frameOf(brief, overscan);
  const pace = paceOf(order).actors;
  if (brief.reading.scene === 'abstract') return new SilkScene(frame, brief, pace);
  if (brief.reading.scene === 'space') return yield* SpaceScene.paint(frame, brief, pace);
  const cast: Cast = { outdoors: null };
  yield* stage(0, 0.9, paintScene(frame, brief, cast));
  const { outdoors } = cast;
  if (brief.camera.aperture > 0 && !brief.reading.unwanted.has('blur')) {
    yield* stage(0.9, 1, blurFar(frame, brief, outdoors));
  }
  return outdoors === null ? new StillScene(frame, nearnessOf(frame), brief) : new OutdoorScene(frame, outdoors, order);
}

/** Depth of field, once for all moments. Water is painted first: what is out of focus spreads, and unlit water would spread as dark edges. */
function* blurFar(frame: Frame, brief: Brief, outdoors: Outdoors | null): Generator<number, void> {
  const water = outdoors?.water ?? null;
  if (water !== null) yield* stage(0, 0.5, water.painter.paint(frame, water.mask));
  yield* stage(0.5, 1, defocus(frame, focusOf(frame, brief.composition.x * frame.width), brief.camera.aperture));
}
