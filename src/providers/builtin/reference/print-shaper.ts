import { type Pixels } from '../develop.js';
import { stage } from '../progress.js';
import { guide } from './guide.js';
import { type References } from './references.js';
import { keepTiles } from './tiles.js';

/** Lets references shape a finished print, as its colours are seen: tiles of a control image, then guidance. Yields the share that is done. */
export function* shapePrint(print: Pixels, { control, guidance }: References, seed: number): Generator<number, Pixels> {
  let shaped = print;
  if (control?.type === 'tile') shaped = yield* stage(0, 0.4, keepTiles(shaped, control, seed));
  if (guidance.length > 0) shaped = yield* stage(0.4, 1, guide(shaped, guidance, seed));
  return shaped;
}
