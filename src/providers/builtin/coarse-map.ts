import { clamp, mix } from './scalar.js';

const { ceil } = Math;

/** Numbers for every few pixels of the picture, read between them: for what is dear to compute and smooth. */
export class CoarseMap {
  readonly columns: number;
  readonly rows: number;
  private readonly values: Float32Array;

  /**
   * @param factor pixels between two points, in both directions
   * @param channels numbers at each point
   */
  constructor(
    width: number,
    height: number,
    readonly factor: number,
    readonly channels: number,
  ) {
    this.columns = ceil(width / factor) + 2;
    this.rows = ceil(height / factor) + 2;
    this.values = new Float32Array(this.columns * this.rows * channels);
  }

  /** Computes every point from its pixel; yields the share that is done. */
  *fill(compute: (x: number, y: number, out: Float64Array) => void): Generator<number, void> {
    const out = new Float64Array(this.channels);
    for (let row = 0; row < this.rows; row += 1) {
      for (let column = 0; column < this.columns; column += 1) {
        compute(column * this.factor, row * this.factor, out);
        this.values.set(out, (row * this.columns + column) * this.channels);
      }
      if (row % 12 === 11) yield row / this.rows;
    }
  }

  /** One channel of a point, clamped to the border. */
  at(column: number, row: number, channel: number): number {
    const place = clamp(row, 0, this.rows - 1) * this.columns + clamp(column, 0, this.columns - 1);
    return this.values[place * this.channels + channel] ?? 0;
  }

  /** Replaces one channel of a point. */
  put(column: number, row: number, channel: number, value: number): void {
    this.values[(row * this.columns + column) * this.channels + channel] = value;
  }

  /** Becomes a blend of two maps of the same shape: the first at 0, the second at 1. */
  become(first: CoarseMap, second: CoarseMap, share: number): void {
    for (let at = 0; at < this.values.length; at += 1)
      this.values[at] = mix(first.values[at] ?? 0, second.values[at] ?? 0, share);
  }

  /** All channels of a point. */
  pick(column: number, row: number, out: Float64Array): void {
    const at = (row * this.columns + column) * this.channels;
    for (let channel = 0; channel < this.channels; channel += 1) out[channel] = this.values[at + channel] ?? 0;
  }

  /** All channels at the middle of a pixel (bilinear). */
  read(x: number, y: number, out: Float64Array): void {
    const fx = clamp(x / this.factor, 0, this.columns - 1.001);
    const fy = clamp(y / this.factor, 0, this.rows - 1.001);
    const ix = fx | 0;
    const iy = fy | 0;
    const tx = fx - ix;
    const ty = fy - iy;
    const { values, channels } = this;
    let a = (iy * this.columns + ix) * channels;
    let c = a + this.columns * channels;
    for (let channel = 0; channel < channels; channel += 1) {
      const upper = (values[a] ?? 0) * (1 - tx) + (values[a + channels] ?? 0) * tx;
      const lower = (values[c] ?? 0) * (1 - tx) + (values[c + channels] ?? 0) * tx;
      out[channel] = upper * (1 - ty) + lower * ty;
      a += 1;
      c += 1;
    }
  }
}
