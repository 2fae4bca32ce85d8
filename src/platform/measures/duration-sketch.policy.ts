/**
 * How long many things took, in little space: counts in buckets whose bounds grow by a constant factor, as in DDSketch (Masson, Rim, Lee: “DDSketch:
 * A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees”, PVLDB 12, 2019, https://www.vldb.org/pvldb/vol12/p2195-masson.pdf).
 * With the factor 1.02 no value is further than 1 % from the middle of its bucket, however many there are, and sketches add up without loss.
 * Bucket 0 holds durations of nothing, bucket k those of 1.02^(k − 2) to 1.02^(k − 1) units; the unit, milliseconds for runs, is the caller's,
 * and what is shorter than one unit counts as one.
 */
export type DurationSketch = Map<number, number>;

const FACTOR = 1.02;
const LOG_FACTOR = Math.log(FACTOR);

const bucketOf = (duration: number): number =>
  duration <= 0 ? 0 : Math.max(1, Math.ceil(Math.log(duration) / LOG_FACTOR) + 1);

/** The value that is as near to both ends of the bucket, relatively. */
const middleOf = (bucket: number): number => (bucket === 0 ? 0 : (2 * FACTOR ** (bucket - 1)) / (FACTOR + 1));

/** Takes one more duration into a sketch. */
export const addDuration = (sketch: DurationSketch, duration: number): void => {
  const bucket = bucketOf(duration);
  sketch.set(bucket, (sketch.get(bucket) ?? 0) + 1);
};

/**
 * The duration below which the share `p` (0 – 1) of all durations lies, within 1 %: between two neighbours in the order of durations the
 * line through both, as PostgreSQL's percentile_cont has it. Null for none.
 */
export const percentile = (sketch: ReadonlyMap<number, number>, p: number): number | null => {
  const buckets = [...sketch].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const count = buckets.reduce((sum, [, each]) => sum + each, 0);
  if (count === 0) return null;
  const valueAt = (rank: number): number => {
    let behind = 0;
    const found = buckets.find(([, each]) => (behind += each) > rank);
    return middleOf(found?.[0] ?? 0);
  };
  const rank = p * (count - 1);
  const below = valueAt(Math.floor(rank));
  return below + (rank - Math.floor(rank)) * (valueAt(Math.ceil(rank)) - below);
};

const pushVarint = (bytes: number[], value: number): void => {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
};

/**
 * The sketch as bytes, the same for the same counts: bucket by bucket, lowest first, the distance from the bucket before and the count, as
 * LEB128 (unsigned, seven bits a byte, lowest first).
 */
export const encodeSketch = (sketch: ReadonlyMap<number, number>): Buffer => {
  const bytes: number[] = [];
  let last = 0;
  for (const [bucket, count] of [...sketch].sort(([a], [b]) => a - b)) {
    if (count === 0) continue;
    pushVarint(bytes, bucket - last);
    pushVarint(bytes, count);
    last = bucket;
  }
  return Buffer.from(bytes);
};

const eachCount = (bytes: Uint8Array, take: (bucket: number, count: number) => void): void => {
  let [bucket, isCount, value, scale] = [0, false, 0, 1];
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    if (isCount) take(bucket, value);
    else bucket += value;
    isCount = !isCount;
    value = 0;
    scale = 1;
  }
};

/** Takes the durations of an encoded sketch into one. */
export const addEncoded = (sketch: DurationSketch, bytes: Uint8Array): void => {
  eachCount(bytes, (bucket, count) => sketch.set(bucket, (sketch.get(bucket) ?? 0) + count));
};

/** All durations of many encoded sketches: a year of busy days has a hundred thousand counts, which a list adds up faster than a map. */
export const sumOfEncoded = (sketches: readonly Uint8Array[]): DurationSketch => {
  const counts: number[] = [];
  for (const bytes of sketches) {
    eachCount(bytes, (bucket, count) => {
      while (counts.length <= bucket) counts.push(0);
      counts[bucket] = (counts[bucket] ?? 0) + count;
    });
  }
  return new Map(counts.entries());
};
