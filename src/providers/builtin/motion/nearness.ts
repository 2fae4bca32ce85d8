import { CoarseMap } from '../coarse-map.js';
import { type Frame } from '../frame.js';
import { clamp, saturate, smoothstep } from '../scalar.js';

const { abs, exp, floor, max, round, sqrt } = Math;

/** Pixels between two points of a map of nearness: what moves against each other has soft borders anyway. */
const FACTOR = 8;

/** Depth of what counts as nearest: nearer things are few and would set the scale for all others. */
const nearestOf = ({ width, height, depth }: Frame): number => {
  const samples: number[] = [];
  for (let row = 0; row < 48; row += 1) {
    for (let column = 0; column < 48; column += 1) {
      const x = floor(((column + 0.5) * width) / 48);
      const y = floor(((row + 0.5) * height) / 48);
      samples.push(depth[y * width + x] ?? 1);
    }
  }
  samples.sort((a, b) => a - b);
  return max(1e-3, samples[floor(samples.length * 0.06)] ?? 1);
};

/** Folds the values of a neighbourhood into one. */
interface Fold {
  readonly start: number;
  readonly add: (sum: number, value: number) => number;
  readonly end: (sum: number, values: number) => number;
}

const MEAN: Fold = { start: 0, add: (sum, value) => sum + value, end: (sum, values) => sum / values };
const HIGHEST: Fold = { start: -Infinity, add: (highest, value) => max(highest, value), end: (highest) => highest };

/** The value of each point becomes the fold of those up to `reach` beside it in one direction. */
const filterAlong = (map: CoarseMap, reach: number, fold: Fold, [stepX, stepY]: readonly [number, number]): void => {
  const results = new Float64Array(map.columns * map.rows);
  for (let index = 0; index < results.length; index += 1) {
    const column = index % map.columns;
    const row = floor(index / map.columns);
    let sum = fold.start;
    for (let k = -reach; k <= reach; k += 1) sum = fold.add(sum, map.at(column + k * stepX, row + k * stepY, 0));
    results[index] = fold.end(sum, 2 * reach + 1);
  }
  results.forEach((value, index) => {
    map.put(index % map.columns, floor(index / map.columns), 0, value);
  });
};

const filter = (map: CoarseMap, reach: number, fold: Fold): void => {
  filterAlong(map, reach, fold, [1, 0]);
  filterAlong(map, reach, fold, [0, 1]);
};

/**
 * How near things are: 1 for the nearest, falling with the inverse of the distance, as parallax does. Near things are made a
 * little larger before the map is smoothed, so that they move as a whole and what lies behind them stretches.
 */
export const nearnessOf = (frame: Frame): CoarseMap => {
  const map = new CoarseMap(frame.width, frame.height, FACTOR, 1);
  const nearest = nearestOf(frame);
  for (let row = 0; row < map.rows; row += 1) {
    for (let column = 0; column < map.columns; column += 1) {
      const x = clamp(column * FACTOR, 0, frame.width - 1);
      const y = clamp(row * FACTOR, 0, frame.height - 1);
      map.put(column, row, 0, saturate(nearest / (frame.depth[y * frame.width + x] ?? 1)));
    }
  }
  filter(map, 1, HIGHEST);
  filter(map, 2, MEAN);
  filter(map, 1, MEAN);
  return map;
};

/** Brightness of a place of a frame, as the eye judges it. */
const brightness = ({ light, width }: Frame, x: number, y: number): number => {
  const at = (y * width + x) * 3;
  return sqrt(0.2126 * (light[at] ?? 0) + 0.7152 * (light[at + 1] ?? 0) + 0.0722 * (light[at + 2] ?? 0));
};

/**
 * A guess of the nearness for a picture without depths: low and central things are nearer than high ones and those at the
 * sides, and what is full of detail is nearer than what is smooth. Soft, so that a wrong guess does not show.
 */
export const guessNearness = (frame: Frame): CoarseMap => {
  const map = new CoarseMap(frame.width, frame.height, FACTOR, 1);
  for (let row = 0; row < map.rows; row += 1) {
    for (let column = 0; column < map.columns; column += 1) {
      const x = clamp(column * FACTOR, 2, frame.width - 3);
      const y = clamp(row * FACTOR, 2, frame.height - 3);
      const here = brightness(frame, x, y);
      const detail = abs(here - brightness(frame, x + 2, y)) + abs(here - brightness(frame, x, y + 2));
      const across = x / frame.width - 0.5;
      const down = y / frame.height;
      const middle = exp(-(across * across) / 0.08 - (down - 0.58) ** 2 / 0.12);
      map.put(column, row, 0, 0.45 * smoothstep(0.3, 1, down) + 0.4 * middle + saturate(detail * 6) * 0.25);
    }
  }
  const reach = max(2, round((sqrt(frame.width * frame.height) / FACTOR) * 0.035));
  filter(map, reach, MEAN);
  filter(map, reach, MEAN);
  return map;
};
