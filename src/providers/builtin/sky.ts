import { type Brief, has } from './brief.js';
import { type View } from './camera.js';
import { Rgb } from './color.js';
import { Frame } from './frame.js';
import { type Light } from './light.js';
import { fbm } from './noise.js';
import { Random } from './random.js';
import { clamp, mix, saturate, smoothstep } from './scalar.js';

const { abs, ceil, cos, exp, floor, max, min, round, sin, sqrt } = Math;

/** Rows and columns of the sky are computed once for this many pixels: clouds are soft. */
const COARSE = 3;

/** The sky as a picture over direction: gradient, shine of the sun, clouds, aurora; also what water reflects. */
export class Sky {
  private readonly map: Frame;
  private readonly top: number;
  private readonly scratch = new Rgb();
  private readonly cloudLight = new Rgb();
  private readonly sunU: number;
  private readonly sunV: number;
  private readonly light: Light;
  private readonly octaves: number;
  private readonly milkyWay: boolean;
  private readonly aurora: boolean;
  /** How far the clouds have come: across, and towards the viewer. */
  private readonly drift: { readonly x: number; readonly y: number };

  /** @param seconds age of the scene: clouds drift and change, aurora waves */
  constructor(
    private readonly brief: Brief,
    private readonly view: View,
    private readonly seconds = 0,
  ) {
    this.light = brief.light;
    this.drift = { x: ((brief.seed & 2) === 0 ? 0.03 : -0.03) * seconds, y: 0.026 * seconds };
    this.sunU = sin(this.light.azimuth);
    this.sunV = cos(this.light.azimuth);
    this.octaves = round(mix(2, 6, sqrt(brief.detail)));
    this.milkyWay = this.light.night && has(brief, 'stars', 0.35);
    this.aurora = this.light.night && brief.reading.wanted.has('aurora');
    this.top = clamp(max(view.v(0), -view.v(view.height - 1)) + 0.06, 0.15, 3);
    this.map = new Frame(ceil(view.width / COARSE) + 1, ceil((this.top * view.focal) / COARSE) + 1);
  }

  /** Fills the map in bands; yields the share that is done. */
  *prepare(): Generator<number, void> {
    const { map, view } = this;
    for (let y = 0; y < map.height; y += 1) {
      const v = this.top * (1 - y / (map.height - 1));
      for (let x = 0; x < map.width; x += 1) {
        map.put(y * map.width + x, this.compute(view.u(x * COARSE), v, this.scratch), 0);
      }
      if (y % 16 === 15) yield y / map.height;
    }
  }

  /** Paints a row of the picture. */
  paintRow(frame: Frame, y: number): void {
    this.copyRow(this.map, y, frame, y);
  }

  /** Paints a row of the picture as `from`, a frame of the map's kind, has it, into the row `to` of a frame. */
  copyRow(from: Frame, y: number, frame: Frame, to: number): void {
    const row = (1 - min(1, abs(this.view.v(y)) / this.top)) * (this.map.height - 1);
    frame.fillRow(to, from, row, COARSE);
  }

  /** This moment of the sky, to keep while this object goes on to others. */
  copy(): Sky {
    const copy = new Sky(this.brief, this.view, this.seconds);
    copy.map.light.set(this.map.light);
    return copy;
  }

  /** Becomes a blend of two moments of the same sky: the first at 0, the second at 1. */
  become(first: Sky, second: Sky, share: number): void {
    const { light } = this.map;
    const from = first.map.light;
    const to = second.map.light;
    for (let at = 0; at < light.length; at += 1) light[at] = mix(from[at] ?? 0, to[at] ?? 0, share);
  }

  /** By how much this sky is brighter than another moment of it, as a frame of the map's kind in `out` (made where it is null). */
  lessThan(earlier: Sky, out: Frame | null): Frame {
    const difference = out ?? new Frame(this.map.width, this.map.height);
    const { light } = difference;
    const now = this.map.light;
    const before = earlier.map.light;
    for (let at = 0; at < light.length; at += 1) light[at] = (now[at] ?? 0) - (before[at] ?? 0);
    return difference;
  }

