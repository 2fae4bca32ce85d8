import { type Rgb } from './color.js';
import { clamp, mix } from './scalar.js';

const { min } = Math;

/** Depth of the sky, in world units: farther than anything else. */
export const SKY_DEPTH = 1e6;

/** One channel between a pixel and its right neighbour. */
const between = (light: Float32Array, at: number, t: number): number => mix(light[at] ?? 0, light[at + 3] ?? 0, t);

/** The picture while it is made: linear light (three floats a pixel) and the distance from the camera in world units. */
export class Frame {
  readonly light: Float32Array;
  readonly depth: Float32Array;
  /** How much of the sky behind it each pixel shows, 0 – 1, from `watchSky` on; null before. */
  open: Float32Array | null = null;
  private watching = false;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.light = new Float32Array(width * height * 3);
    this.depth = new Float32Array(width * height).fill(SKY_DEPTH);
  }

  /** Takes what is painted so far for the sky, and remembers from now on where it is covered. */
  watchSky(): void {
    this.open = new Float32Array(this.width * this.height).fill(1);
    this.watching = true;
  }

  /** Notes that something with the opacity 0 – 1 lies before the sky. */
  cover(index: number, opacity: number): void {
    if (this.watching && this.open !== null) this.open[index] = (this.open[index] ?? 0) * (1 - opacity);
  }

  /** Replaces a pixel. */
  put(index: number, color: Rgb, depth: number): void {
    this.cover(index, 1);
    const at = index * 3;
    this.light[at] = color.r;
    this.light[at + 1] = color.g;
    this.light[at + 2] = color.b;
    this.depth[index] = depth;
  }

  /** Adds light to a pixel, weighted by how much of it the thing covers. */
  accumulate(index: number, color: Rgb, weight: number): void {
    const at = index * 3;
    this.light[at] = (this.light[at] ?? 0) + color.r * weight;
    this.light[at + 1] = (this.light[at + 1] ?? 0) + color.g * weight;
    this.light[at + 2] = (this.light[at + 2] ?? 0) + color.b * weight;
  }

  /** Lays a colour over a pixel with the opacity 0 – 1. */
  blend(index: number, color: Rgb, opacity: number): void {
    this.cover(index, opacity);
    const at = index * 3;
    const r = this.light[at] ?? 0;
    const g = this.light[at + 1] ?? 0;
    const b = this.light[at + 2] ?? 0;
    this.light[at] = r + (color.r - r) * opacity;
    this.light[at + 1] = g + (color.g - g) * opacity;
    this.light[at + 2] = b + (color.b - b) * opacity;
  }

  /** Reads a pixel by its index. */
  pick(index: number, out: Rgb): Rgb {
    const at = index * 3;
    return out.set(this.light[at] ?? 0, this.light[at + 1] ?? 0, this.light[at + 2] ?? 0);
  }

  /** Reads a pixel, clamped to the border. */
  read(x: number, y: number, out: Rgb): Rgb {
    const at = (clamp(y | 0, 0, this.height - 1) * this.width + clamp(x | 0, 0, this.width - 1)) * 3;
    return out.set(this.light[at] ?? 0, this.light[at + 1] ?? 0, this.light[at + 2] ?? 0);
  }

  /** Reads between pixels (bilinear), clamped to the border; (0.5, 0.5) is the middle of the first pixel. */
  sample(x: number, y: number, out: Rgb): Rgb {
    const fx = clamp(x - 0.5, 0, this.width - 1.001);
    const fy = clamp(y - 0.5, 0, this.height - 1.001);
    const ix = fx | 0;
    const iy = fy | 0;
    const tx = fx - ix;
    const ty = fy - iy;
    const a = (iy * this.width + ix) * 3;
    const c = a + this.width * 3;
    const { light } = this;
    return out.set(
      mix(between(light, a, tx), between(light, c, tx), ty),
      mix(between(light, a + 1, tx), between(light, c + 1, tx), ty),
      mix(between(light, a + 2, tx), between(light, c + 2, tx), ty),
    );
  }

  /**
   * Fills a row with one of `small`, between whose pixels `factor` pixels of this frame lie; `row` may lie between two rows of it.
   * Values between are blended, first down, then across.
   */
  fillRow(y: number, small: Frame, row: number, factor: number): void {
    const source = small.rowBetween(row);
    const { light } = this;
    const step = 1 / factor;
    let at = y * this.width * 3;
    for (let x = 0; x < this.width; x += 1) {
      const ix = min(small.width - 2, (x * step) | 0);
      const t = x * step - ix;
      const from = ix * 3;
      light[at] = between(source, from, t);
      light[at + 1] = between(source, from + 1, t);
      light[at + 2] = between(source, from + 2, t);
      at += 3;
    }
  }

  /** The light of a row, which may lie between two. */
  private rowBetween(row: number): Float32Array {
    const place = clamp(row, 0, this.height - 1.001);
    const above = (place | 0) * this.width * 3;
    const below = above + this.width * 3;
    const t = place - (place | 0);
    const out = new Float32Array(this.width * 3);
    for (let at = 0; at < out.length; at += 1)
      out[at] = mix(this.light[above + at] ?? 0, this.light[below + at] ?? 0, t);
    return out;
  }
}
