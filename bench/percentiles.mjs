/** The smallest sample that at least the share `p` (0 – 1) of all samples do not exceed; NaN of none. */
const percentile = (sorted, p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;

/** @param samples milliseconds, in any order */
export const spread = (samples) => {
  const sorted = Float64Array.from(samples).sort();
  return { p50_ms: percentile(sorted, 0.5), p95_ms: percentile(sorted, 0.95), p99_ms: percentile(sorted, 0.99) };
};

/** The middle of an odd number of values, the mean of the two in the middle of an even one. */
export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Member by member the median over rounds that have the same members. */
export const medians = (rounds) =>
  Object.fromEntries(Object.keys(rounds[0]).map((key) => [key, median(rounds.map((round) => round[key]))]));
