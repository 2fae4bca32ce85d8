import { type Pixels } from '../develop.js';
import { Frame } from '../frame.js';
import { toLinear } from '../color.js';
import { toScreen } from '../film.js';
import { mixBits } from '../random.js';
import { clamp } from '../scalar.js';

const { imul, min, sqrt } = Math;

/** A given picture as light, for the camera to look at. */
export const frameOfPicture = ({ width, height, bytes }: Pixels): Frame => {
  const frame = new Frame(width, height);
  const table = Float32Array.from({ length: 256 }, (_, value) => toLinear(value / 255));
  for (let at = 0; at < bytes.length; at += 1) frame.light[at] = table[bytes[at] ?? 0] ?? 0;
  return frame;
};

/** Entries of the table, spread over the square root of the light. */
const SIZE = 4096;
const SCREEN = Float32Array.from({ length: SIZE + 1 }, (_, index) => toScreen((index / SIZE) ** 2) * 255);

/** Light as it was: no film, no toning, only the screen's encoding with a dither of one step. Brighter light than white is white. */
export function* printPlain({ width, height, light }: Frame, seed: number): Generator<number, Pixels> {
  const bytes = new Uint8Array(width * height * 3);
  const stride = width * 3;
  for (let y = 0; y < height; y += 1) {
    for (let at = y * stride; at < (y + 1) * stride; at += 1) {
      const place = sqrt(min(1, light[at] ?? 0)) * SIZE;
      const index = place | 0;
      const low = SCREEN[index] ?? 0;
      const value = low + ((SCREEN[min(SIZE, index + 1)] ?? 0) - low) * (place - index);
      bytes[at] = clamp(value + mixBits(imul(at, 0x27d4eb2d) ^ seed) / 4294967296, 0, 255);
    }
    if (y % 64 === 63) yield y / height;
  }
  return { width, height, bytes };
}
