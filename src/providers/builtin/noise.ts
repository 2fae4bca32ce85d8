const { PI, abs, cos, floor, imul, sin } = Math;

/** 256 directions; short enough that the sum of four corners stays in about [-0.75, 0.75]. */
const DIRECTIONS = 256;
const DIRECTION_X = Float64Array.from({ length: DIRECTIONS }, (_, index) => cos((index / DIRECTIONS) * PI * 2) * 1.06);
const DIRECTION_Y = Float64Array.from({ length: DIRECTIONS }, (_, index) => sin((index / DIRECTIONS) * PI * 2) * 1.06);

const STEP_X = 0x27d4eb2d;
const STEP_Y = 0x165667b1;

/** Dot product of an offset with the gradient of a lattice point, which a hash of its two keys picks. */
const slope = (key: number, x: number, y: number): number => {
  const index = imul(key ^ (key >>> 15), 0x85ebca6b) >>> 24;
  return (DIRECTION_X[index] ?? 0) * x + (DIRECTION_Y[index] ?? 0) * y;
};

/**
 * Gradient noise (Perlin 2002, quintic fade) with gradients hashed from the lattice point instead of a permutation table:
 * no state and no period. About [-0.75, 0.75].
 */
export const noise2 = (x: number, y: number, seed: number): number => {
  const ix = floor(x);
  const iy = floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const left = imul(ix, STEP_X);
  const right = (left + STEP_X) | 0;
  const upper = (imul(iy, STEP_Y) + seed) | 0;
  const lower = (upper + STEP_Y) | 0;
  const a = slope(left ^ upper, fx, fy);
  const b = slope(right ^ upper, fx - 1, fy);
  const c = slope(left ^ lower, fx, fy - 1);
  const d = slope(right ^ lower, fx - 1, fy - 1);
  const ux = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const uy = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const top = a + (b - a) * ux;
  return top + (c + (d - c) * ux - top) * uy;
};

/** Each octave is turned by 37° so that the axes of the lattice do not add up to visible lines. */
const TURN_COS = 0.8;
const TURN_SIN = 0.6;

/** Fractal Brownian motion: `octaves` of gradient noise, each at half the height and double the frequency. About [-1, 1]. */
export const fbm = (x: number, y: number, octaves: number, seed: number): number => {
  let sum = 0;
  let amplitude = 0.75;
  let px = x;
  let py = y;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += amplitude * noise2(px, py, seed + octave * 1013);
    const turned = (px * TURN_COS - py * TURN_SIN) * 2.03;
    py = (px * TURN_SIN + py * TURN_COS) * 2.03;
    px = turned;
    amplitude *= 0.5;
  }
  return sum;
};

/**
 * Ridged multifractal (Musgrave): creases of the noise become sharp crests, and an octave counts for more where the one before
 * it was high, so crests are rough and valleys smooth. [0, about 1.2].
 */
export const ridged = (x: number, y: number, octaves: number, seed: number): number => {
  let sum = 0;
  let amplitude = 0.55;
  let weight = 1;
  let px = x;
  let py = y;
  for (let octave = 0; octave < octaves; octave += 1) {
    const crest = 1 - abs(noise2(px, py, seed + octave * 7919)) * 1.9;
    const signal = crest > 0 ? crest * crest : 0;
    sum += signal * amplitude * weight;
    weight = signal < 0.02 ? 0.02 : signal;
    const turned = (px * TURN_COS - py * TURN_SIN) * 2.07;
    py = (px * TURN_SIN + py * TURN_COS) * 2.07;
    px = turned;
    amplitude *= 0.47;
  }
  return sum;
};
