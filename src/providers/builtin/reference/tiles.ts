import { type Pixels } from '../develop.js';
import { cellNoise } from '../random.js';
import { clamp } from '../scalar.js';
import { meansOf } from './color-map.js';
import { Field } from './field.js';
import { type Control } from './references.js';
import { yielding } from './strength.js';

const { max, round, sqrt } = Math;

/** Tiles along the mean side for large shapes, forms and details. */
const TILES = [7, 18, 44] as const;

/** How much must be added to the print for its tiles to have the control image's colours. */
const differenceOf = (print: Pixels, control: Pixels, tiles: number): readonly Field[] => {
  const meanSide = sqrt(print.width * print.height);
  const grid = {
    columns: max(2, round((tiles * print.width) / meanSide)),
    rows: max(2, round((tiles * print.height) / meanSide)),
  };
  const now = meansOf(print, grid);
  return meansOf(control, grid).map((wanted, channel) =>
    new Field(grid.columns, grid.rows).fill((_x, _y, at) => (wanted.values[at] ?? 0) - (now[channel]?.values[at] ?? 0)),
  );
};

/** What the grids of a channel add at a place: the coarsest its all, each finer one what it differs by. */
const addUp = (fields: readonly Field[], weights: readonly number[], shareX: number, shareY: number): number => {
  let change = 0;
  let below = 0;
  for (let level = 0; level < fields.length; level += 1) {
    const here = fields[level]?.read(shareX, shareY) ?? 0;
    change += (here - below) * (weights[level] ?? 0);
    below = here;
  }
  return change;
};

/**
 * Tile: every tile of the picture takes on the colour that the control image has there, and keeps its own detail. Coarse tiles carry the large
 * shapes; each finer grid adds what the coarser one could not tell.
 */
export function* keepTiles(print: Pixels, { picture, bands }: Control, seed: number): Generator<number, Pixels> {
  const levels = TILES.map((tiles) => differenceOf(print, picture, tiles));
  const channels = [0, 1, 2].map((channel) => levels.flatMap((level) => level[channel] ?? []));
  yield 0.3;
  const weights = [bands.coarse, bands.middle, bands.fine].map((band) => 0.97 * yielding(band, 1.9));
  const bytes = new Uint8Array(print.bytes.length);
  for (let y = 0; y < print.height; y += 1) {
    for (let x = 0; x < print.width; x += 1) {
      const at = (y * print.width + x) * 3;
      const dither = cellNoise(x, y, seed + 5);
      for (let channel = 0; channel < 3; channel += 1) {
        const change = addUp(channels[channel] ?? [], weights, (x + 0.5) / print.width, (y + 0.5) / print.height);
        bytes[at + channel] = clamp((print.bytes[at + channel] ?? 0) + change + dither, 0, 255);
      }
    }
    if (y % 24 === 23) yield 0.3 + (0.7 * y) / print.height;
  }
  return { width: print.width, height: print.height, bytes };
}
