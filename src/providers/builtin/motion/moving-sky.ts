import { type Brief } from '../brief.js';
import { type View } from '../camera.js';
import { drawCelestialBody } from '../celestial.js';
import { Rgb } from '../color.js';
import { Frame } from '../frame.js';
import { type Outdoors } from '../landscape.js';
import { stage } from '../progress.js';
import { Random } from '../random.js';
import { drawPoint, scatterStars, Sky, type Star, starlight } from '../sky.js';
import { type VideoOrder } from '../../image-provider.port.js';
import { briefLater, paceOf } from './scene-clock.js';

const { cos, floor, max, sin, sqrt } = Math;

/** Seconds of the video between two skies that are computed; between them the sky is blended. */
const USUAL_STEP = 0.75;
const LAPSE_STEP = 0.1;

/** Radians that the stars turn in a second of a time-lapse. */
const TURN = 0.035;

/** The sky of a moving scene: clouds, aurora and light from computed moments and blends of them; stars, sun and moon drawn anew. */
export class MovingSky {
  private readonly first: Sky;
  private readonly step: number;
  private before: Sky | null = null;
  private after: Sky | null = null;
  private key = -1;
  private difference: Frame | null = null;
  private readonly row: Frame;
  private readonly stars: readonly Star[];
  private readonly pole: { readonly x: number; readonly y: number };
  private readonly color = new Rgb();

  /** @param now the sky that the painters of the scene look at: it is brought to each moment */
  constructor(
    private readonly outdoors: Outdoors,
    private readonly order: VideoOrder,
    frame: { readonly width: number; readonly height: number },
  ) {
    const { brief, view } = outdoors;
    this.first = outdoors.sky.copy();
    this.step = order.motion === 'time-lapse' ? LAPSE_STEP : USUAL_STEP;
    this.row = new Frame(frame.width, 1);
    this.pole = { x: frame.width * (brief.light.azimuth < 0 ? 0.62 : 0.38), y: view.horizon * 0.42 };
    // Stars that turn come from beyond the picture's edges.
    const reach = paceOf(order).stars > 0 ? 2 * sqrt(frame.width ** 2 + frame.height ** 2) : 0;
    const field = reach === 0 ? frame : { width: reach, height: reach };
    const unit = sqrt(frame.width * frame.height) / 1024;
    const random = Random.of(brief.seed, 'stars');
    const found = brief.light.stars > 0 ? scatterStars(field, brief.light.stars, unit, random) : [];
    this.stars =
      reach === 0
        ? found
        : found.map((star) => ({ ...star, x: star.x - reach / 2 + this.pole.x, y: star.y - reach / 2 + this.pole.y }));
  }

  /** Brings the sky to a moment of the video. */
  *at(seconds: number): Generator<number, void> {
    const key = floor(seconds / this.step + 1e-9);
    if (key !== this.key) {
      this.before = key === this.key + 1 && this.after !== null ? this.after : yield* stage(0, 0.5, this.compute(key));
      this.after = yield* stage(0.5, 1, this.compute(key + 1));
      this.key = key;
    }
    if (this.before === null || this.after === null) return;
    this.outdoors.sky.become(this.before, this.after, seconds / this.step - key);
    this.difference = this.outdoors.sky.lessThan(this.first, this.difference);
  }

  /** By how much the sky in a row of the frame is brighter than it was when the frame was painted; three numbers a pixel. */
  change(y: number): Float32Array {
    if (this.difference !== null) this.outdoors.sky.copyRow(this.difference, y, this.row, 0);
    return this.row.light;
  }

  /** Draws stars, sun and moon where the frame shows the sky. */
  drawLights(frame: Frame, brief: Brief, seconds: number): void {
    const { view } = this.outdoors;
    this.stars.forEach((star, index) => {
      this.drawStar(frame, view, { star, index, seconds });
    });
    drawCelestialBody(frame, brief, view);
  }

  private drawStar(
    frame: Frame,
    view: View,
    { star, index, seconds }: { readonly star: Star; readonly index: number; readonly seconds: number },
  ): void {
    const angle = TURN * paceOf(this.order).stars * seconds;
    const dx = star.x - this.pole.x;
    const dy = star.y - this.pole.y;
    const x = this.pole.x + dx * cos(angle) - dy * sin(angle);
    const y = this.pole.y + dx * sin(angle) + dy * cos(angle);
    if (x < -4 || y < -4 || x > frame.width + 4 || view.v(y) <= 0) return;
    starlight(star, view.v(y), this.outdoors.brief.light.stars, this.color);
    // The air lets stars twinkle, low ones more than high ones.
    const unrest = 0.35 * max(0.3, 1 - view.v(y) * 1.5);
    this.color.scale(1 + unrest * sin(seconds * (5 + (index % 7)) + index * 2.4));
    drawPoint(frame, { x, y, radius: star.radius }, this.color);
  }

  private *compute(key: number): Generator<number, Sky> {
    const { brief, view } = this.outdoors;
    const seconds = key * this.step;
    const sky = new Sky(briefLater(brief, this.order, seconds), view, seconds * paceOf(this.order).sky);
    yield* sky.prepare();
    return sky;
  }
}
