import { type Pixels } from '../develop.js';

/** Fixed point with 16 bits: integers give the same picture on every machine. */
const HALF = 1 << 15;

/**
 * Eight-bit RGB to planar YCbCr 4:2:0 of limited range (ITU-R BT.709), chroma as the mean of two by two pixels.
 * @param out width · height · 3/2 bytes: Y, Cb, Cr
 */
export const toYuv = ({ width, height, bytes }: Pixels, out: Uint8Array): void => {
  for (let index = 0; index < width * height; index += 1) {
    const at = index * 3;
    const luma = 11966 * (bytes[at] ?? 0) + 40254 * (bytes[at + 1] ?? 0) + 4064 * (bytes[at + 2] ?? 0);
    out[index] = 16 + ((luma + HALF) >> 16);
  }
  const cb = width * height;
  const cr = cb + cb / 4;
  const stride = width * 3;
  let to = 0;
  for (let y = 0; y < height; y += 2) {
    for (let at = y * stride; at < (y + 1) * stride; at += 6) {
      const r = sumOfFour(bytes, at, stride);
      const g = sumOfFour(bytes, at + 1, stride);
      const b = sumOfFour(bytes, at + 2, stride);
      out[cb + to] = 128 + ((28784 * b - 6596 * r - 22189 * g + 4 * HALF) >> 18);
      out[cr + to] = 128 + ((28784 * r - 26145 * g - 2639 * b + 4 * HALF) >> 18);
      to += 1;
    }
  }
};

/** One channel of a pixel, its right neighbour and the two below. */
const sumOfFour = (bytes: Uint8Array, at: number, stride: number): number =>
  (bytes[at] ?? 0) + (bytes[at + 3] ?? 0) + (bytes[at + stride] ?? 0) + (bytes[at + stride + 3] ?? 0);