  /** The sky in a direction; below the horizon its mirror image. */
  color(u: number, v: number, out: Rgb): Rgb {
    const row = (1 - min(1, abs(v) / this.top)) * (this.map.height - 1);
    return this.map.sample(this.view.x(u) / COARSE + 0.5, row + 0.5, out);
  }

  /** Colour of the air in front of far things, without clouds. */
  air(u: number, out: Rgb): Rgb {
    const c = saturate((u * this.sunU + this.sunV) / sqrt(u * u + 1));
    const c4 = c * c * c * c;
    return out
      .copy(this.light.horizon)
      .mix(this.light.middle, 0.45 - 0.45 * c4)
      .add(this.light.glow, this.shine * (0.16 * c4 + 0.3 * c4 * c4 * c4));
  }

  private get shine(): number {
    return this.light.night ? 0.5 : 1;
  }

  private compute(u: number, v: number, out: Rgb): Rgb {
    const { light } = this;
    const length = sqrt(u * u + v * v + 1);
    const height = v / length;
    out
      .copy(light.horizon)
      .mix(light.middle, smoothstep(-0.02, 0.26, height))
      .mix(light.zenith, smoothstep(0.12, 0.85, height));
    const level = cos(light.elevation);
    const c = saturate((u * this.sunU * level + v * sin(light.elevation) + this.sunV * level) / length);
    const c4 = c ** 4;
    const c24 = c4 ** 6;
    out.add(light.glow, this.shine * (0.14 * c4 + 0.3 * c24 + (c > 0.9 ? 0.55 * c ** 160 + 1.3 * c ** 1400 : 0)));
    if (this.milkyWay) this.addMilkyWay(u, v, out);
    if (this.aurora) this.addAurora(u, v, out);
    if (light.clouds > 0.01) this.addClouds(u, v, c, out);
    return out;
  }

  private addClouds(u: number, v: number, c: number, out: Rgb): void {
    const { light, brief } = this;
    const near = 1 / (v + 0.11);
    const x = u * near * 1.15 + (brief.seed % 97) + this.drift.x;
    const y = near * 1.9 + (u + 2) * 0.22 * brief.composition.lean + this.drift.y;
    const warp = fbm(x * 0.6 + this.seconds * 0.011, y * 0.6, 2, brief.seed + 5);
    const density = fbm(x + warp * 0.7, y + warp * 0.4, this.octaves, brief.seed + 17) + 0.25 * warp;
    const threshold = mix(0.62, -0.42, light.clouds);
    const cover = smoothstep(threshold, threshold + 0.42, density) * smoothstep(0.0, 0.14, v);
    if (cover <= 0.002) return;
    const towards =
      fbm(x + warp * 0.7 + this.sunU * 0.16, y + warp * 0.4 - 0.2, max(2, this.octaves - 2), brief.seed + 17) +
      0.25 * warp;
    const lit = saturate(0.5 + (density - towards) * 1.5);
    const c6 = c ** 6;
    const body = this.cloudLight
      .copy(light.middle)
      .mix(light.horizon, 0.35)
      .scale(mix(0.72, 0.3, saturate(light.clouds * 1.5 - 0.6)));
    const strength = lit * (0.35 + 0.8 * c6) * (light.night ? 0.9 : 0.75);
    body.add(light.sun, strength * 0.55).add(light.glow, this.shine * (strength * 0.5 + (1 - cover) * c6 * 0.55));
    out.mix(body, cover * mix(0.72, 0.94, light.clouds));
  }

