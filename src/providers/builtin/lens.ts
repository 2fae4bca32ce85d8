import { blur, shrink } from './blur.js';
import { Rgb } from './color.js';
import { WALL_DEPTH } from './backdrop.js';
import { type Frame, SKY_DEPTH } from './frame.js';
import { stage } from './progress.js';
import { clamp, saturate, smoothstep } from './scalar.js';

const { abs, floor, log2, max, min, sqrt } = Math;

/** Light that spreads in the lens around bright places: a narrow and a wide halo, at an eighth of the size. */
export function* bloomOf(frame: Frame, threshold: number): Generator<number, Frame> {
  const small = shrink(frame, 8);
  const { light } = small;
  yield 0.2;
  for (let at = 0; at < light.length; at += 3) {
    const r = light[at] ?? 0;
    const g = light[at + 1] ?? 0;
    const b = light[at + 2] ?? 0;
    const peak = max(r, g, b);
    const share = min(4, max(0, peak - threshold)) / max(1e-6, peak);
    light[at] = r * share;
    light[at + 1] = g * share;
    light[at + 2] = b * share;
  }
  const unit = sqrt(small.width * small.height);
  yield* stage(0.2, 0.6, blur(small, unit * 0.012));
  const narrow = Float32Array.from(light);
  yield* stage(0.6, 1, blur(small, unit * 0.055));
  for (let at = 0; at < light.length; at += 1) light[at] = (narrow[at] ?? 0) * 0.55 + (light[at] ?? 0) * 0.9;
  return small;
}

/** Beams: the bright places of the picture smeared away from the sun, in three doubling strides (Mitchell, GPU Gems 3, ch. 13). */
export const raysOf = (bright: Frame, sunX: number, sunY: number): Frame => {
  const sum = new Rgb();
  let from = bright;
  for (const stride of [0.022, 0.09, 0.3]) {
    const to = shrink(from, 1);
    for (let y = 0; y < to.height; y += 1) {
      for (let x = 0; x < to.width; x += 1) {
        gather(from, { x, y, towardsX: (sunX - x) * stride, towardsY: (sunY - y) * stride }, sum);
        to.put(y * to.width + x, sum, 0);
      }
    }
    from = to;
  }
  return from;
};

const tap = new Rgb();

/** The mean of five places on the way towards the sun. */
const gather = (
  from: Frame,
  way: { readonly x: number; readonly y: number; readonly towardsX: number; readonly towardsY: number },
  sum: Rgb,
): void => {
  sum.set(0, 0, 0);
  for (let step = 0; step < 5; step += 1) {
    sum.add(from.sample(way.x + 0.5 + way.towardsX * step * 0.4, way.y + 0.5 + way.towardsY * step * 0.4, tap), 0.2);
  }
};

/** Distance of what stands in a column of the picture, above what lies before it: the lens focuses on the subject. */
export const focusOf = (frame: Frame, column: number): number => {
  const x = clamp(floor(column), 0, frame.width - 1);
  const distances: number[] = [];
  for (let row = 0; row < 64; row += 1) {
    const depth = frame.depth[floor(((row + 0.5) * frame.height) / 64) * frame.width + x] ?? SKY_DEPTH;
    if (depth < WALL_DEPTH) distances.push(depth);
  }
  distances.sort((a, b) => a - b);
  return distances[floor(distances.length * 0.8)] ?? WALL_DEPTH;
};

/** Depth of field: mixes in a blurred copy where the distance differs from the one in focus, by octaves of distance. */
export function* defocus(frame: Frame, focus: number, aperture: number): Generator<number, void> {
  const factor = frame.width * frame.height > 300000 ? 3 : 2;
  const unit = sqrt(frame.width * frame.height) / factor;
  const soft = shrink(frame, factor);
  yield 0.1;
  yield* stage(0.1, 0.3, blur(soft, unit * 0.0035 * aperture));
  const softer = shrink(soft, 1);
  yield* stage(0.3, 0.5, blur(softer, unit * 0.008 * aperture));
  const a = new Rgb();
  const b = new Rgb();
  for (let y = 0; y < frame.height; y += 1) {
    for (let x = 0; x < frame.width; x += 1) {
      const index = y * frame.width + x;
      const distance = clamp(frame.depth[index] ?? 1, 1e-3, 1e4);
      const circle = saturate((abs(log2(distance / focus)) - 0.5) * 0.6) * aperture;
      if (circle < 0.02) continue;
      soft.sample((x + 0.5) / factor, (y + 0.5) / factor, a);
      softer.sample((x + 0.5) / factor, (y + 0.5) / factor, b);
      a.mix(b, smoothstep(0.35, 1, circle));
      frame.blend(index, a, smoothstep(0, 0.35, circle));
    }
    if (y % 32 === 31) yield 0.5 + (0.5 * y) / frame.height;
  }
}
