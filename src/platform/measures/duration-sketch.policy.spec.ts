import fc from 'fast-check';
import {
  addDuration,
  addEncoded,
  encodeSketch,
  percentile,
  sumOfEncoded,
  type DurationSketch,
} from './duration-sketch.policy.js';

const sketchOf = (durations: readonly number[]): DurationSketch => {
  const sketch: DurationSketch = new Map();
  for (const ms of durations) addDuration(sketch, ms);
  return sketch;
};

/** As PostgreSQL's percentile_cont. */
const exactly = (durations: readonly number[], p: number): number => {
  const sorted = [...durations].sort((a, b) => a - b);
  const rank = p * (sorted.length - 1);
  const [below = 0, above = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below + (rank - Math.floor(rank)) * (above - below);
};

/** Milliseconds, from nothing to a day, and often the same. */
const duration = fc.oneof(
  fc.nat(100),
  fc.nat(60_000),
  fc.nat(86_400_000),
  fc.constantFrom(0, 1, 2, 10_000),
  // Bounds of buckets, where a rounding error would show.
  fc.integer({ min: 0, max: 900 }).map((power) => Math.round(1.02 ** power)),
);
const durations = fc.array(duration, { minLength: 1, maxLength: 400, size: 'max' });
const share = fc.oneof(fc.constantFrom(0, 0.5, 0.95, 0.99, 1), fc.double({ min: 0, max: 1, noNaN: true }));

describe('a sketch of durations', () => {
  it('knows every percentile within 1 %', () => {
    fc.assert(
      fc.property(durations, share, (values, p) => {
        const exact = exactly(values, p);
        const found = percentile(sketchOf(values), p) ?? Number.NaN;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.01);
      }),
      { numRuns: 500 },
    );
  });

  it('knows each single duration within 1 %', () => {
    for (let ms = 0; ms < 200_000; ms += ms < 2_000 ? 1 : 37) {
      expect(Math.abs((percentile(sketchOf([ms]), 0.5) ?? 0) - ms)).toBeLessThanOrEqual(ms * 0.01);
    }
  });

  it('is the same in any order and in any parts', () => {
    fc.assert(
      fc.property(durations, fc.nat(), (values, place) => {
        const [some, others] = [values.slice(0, place % values.length), values.slice(place % values.length)];
        const sum = sumOfEncoded([others, some].map((part) => encodeSketch(sketchOf(part))));
        expect(encodeSketch(sum)).toEqual(encodeSketch(sketchOf(values)));
      }),
    );
  });

  it('comes back from its bytes, and adds up from them', () => {
    fc.assert(
      fc.property(durations, durations, (values, more) => {
        const sketch = sketchOf(values);
        addEncoded(sketch, encodeSketch(sketchOf(more)));
        expect(encodeSketch(sketch)).toEqual(encodeSketch(sketchOf([...values, ...more])));
      }),
    );
  });

  it('takes counts of billions', () => {
    const sketch: DurationSketch = new Map([[1, 2 ** 40 + 3]]);
    const back: DurationSketch = new Map();
    addEncoded(back, encodeSketch(sketch));
    expect(back).toEqual(sketch);
  });

  it('is small: a thousand durations around half a minute take less than a kilobyte', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => 5_000 + index * 60);
    expect(encodeSketch(sketchOf(values)).length).toBeLessThan(1_000);
  });

  it('knows nothing of nothing', () => {
    expect(percentile(new Map(), 0.5)).toBeNull();
    expect(encodeSketch(new Map())).toHaveLength(0);
  });
});
