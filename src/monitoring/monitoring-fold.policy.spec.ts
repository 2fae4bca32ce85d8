import type { ReplayedEvent } from '../eventsourcing/event.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import { HASH, happened, LEADER } from '../../test/support/generations.js';
import { kindKey, type JobCounts } from './job-counts.policy.js';
import { MonitoringFold, UncountedJob } from './monitoring-fold.policy.js';
import type { MonitoringEvent, TrackedJob } from './monitoring.events.js';

type Followed = GenerationEvent | MonitoringEvent;

const { created, started, completed, failed, cancelled, retryRequested } = happened;
/** What a run ends with that takes the result of another one. */
const taken = (): GenerationEvent => ({
  type: 'GenerationCompleted',
  data: {
    ...(completed() as Extract<GenerationEvent, { type: 'GenerationCompleted' }>).data,
    source: { kind: 'cache', run_id: LEADER, saved_usd: 0.01 },
  },
});
const reset: MonitoringEvent = { type: 'MonitoringReset', data: { reset_at: '2026-01-01T10:30:00.000Z' } };
const tracked = (job: Partial<TrackedJob> = {}): MonitoringEvent => ({
  type: 'JobTracked',
  data: {
    ...{ event: 'completed', job_type: 'training', duration: null, run_id: null },
    ...job,
    tracked_at: '2026-01-01T10:00:00.000Z',
  },
});
const log = (...events: readonly (readonly [runId: string, event: Followed])[]): ReplayedEvent<Followed>[] =>
  events.map(([streamId, event], index) => ({ ...event, streamId, version: 1, position: index + 1 }));

const after = (...events: readonly (readonly [runId: string, event: Followed])[]): MonitoringFold => {
  const fold = new MonitoringFold({ jobs: new Map(), runs: new Map(), reset: { position: 0, at: null } });
  for (const event of log(...events)) fold.take(event);
  return fold;
};
const countsOf = (fold: MonitoringFold, type: 'image' | 'training' | 'other', model = ''): JobCounts | undefined =>
  fold.jobs.get(kindKey({ type, model }))?.counts;
const images = (fold: MonitoringFold): JobCounts | undefined => countsOf(fold, 'image', 'builtin/studio');

describe('the counts of jobs', () => {
  it('add up whatever a run came to, and keep what can still change', () => {
    const fold = after(
      ['a', created()],
      ['b', created()],
      ['c', created()],
      ['d', created()],
      ['a', started()],
      ['a', completed()],
      ['b', failed()],
      ['c', cancelled()],
    );
    expect(images(fold)).toMatchObject({ created: 4, completed: 1, failed: 1, cancelled: 1, open: 1 });
    expect([...fold.runs.keys()]).toEqual(['b', 'd']);
  });

  it('take a failed run that is asked for again out of the failures', () => {
    const fold = after(['a', created()], ['a', failed()], ['a', retryRequested()]);
    expect(images(fold)).toMatchObject({ created: 1, failed: 0, open: 1 });
  });

  it('count each variant of what a provider made, and nothing of what was taken from another run', () => {
    const fold = after(
      ['a', created({ num_variants: 4, prompt_hash: HASH })],
      ['a', completed()],
      ['b', created({ prompt_hash: HASH })],
      ['b', taken()],
    );
    expect(images(fold)).toMatchObject({ completed: 2, results: 4, timed: 2 });
  });

  it('keep the kinds of reported jobs few, whatever they are called', () => {
    const fold = after(
      ...['juggling', '__proto__', 'constructor'].map((job_type) => ['x', tracked({ job_type })] as const),
    );
    expect(countsOf(fold, 'other')).toMatchObject({ created: 3, completed: 3 });
    expect(fold.jobs.size).toBe(1);
  });

  it('count a reported end that nobody reported the beginning of as both, and never have less than nothing pending', () => {
    const begun = tracked({ event: 'created' });
    const ended = tracked({ duration: 12.5 });
    const fold = after(['x', begun], ['x', ended], ['x', ended], ['x', tracked({ event: 'failed', run_id: 'lora-1' })]);
    expect(countsOf(fold, 'training')).toMatchObject({ created: 3, completed: 2, failed: 1, open: 0, timeMs: 25_000 });
    expect(fold.failures).toMatchObject([{ position: 4, type: 'job', category: 'unknown', runId: 'lora-1' }]);
  });

  it('refuse a run that was never counted', () => {
    expect(() => after(['a', completed()])).toThrow(UncountedJob);
  });
});

describe('a reset', () => {
  it('leaves what is pending, which counts where it ends', () => {
    const fold = after(['a', created({ preset: 'anime_style' })], ['b', created()], ['b', completed()], ['x', reset]);
    expect(images(fold)).toEqual({
      ...{ created: 0, completed: 0, failed: 0, cancelled: 0, open: 1, results: 0, timed: 0, timeMs: 0 },
      durations: new Map(),
    });
    expect(fold.presets.size).toBe(0);
    const [later] = log(['a', completed()]);
    if (later) fold.take({ ...later, position: 5 });
    expect(images(fold)).toMatchObject({ created: 0, completed: 1, open: 0 });
  });

  it('takes a failure from before it out of nothing when the run is asked for again', () => {
    const fold = after(['a', created()], ['a', failed()], ['x', reset], ['a', retryRequested()]);
    expect(images(fold)).toMatchObject({ failed: 0, open: 1 });
  });

  it('keeps the list of failures', () => {
    expect(after(['a', created()], ['a', failed()], ['x', reset]).failures).toHaveLength(1);
  });
});
