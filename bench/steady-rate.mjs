import { setTimeout } from 'node:timers/promises';

/** An open loop: calls at a steady rate whether or not the earlier ones are through, so that a slow answer delays no other. */
export const atSteadyRate = async (perSecond, seconds, call) => {
  const calls = [];
  const began = performance.now();
  for (let number = 0; number < perSecond * seconds; number++) {
    const due = began + (number * 1000) / perSecond;
    await setTimeout(Math.max(0, due - performance.now()));
    calls.push(call(number, due));
  }
  return Promise.all(calls);
};
