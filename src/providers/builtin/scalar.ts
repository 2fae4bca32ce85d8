/** Limits a value to [low, high]. */
export const clamp = (value: number, low: number, high: number): number =>
  value < low ? low : value > high ? high : value;

/** Limits a value to [0, 1]. */
export const saturate = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** Linear blend: a at t = 0, b at t = 1. */
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

/** Hermite step from 0 at `low` to 1 at `high`; `low` may be the larger one. */
export const smoothstep = (low: number, high: number, value: number): number => {
  const t = saturate((value - low) / (high - low));
  return t * t * (3 - 2 * t);
};

/** Smooth minimum (polynomial): joins two distances over a zone of the width k. */
export const smoothMin = (a: number, b: number, k: number): number => {
  const h = saturate(0.5 + (0.5 * (b - a)) / k);
  return mix(b, a, h) - k * h * (1 - h);
};
