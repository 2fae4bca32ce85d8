import { type Pixels } from '../develop.js';
import { Field } from './field.js';

const { floor, max, min } = Math;

/** A colour for each cell of a coarse grid over a picture: three fields, in whatever colours the picture was given. */
export type ColorMap = readonly [Field, Field, Field];

/** Means of a picture over the cells of a grid. */
export const meansOf = (
  { width, height, bytes }: Pixels,
  grid: { readonly columns: number; readonly rows: number },
): ColorMap => {
  const fieldOf = (channel: number): Field =>
    new Field(grid.columns, grid.rows).fill((column, row) => {
      const left = floor((column * width) / grid.columns);
      const right = max(left + 1, floor(((column + 1) * width) / grid.columns));
      const top = floor((row * height) / grid.rows);
      const bottom = max(top + 1, floor(((row + 1) * height) / grid.rows));
      let sum = 0;
      for (let y = top; y < min(height, bottom); y += 1) {
        for (let x = left; x < min(width, right); x += 1) sum += bytes[(y * width + x) * 3 + channel] ?? 0;
      }
      return sum / ((min(height, bottom) - top) * (min(width, right) - left));
    });
  return [fieldOf(0), fieldOf(1), fieldOf(2)];
};
