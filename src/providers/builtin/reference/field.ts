import { type Pixels } from '../develop.js';
import { clamp, mix } from '../scalar.js';

const { max, min, round, sqrt } = Math;

/** A number for each point of a grid over a picture, read by shares of its width and height. */
export class Field {
  readonly values: Float32Array;
  /** √(width · height): the unit in which lengths are independent of the picture's size. */
  readonly meanSide: number;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.values = new Float32Array(width * height);
    this.meanSide = sqrt(width * height);
  }

  /** Brightness on the screen, 0 – 1. */
  static brightnessOf({ width, height, bytes }: Pixels): Field {
    return new Field(width, height).fill((_x, _y, index) => {
      const at = index * 3;
      return (0.2126 * (bytes[at] ?? 0) + 0.7152 * (bytes[at + 1] ?? 0) + 0.0722 * (bytes[at + 2] ?? 0)) / 255;
    });
  }

  /** The strongest of red, green and blue, 0 – 1: pure blue is dark, but not black. */
  static strengthOf({ width, height, bytes }: Pixels): Field {
    return new Field(width, height).fill((_x, _y, index) => {
      const at = index * 3;
      return max(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0) / 255;
    });
  }

  /** Computes every point. */
  fill(compute: (x: number, y: number, index: number) => number): this {
    let index = 0;
    for (let y = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1) {
        this.values[index] = compute(x, y, index);
        index += 1;
      }
    }
    return this;
  }

  /** A point, clamped to the border. */
  at(x: number, y: number): number {
    return this.values[clamp(y, 0, this.height - 1) * this.width + clamp(x, 0, this.width - 1)] ?? 0;
  }

  /** Between points (bilinear), at shares of the width and height; clamped to the border. */
  read(shareX: number, shareY: number): number {
    const x = clamp(shareX * this.width - 0.5, 0, this.width - 1);
    const y = clamp(shareY * this.height - 0.5, 0, this.height - 1);
    const left = min(this.width - 2, x | 0);
    const top = min(this.height - 2, y | 0);
    const at = top * this.width + left;
    const { values, width } = this;
    const upper = mix(values[at] ?? 0, values[at + 1] ?? 0, x - left);
    const lower = mix(values[at + width] ?? 0, values[at + width + 1] ?? 0, x - left);
    return mix(upper, lower, y - top);
  }

  /** A copy without the steps of single points: the blur of one point's reach. */
  get smoothed(): Field {
    return this.blurred(1 / this.meanSide);
  }

  /** A blurred copy: three running means each way, close to a Gaussian. @param deviation as a share of the mean side */
  blurred(deviation: number): Field {
    const reach = max(1, round(deviation * this.meanSide));
    const copy = new Field(this.width, this.height);
    copy.values.set(this.values);
    const line = new Float32Array(max(this.width, this.height));
    for (let pass = 0; pass < 3; pass += 1) {
      for (let y = 0; y < this.height; y += 1) {
        runningMean(copy.values, { start: y * this.width, stride: 1, length: this.width }, reach, line);
      }
      for (let x = 0; x < this.width; x += 1) {
        runningMean(copy.values, { start: x, stride: this.width, length: this.height }, reach, line);
      }
    }
    return copy;
  }
}

interface Line {
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

/** Beyond the border the last value counts on. */
const runningMean = (
  values: Float32Array,
  { start, stride, length }: Line,
  reach: number,
  line: Float32Array,
): void => {
  for (let i = 0; i < length; i += 1) line[i] = values[start + i * stride] ?? 0;
  const at = (index: number): number => line[clamp(index, 0, length - 1)] ?? 0;
  let sum = at(0) * (reach + 1);
  for (let i = 0; i < reach; i += 1) sum += at(i);
  for (let i = 0; i < length; i += 1) {
    sum += at(i + reach) - at(i - reach - 1);
    values[start + i * stride] = sum / (2 * reach + 1);
  }
};
