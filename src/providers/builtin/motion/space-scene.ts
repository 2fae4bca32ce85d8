import { type Brief } from '../brief.js';
import { type CoarseMap } from '../coarse-map.js';
import { Frame } from '../frame.js';
import { stage } from '../progress.js';
import { type Bodies, paintBodies, paintDeepSky } from '../space.js';
import { type MovingScene } from './moving-scene.js';
import { nearnessOf } from './nearness.js';

/** A planet that turns before a nebula, and its moon. */
export class SpaceScene implements MovingScene {
  readonly still = false;
  readonly frame: Frame;

  private constructor(
    private readonly deep: Frame,
    private readonly bodies: Bodies,
    readonly nearness: CoarseMap,
    private readonly shown: { readonly brief: Brief; readonly pace: number },
  ) {
    this.frame = new Frame(deep.width, deep.height);
  }

  get brief(): Brief {
    return this.shown.brief;
  }

  /** Paints what lies behind into `deep`. @param pace seconds of the scene in one of the video */
  static *paint(deep: Frame, brief: Brief, pace: number): Generator<number, SpaceScene> {
    const bodies = yield* stage(0, 0.6, paintDeepSky(deep, brief));
    // Where the bodies are is known only when they are painted once.
    const once = new Frame(deep.width, deep.height);
    once.depth.set(deep.depth);
    yield* stage(0.6, 1, paintBodies(once, brief, bodies));
    return new SpaceScene(deep, bodies, nearnessOf(once), { brief, pace });
  }

  *at(seconds: number): Generator<number, void> {
    this.frame.light.set(this.deep.light);
    yield* stage(0.1, 1, paintBodies(this.frame, this.brief, this.bodies, seconds * this.shown.pace));
  }
}
