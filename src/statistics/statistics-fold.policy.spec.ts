import fc from 'fast-check';
import { happened, recorded } from '../../test/support/generations.js';
import { cutAt, liveThrough, randomSteps, type RandomLog } from '../../test/support/random-log.js';
import { scopesOf, sumUp } from '../../test/support/summed-runs.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { GENERATION_EVENTS, type GenerationEvent } from '../generation/generation.events.js';
import {
  addDuration,
  addEncoded,
  encodeSketch,
  type DurationSketch,
} from '../platform/measures/duration-sketch.policy.js';
import { addCounts, noFigures, type Figures } from './figures.policy.js';
import { isFinal, StatisticsFold, UncountedRun } from './statistics-fold.policy.js';

/** Folds a log batch by batch, each beginning with what the projection would have kept of the ones before. */
const foldIn = (batches: readonly (readonly RecordedEvent<GenerationEvent>[])[]): Map<string, Figures> => {
  const sums = new Map<string, Figures>();
  let kept: StatisticsFold['runs'] = new Map();
  for (const batch of batches) {
    const fold = new StatisticsFold(kept);
    for (const event of batch) fold.take(event);
    for (const [key, { figures }] of fold.sums) {
      const sum = sums.get(key) ?? noFigures();
      addCounts(sum, figures);
      addEncoded(sum.durations, encodeSketch(figures.durations));
      sums.set(key, sum);
    }
    kept = new Map([...fold.runs].filter(([, run]) => !isFinal(run)));
  }
  return sums;
};

const plain = ({
  statuses,
  retried,
  cached,
  costMicros,
  savedMicros,
  qualityMicros,
  breakdown,
  presets,
  durations,
}: Figures): object => ({
  ...{ statuses, retried, cached, costMicros, savedMicros, qualityMicros },
  breakdown: Object.fromEntries(Object.entries(breakdown).map(([name, counts]) => [name, Object.fromEntries(counts)])),
  presets: Object.fromEntries(presets),
  durations: encodeSketch(durations),
});

const expected = ({ runs }: RandomLog): Record<string, object> => {
  const scopes = new Set(runs.flatMap(scopesOf));
  return Object.fromEntries(
    [...scopes].map((scope) => {
      const { durations, ...sum } = sumUp(runs.filter((run) => scopesOf(run).includes(scope)));
      const sketch: DurationSketch = new Map();
      for (const ms of durations) addDuration(sketch, ms);
      return [scope, { ...sum, durations: encodeSketch(sketch) }];
    }),
  );
};

describe('the sums of any history', () => {
  it('are those of looking at each run at its end, in whatever batches the events came', () => {
    fc.assert(
      fc.property(randomSteps(), fc.array(fc.nat(), { maxLength: 10 }), (steps, places) => {
        const log = liveThrough(steps);
        const sums = foldIn(cutAt(log.events, places));
        expect(Object.fromEntries([...sums].map(([scope, figures]) => [scope, plain(figures)]))).toEqual(expected(log));
      }),
      { numRuns: 200 },
    );
  });

  it('do not call a run retried that failed with another one and is asked for again before its first attempt', () => {
    const log = recorded(happened.created(), happened.joined(), happened.failed(), happened.retryRequested(1));
    const [sum] = foldIn([log]).values();
    expect(sum).toMatchObject({ retried: 0, statuses: { pending: 1, failed: 0 } });
  });

  it('include every kind of event and of end', () => {
    const seen = fc.sample(randomSteps(), { numRuns: 100, seed: 7 }).map(liveThrough);
    expect(new Set(seen.flatMap(({ events }) => events.map(({ type }) => type))).size).toBe(
      GENERATION_EVENTS.current.length,
    );
    expect(new Set(seen.flatMap(({ runs }) => runs.map(({ state }) => state.status))).size).toBe(5);
  });
});

describe('a run', () => {
  const { created, started, completed, failed, retryRequested } = happened;
  const totals = (...events: readonly GenerationEvent[]): Figures | undefined =>
    foldIn([recorded(...events)]).get('2026-01-01 0 0');

  it('that failed and is asked for again is no failure any more, and counts as retried once', () => {
    expect(totals(created(), started(), failed())).toMatchObject({ statuses: { failed: 1 }, retried: 0 });
    expect(totals(created(), started(), failed(), retryRequested())).toMatchObject({
      statuses: { failed: 0, pending: 1 },
      retried: 1,
    });
    expect(totals(created(), started(), failed(), retryRequested(), started(2), completed(2))).toMatchObject({
      statuses: { failed: 0, pending: 0, completed: 1 },
      retried: 1,
      costMicros: 10_000,
    });
  });

  it('counts on the day of its creation, whenever it ends', () => {
    const events = [created(), started(), completed()];
    expect([...foldIn([recorded(...events)]).keys()].every((key) => key.startsWith('2026-01-01'))).toBe(true);
  });

  it('that was never counted stops the fold', () => {
    expect(() => foldIn([recorded(started())])).toThrow(UncountedRun);
  });
});
