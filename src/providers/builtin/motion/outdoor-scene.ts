import { type Brief } from '../brief.js';
import { CoarseMap } from '../coarse-map.js';
import { Frame, SKY_DEPTH } from '../frame.js';
import { type Outdoors } from '../landscape.js';
import { noise2 } from '../noise.js';
import { clamp, mix, smoothstep } from '../scalar.js';
import { type VideoOrder } from '../../image-provider.port.js';
import { MovingSky } from './moving-sky.js';
import { type MovingScene } from './moving-scene.js';
import { nearnessOf } from './nearness.js';
import { briefLater, gainBetween, paceOf } from './scene-clock.js';
import { stage } from '../progress.js';

const { log2, max } = Math;

/** Pixels between two points of the shadows that clouds throw. */
const SHADOW_FACTOR = 16;

/** A place under the sky: clouds drift and throw shadows, water runs, birds and boats move, stars twinkle, and in a time-lapse the day passes. */
export class OutdoorScene implements MovingScene {
  readonly still = false;
  readonly frame: Frame;
  readonly nearness: CoarseMap;
  brief: Brief;
  private readonly sky: MovingSky;
  private readonly shadows: CoarseMap;
  private readonly shade: number;
  private readonly sample = new Float64Array(1);

  /** @param painted the scene without what moves by itself, which is drawn over it at each moment */
  constructor(
    private readonly painted: Frame,
    private readonly outdoors: Outdoors,
    private readonly order: VideoOrder,
  ) {
    const { width, height } = painted;
    this.brief = outdoors.brief;
    this.frame = new Frame(width, height);
    this.frame.open = painted.open;
    this.nearness = nearnessOf(painted);
    this.sky = new MovingSky(outdoors, order, painted);
    this.shadows = new CoarseMap(width, height, SHADOW_FACTOR, 1);
    const { light } = outdoors.brief;
    // No shadows without a sun, none from a clear sky, and none under a closed one.
    const broken = smoothstep(0.12, 0.35, light.clouds) * smoothstep(0.9, 0.65, light.clouds);
    this.shade = light.night || light.degrees < 2 ? 0 : 0.42 * broken * (1 - 0.6 * light.softness);
  }

  *at(seconds: number): Generator<number, void> {
    const pace = paceOf(this.order);
    this.brief = briefLater(this.outdoors.brief, this.order, seconds);
    yield* stage(0, 0.3, this.sky.at(seconds));
    if (this.shade > 0) this.throwShadows(seconds * pace.sky);
    yield* stage(0.3, 0.5, this.light());
    this.frame.depth.set(this.painted.depth);
    this.sky.drawLights(this.frame, this.brief, seconds);
    // What is drawn from here on stands before the sky and must not be cut out by it.
    const { water, actors } = this.outdoors;
    for (const actor of actors) actor(this.frame, seconds * pace.actors);
    if (water !== null) yield* stage(0.5, 1, water.painter.paint(this.frame, water.mask, seconds * pace.water));
  }

  /** The painted scene in the light of the moment, with the sky that is seen through it. */
  private *light(): Generator<number, void> {
    const { frame, painted } = this;
    const { r, g, b } = gainBetween(this.outdoors.brief, this.brief);
    const gain = [r, g, b];
    const none = new Float32Array(frame.width * 3);
    const open = painted.open ?? new Float32Array(0);
    for (let y = 0; y < frame.height; y += 1) {
      const change = y < this.outdoors.skyRows ? this.sky.change(y) : none;
      for (let x = 0; x < frame.width; x += 1) {
        const index = y * frame.width + x;
        const seen = open[index] ?? 0;
        const lit = seen < 1 ? this.shadowAt(x, y) : 1;
        for (let channel = 0; channel < 3; channel += 1) {
          const at = index * 3 + channel;
          const factor = mix((gain[channel] ?? 1) * lit, 1, seen);
          frame.light[at] = max(0, (painted.light[at] ?? 0) * factor + (change[x * 3 + channel] ?? 0) * seen);
        }
      }
      if (y % 48 === 47) yield y / frame.height;
    }
  }

  /** Share of the sun's light at a place of the land. */
  private shadowAt(x: number, y: number): number {
    if (this.shade === 0) return 1;
    this.shadows.read(x, y, this.sample);
    return this.sample[0] ?? 1;
  }

  /** Shadows of clouds on the land, in a projection in which far ones are as large as near ones: they shall be seen. */
  private throwShadows(seconds: number): void {
    const { shadows, painted } = this;
    const { view, brief } = this.outdoors;
    const wind = (brief.seed & 2) === 0 ? -0.11 : 0.11;
    for (let row = 0; row < shadows.rows; row += 1) {
      for (let column = 0; column < shadows.columns; column += 1) {
        const x = clamp(column * SHADOW_FACTOR, 0, painted.width - 1);
        const y = clamp(row * SHADOW_FACTOR, 0, painted.height - 1);
        const depth = painted.depth[y * painted.width + x] ?? SKY_DEPTH;
        const u = view.u(x) * 2.6 + wind * seconds;
        const cloud = noise2(u, log2(max(1, depth)) * 0.9 - seconds * 0.05, brief.seed + 523);
        shadows.put(column, row, 0, 1.06 - this.shade * smoothstep(-0.12, 0.3, cloud));
      }
    }
  }
}
