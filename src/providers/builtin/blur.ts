import { Frame } from './frame.js';
import { clamp } from './scalar.js';

const { ceil, max, min, round } = Math;

/** The light of a frame at a fraction of its size: each pixel is the mean of `factor` × `factor`. Depth is not kept. */
export const shrink = (frame: Frame, factor: number): Frame => {
  const small = new Frame(max(2, ceil(frame.width / factor)), max(2, ceil(frame.height / factor)));
  for (let y = 0; y < small.height; y += 1) {
    for (let x = 0; x < small.width; x += 1) shrinkOne(frame, small, x, y);
  }
  return small;
};

const shrinkOne = (frame: Frame, small: Frame, x: number, y: number): void => {
  const factor = max(1, round(frame.width / small.width));
  const right = min(frame.width, (x + 1) * factor);
  const bottom = min(frame.height, (y + 1) * factor);
  let r = 0;
  let g = 0;
  let b = 0;
  let count = 0;
  for (let fy = y * factor; fy < bottom; fy += 1) {
    for (let fx = x * factor; fx < right; fx += 1) {
      const at = (fy * frame.width + fx) * 3;
      r += frame.light[at] ?? 0;
      g += frame.light[at + 1] ?? 0;
      b += frame.light[at + 2] ?? 0;
      count += 1;
    }
  }
  const share = count === 0 ? 0 : 1 / count;
  const to = (y * small.width + x) * 3;
  small.light[to] = r * share;
  small.light[to + 1] = g * share;
  small.light[to + 2] = b * share;
};

/** Blurs the light of a frame in place, with a pause after each channel of each pass: three box blurs, which come close to a Gaussian of the standard deviation `radius` pixels. */
export function* blur(frame: Frame, radius: number): Generator<number, void> {
  const reach = max(1, round(radius));
  const longest = max(frame.width, frame.height);
  const line = new Float32Array(longest);
  for (let pass = 0; pass < 3; pass += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      for (let y = 0; y < frame.height; y += 1) {
        boxLine(frame.light, { start: y * frame.width * 3 + channel, stride: 3, length: frame.width }, reach, line);
      }
      for (let x = 0; x < frame.width; x += 1) {
        boxLine(frame.light, { start: x * 3 + channel, stride: frame.width * 3, length: frame.height }, reach, line);
      }
      yield (pass * 3 + channel) / 9;
    }
  }
}

interface Line {
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

/** Running mean over 2 · reach + 1 values of one row or column; beyond the border the last value counts on. */
const boxLine = (values: Float32Array, { start, stride, length }: Line, reach: number, line: Float32Array): void => {
  for (let i = 0; i < length; i += 1) line[i] = values[start + i * stride] ?? 0;
  const at = (index: number): number => line[clamp(index, 0, length - 1)] ?? 0;
  const share = 1 / (2 * reach + 1);
  let sum = at(0) * (reach + 1);
  for (let i = 0; i < reach; i += 1) sum += at(i);
  for (let i = 0; i < length; i += 1) {
    sum += at(i + reach) - at(i - reach - 1);
    values[start + i * stride] = sum * share;
  }
};