  private addMilkyWay(u: number, v: number, out: Rgb): void {
    const tilt = (this.brief.seed & 1) === 0 ? 0.75 : -0.75;
    const across = (u * tilt - v * 0.8 + 0.35) * 1.6;
    const dust = fbm(u * 3.1, v * 3.1, 5, this.brief.seed + 71);
    const band = exp(-across * across * 7) * saturate(0.55 + dust * 0.8);
    const lane = smoothstep(0.1, 0.5, fbm(u * 4 + 9, v * 4, 4, this.brief.seed + 83) + 0.35 - abs(across) * 2.4);
    out.add(this.scratch2.set(0.2, 0.19, 0.27), band * (1 - lane * 0.75));
  }

  private readonly scratch2 = new Rgb();

  private addAurora(u: number, v: number, out: Rgb): void {
    for (let curtain = 0; curtain < 3; curtain += 1) {
      const seed = this.brief.seed + curtain * 131;
      const foot = 0.14 + curtain * 0.12 + 0.2 * fbm(u * 1.1 + curtain * 7, 0.5 + this.seconds * 0.06, 3, seed);
      const above = v - foot;
      if (above < -0.03) continue;
      const fold = saturate(
        0.5 + fbm(u * 7 + above * 0.6 + this.seconds * 0.12, curtain + this.seconds * 0.16, 4, seed + 3) * 1.1,
      );
      const height = exp(-max(0, above) * (3.2 + curtain)) * smoothstep(-0.03, 0.03, above);
      const strength = height * fold * fold * (0.85 - curtain * 0.2);
      out.add(this.scratch2.set(0.06 + above * 0.35, 0.85, 0.42 + above * 0.5), strength * 0.62);
    }
  }
}

/** A star of a night sky, in pixels of the frame. */
export interface Star {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** 0 – 1 */
  readonly brightness: number;
  readonly warmth: number;
}

/** Stars of a few sizes, evenly over a field of the given size in pixels. */
export const scatterStars = (
  field: { readonly width: number; readonly height: number },
  stars: number,
  unit: number,
  random: Random,
): readonly Star[] => {
  const amount = round(((field.width * field.height) / 420 / max(0.6, unit * unit)) * stars);
  return Array.from({ length: amount }, () => {
    const x = random.next() * field.width;
    const y = random.next() * field.height;
    const brightness = 0.05 + 0.9 * random.next() ** 7;
    return { x, y, radius: (0.5 + 0.55 * brightness) * max(0.85, unit), brightness, warmth: random.next() };
  });
};

/** Colour of a star at a height over the horizon, given by the row's tangent; `out` is black below it. */
export const starlight = (star: Star, v: number, stars: number, out: Rgb): Rgb =>
  out
    .set(0.75 + 0.35 * star.warmth, 0.85 + 0.1 * star.warmth, 1.15 - 0.35 * star.warmth)
    .scale(1.3 * star.brightness * smoothstep(0.0, 0.2, v) * stars);

/** Draws the stars over the sky before the ground covers it. */
export const drawStars = (frame: Frame, brief: Brief, view: View): void => {
  const unit = sqrt(frame.width * frame.height) / 1024;
  const color = new Rgb();
  for (const star of scatterStars(frame, brief.light.stars, unit, Random.of(brief.seed, 'stars'))) {
    if (view.v(star.y) > 0) drawPoint(frame, star, starlight(star, view.v(star.y), brief.light.stars, color));
  }
};

/** Adds a round soft spot of light, behind what covers the sky where the frame watches that; the place and the radius are in pixels. */
export const drawPoint = (
  frame: Frame,
  spot: { readonly x: number; readonly y: number; readonly radius: number },
  color: Rgb,
): void => {
  const reach = spot.radius * 2.5;
  const left = max(0, floor(spot.x - reach));
  const right = min(frame.width - 1, ceil(spot.x + reach));
  const bottom = min(frame.height - 1, ceil(spot.y + reach));
  for (let y = max(0, floor(spot.y - reach)); y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const dx = (x + 0.5 - spot.x) / spot.radius;
      const dy = (y + 0.5 - spot.y) / spot.radius;
      const index = y * frame.width + x;
      frame.accumulate(index, color, exp(-(dx * dx + dy * dy)) * (frame.open?.[index] ?? 1));
    }
  }
};
