import { type Frame } from '../frame.js';
import { Rgb } from '../color.js';
import { type Field } from './field.js';

const { exp, hypot, max } = Math;

/** What a strength leads to: 0 at none, rising ever more slowly towards 1, so that twice the strength always shows more. */
export const yielding = (strength: number, rate: number): number => 1 - exp(-rate * strength);

/** Direction in which a field rises most at a place, as a unit vector; none where it is level. */
export const slopeOf = (field: Field, x: number, y: number, out: { x: number; y: number }): void => {
  const stepX = 1 / field.width;
  const stepY = 1 / field.height;
  const rightwards = field.read(x + stepX, y) - field.read(x - stepX, y);
  const downwards = field.read(x, y + stepY) - field.read(x, y - stepY);
  const length = max(1e-6, hypot(rightwards, downwards));
  out.x = rightwards / length;
  out.y = downwards / length;
};

/** The mean light of a scene where points of a field are marked; of the whole where none is. `around` may be of any size. */
export const lightUnder = (marked: Uint8Array, field: Field, around: Frame): Rgb => {
  const sum = new Rgb();
  const color = new Rgb();
  let count = 0;
  for (let y = 0; y < field.height; y += 2) {
    for (let x = 0; x < field.width; x += 2) {
      if (marked[y * field.width + x] !== 1) continue;
      sum.add(around.sample((x / field.width) * around.width, (y / field.height) * around.height, color));
      count += 1;
    }
  }
  return count === 0 ? around.sample(around.width / 2, around.height / 2, sum) : sum.scale(1 / count);
};
