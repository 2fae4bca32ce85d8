import { spread } from './percentiles.mjs';

/**
 * A closed loop: each caller sends its next call when the one before was answered.
 * @param call gets the caller's number, from 0
 * @param warmUpSeconds time before the measured `seconds`, whose calls do not count
 * @returns calls that began and ended in the measured time per second, and the spread of their milliseconds
 */
export const closedLoop = async (call, { callers, seconds, warmUpSeconds }) => {
  const samples = [];
  const start = performance.now() + warmUpSeconds * 1000;
  const end = start + seconds * 1000;
  const caller = async (number) => {
    for (let began = performance.now(); began < end;) {
      await call(number);
      const ended = performance.now();
      if (began >= start && ended <= end) samples.push(ended - began);
      began = ended;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, number) => caller(number)));
  return { per_second: samples.length / seconds, ...spread(samples) };
};
