import { Field } from './field.js';

const { min, SQRT2 } = Math;

/**
 * How far each point is from the nearest marked one, as a share of the mean side: the chamfer distance of two passes (Borgefors 1986)
 * with steps of 1 and √2.
 * @param marked 1 for each marked point, row by row
 */
export const distanceTo = (marked: Uint8Array, width: number, height: number): Field => {
  const far = width + height;
  const field = new Field(width, height).fill((_x, _y, index) => (marked[index] === 1 ? 0 : far));
  const { values } = field;
  const relax = (x: number, y: number, step: -1 | 1): void => {
    const at = y * width + x;
    const nearest = min(
      values[at] ?? far,
      field.at(x + step, y) + 1,
      field.at(x, y + step) + 1,
      field.at(x + step, y + step) + SQRT2,
      field.at(x - step, y + step) + SQRT2,
    );
    values[at] = nearest;
  };
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) relax(x, y, -1);
  for (let y = height - 1; y >= 0; y -= 1) for (let x = width - 1; x >= 0; x -= 1) relax(x, y, 1);
  for (let at = 0; at < values.length; at += 1) values[at] = (values[at] ?? 0) / field.meanSide;
  return field;
};
