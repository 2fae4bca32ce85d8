import { type Field } from './field.js';

const { abs, hypot, max } = Math;

/** Smoothing before slopes are taken, as a share of the mean side. */
const SMOOTHING = 0.0022;
/** Share of the strongest slopes that begin an edge, and of those that may continue one. */
const STRONG = 0.22;
const WEAK = 0.09;

interface Slopes {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly steepness: Float32Array;
}

/** Sobel's slopes. */
const slopesOf = (field: Field): Slopes => {
  const { width, height } = field;
  const size = width * height;
  const slopes = { x: new Float32Array(size), y: new Float32Array(size), steepness: new Float32Array(size) };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const left = field.at(x - 1, y - 1) + 2 * field.at(x - 1, y) + field.at(x - 1, y + 1);
      const right = field.at(x + 1, y - 1) + 2 * field.at(x + 1, y) + field.at(x + 1, y + 1);
      const above = field.at(x - 1, y - 1) + 2 * field.at(x, y - 1) + field.at(x + 1, y - 1);
      const below = field.at(x - 1, y + 1) + 2 * field.at(x, y + 1) + field.at(x + 1, y + 1);
      const at = y * width + x;
      slopes.x[at] = right - left;
      slopes.y[at] = below - above;
      slopes.steepness[at] = hypot(right - left, below - above);
    }
  }
  return slopes;
};

/** Whether a point is the steepest one across its edge. */
const isCrest = ({ x, y, steepness }: Slopes, width: number, at: number): boolean => {
  const here = steepness[at] ?? 0;
  const across = abs(x[at] ?? 0);
  const down = abs(y[at] ?? 0);
  const rising = (x[at] ?? 0) * (y[at] ?? 0) > 0;
  const diagonal = rising ? width + 1 : width - 1;
  const step = across > 2.4 * down ? 1 : down > 2.4 * across ? width : diagonal;
  return here >= (steepness[at - step] ?? 0) && here > (steepness[at + step] ?? 0);
};

/**
 * Edges of a picture (Canny 1986): smoothing, slopes, thinning to crests, and hysteresis. The thresholds are shares of the steepest
 * slope, so that a pale drawing has edges too.
 * @returns 1 for each point on an edge, row by row
 */
export const edgesOf = (brightness: Field): Uint8Array => {
  const { width, height } = brightness;
  const slopes = slopesOf(brightness.blurred(SMOOTHING));
  const steepest = slopes.steepness.reduce((most, each) => max(most, each), 0);
  const edges = new Uint8Array(width * height);
  if (steepest < 0.02) return edges;
  const candidates = new Uint8Array(width * height);
  const open: number[] = [];
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const steepness = slopes.steepness[at] ?? 0;
      if (steepness < WEAK * steepest || !isCrest(slopes, width, at)) continue;
      candidates[at] = 1;
      if (steepness >= STRONG * steepest) open.push(at);
    }
  }
  follow(open, candidates, edges, width);
  return edges;
};

/** Marks the candidates that hang together with a strong one. */
const follow = (open: number[], candidates: Uint8Array, edges: Uint8Array, width: number): void => {
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (edges[at] === 1) continue;
    edges[at] = 1;
    for (const step of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]) {
      if (candidates[at + step] === 1 && edges[at + step] === 0) open.push(at + step);
    }
  }
};
