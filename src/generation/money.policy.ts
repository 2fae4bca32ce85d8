const MICRO = 1_000_000;

/** US dollars to the millionth, so that a sum of prices does not depend on the order in which they came. */
export const sumUsd = (...amounts: readonly number[]): number =>
  amounts.reduce((sum, amount) => sum + Math.round(amount * MICRO), 0) / MICRO;
