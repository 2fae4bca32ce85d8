import { addSlopes, CLOTH_CHANNELS, clothDepth, clothOf, Silk } from '../abstract.js';
import { type Brief } from '../brief.js';
import { CoarseMap } from '../coarse-map.js';
import { Frame } from '../frame.js';
import { stage } from '../progress.js';
import { type MovingScene } from './moving-scene.js';
import { nearnessOf } from './nearness.js';

const { floor, sqrt } = Math;

/** Pixels between two points of the cloth: folds are soft, and each moment costs a look at every point. */
const FACTOR = 2;
/** Seconds of the cloth between two states that are computed; between them the cloth is blended. */
const STEP = 0.5;

/** Flowing silk: the folds wander, and light and dye follow them. */
export class SilkScene implements MovingScene {
  readonly still = false;
  readonly frame: Frame;
  readonly nearness: CoarseMap;
  private readonly silk: Silk;
  private readonly now: CoarseMap;
  private readonly small: Frame;
  private before: CoarseMap;
  private after: CoarseMap;
  private key = -1;

  /** @param pace seconds of the cloth in one of the video */
  constructor(
    { width, height }: { readonly width: number; readonly height: number },
    readonly brief: Brief,
    private readonly pace: number,
  ) {
    this.frame = new Frame(width, height);
    this.silk = new Silk(brief);
    this.now = new CoarseMap(width, height, FACTOR, CLOTH_CHANNELS);
    this.before = new CoarseMap(width, height, FACTOR, CLOTH_CHANNELS);
    this.after = new CoarseMap(width, height, FACTOR, CLOTH_CHANNELS);
    this.small = new Frame(this.now.columns, this.now.rows);
    // Folds that move have no lasting depth: the cloth is one flat thing before the camera.
    this.frame.depth.fill(300);
    this.nearness = nearnessOf(this.frame);
  }

  *at(seconds: number): Generator<number, void> {
    const age = seconds * this.pace;
    const key = floor(age / STEP + 1e-9);
    if (key !== this.key) yield* stage(0, 0.5, this.moveTo(key));
    this.now.become(this.before, this.after, age / STEP - key);
    addSlopes(this.now, sqrt(this.frame.width * this.frame.height));
    yield* stage(0.5, 1, this.shade());
  }

  private *moveTo(key: number): Generator<number, void> {
    if (key === this.key + 1 && this.key >= 0) [this.before, this.after] = [this.after, this.before];
    else yield* stage(0, 0.5, this.before.fill(clothOf(this.frame, this.brief, key * STEP)));
    yield* stage(0.5, 1, this.after.fill(clothOf(this.frame, this.brief, (key + 1) * STEP)));
    this.key = key;
  }

  private *shade(): Generator<number, void> {
    const { now, small, silk, frame } = this;
    const point = new Float64Array(CLOTH_CHANNELS);
    for (let row = 0; row < now.rows; row += 1) {
      for (let column = 0; column < now.columns; column += 1) {
        now.pick(column, row, point);
        small.put(row * now.columns + column, silk.color(point), clothDepth(point));
      }
      if (row % 24 === 23) yield (0.8 * row) / now.rows;
    }
    for (let y = 0; y < frame.height; y += 1) {
      frame.fillRow(y, small, y / FACTOR, FACTOR);
      if (y % 64 === 63) yield 0.8 + (0.2 * y) / frame.height;
    }
  }
}
