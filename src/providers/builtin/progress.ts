import { clamp } from './scalar.js';

/** Runs a stage of the work and passes its own progress, 0 – 1, on as the part from `from` to `to` of the whole. */
export function* stage<T>(from: number, to: number, work: Generator<number, T>): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    yield from + (to - from) * clamp(step.value, 0, 1);
  }
}
