import { RUN_ID, TIMES, happened, recorded } from '../../../test/support/generations.js';
import type { GenerationEvent } from '../generation.events.js';
import { attemptJob, attemptJobId, causeOf, queueChanges } from './attempt-job.policy.js';

const { created, started, submitted, resumed, stored, retried, completed, failed, cancelled, retryRequested } =
  happened;
/** A second after it was recorded, as it is one after the failure. */
const DUE = '2026-01-01T10:00:01.500Z';
const changesOf = (...events: readonly GenerationEvent[]): object => queueChanges(recorded(...events));

describe('a job of an attempt', () => {
  it('has an id made of the run and the attempt, within what a queue takes', () => {
    expect(attemptJobId(RUN_ID, 2)).toBe(`${RUN_ID}:2`);
    expect(attemptJobId(RUN_ID, Number.MAX_SAFE_INTEGER).length).toBeLessThanOrEqual(200);
  });

  it('carries the run, the attempt and the time it is due', () => {
    expect(attemptJob(RUN_ID, 2, TIMES.due)).toEqual({
      id: `${RUN_ID}:2`,
      data: { run_id: RUN_ID, attempt: 2 },
      runAt: new Date(TIMES.due),
    });
  });

  it('has no time when it is due at once', () => {
    expect(attemptJob(RUN_ID, 2, null)).toEqual({ id: `${RUN_ID}:2`, data: { run_id: RUN_ID, attempt: 2 } });
  });
});

describe('the cause of an attempt', () => {
  const history = recorded(created(), started(1), retried(1), started(2), failed(2), retryRequested(3), started(3));

  it.each([
    [1, 'GenerationCreated'],
    [2, 'GenerationRetried'],
    [3, 'GenerationRetryRequested'],
    [4, undefined],
  ])('that is the %d. one is %s', (attempt, type) => {
    expect(causeOf(history, attempt)?.type).toBe(type);
  });
});

describe('queueChanges', () => {
  it.each([
    ['a new run enqueues its first attempt', created(), attemptJob(RUN_ID, 1, null)],
    ['a planned retry enqueues the next attempt for its time', retried(2), attemptJob(RUN_ID, 3, DUE)],
    ['a wish to retry enqueues the next attempt at once', retryRequested(4), attemptJob(RUN_ID, 4, null)],
  ])('%s', (_, event, job) => {
    expect(changesOf(event)).toEqual({ enqueue: [job], cancel: [] });
  });

  it.each([
    ['ahead', '2026-01-01T11:00:05.250Z', '2026-01-01T11:00:06.250Z'],
    ['behind', '2026-01-01T09:00:05.250Z', '2026-01-01T09:00:06.250Z'],
  ])(
    'a worker whose clock is an hour %s plans the retry for the same time as others',
    (_, failed_at, next_attempt_at) => {
      const event = retried(2);
      if (event.type !== 'GenerationRetried') throw new Error('Another event');
      expect(changesOf({ ...event, data: { ...event.data, failed_at, next_attempt_at } })).toEqual({
        enqueue: [attemptJob(RUN_ID, 3, DUE)],
        cancel: [],
      });
    },
  );

  it('nothing else changes the queue', () => {
    expect(changesOf(started(), submitted(), resumed(), stored(), completed(), failed())).toEqual({
      enqueue: [],
      cancel: [],
    });
    expect(changesOf()).toEqual({ enqueue: [], cancel: [] });
  });

  it('a cancelled run takes back the attempt that waited', () => {
    expect(changesOf(cancelled(2))).toEqual({ enqueue: [], cancel: [`${RUN_ID}:2`] });
  });

  it('a run cancelled while it ran has nothing to take back', () => {
    expect(changesOf(cancelled(null))).toEqual({ enqueue: [], cancel: [] });
  });

  it('a run that is cancelled further on is not enqueued first', () => {
    expect(changesOf(created(), started(), retried(1), cancelled(2))).toEqual({
      enqueue: [],
      cancel: [`${RUN_ID}:2`],
    });
  });

  it('a run that was answered at once is not enqueued', () => {
    expect(changesOf(created(), stored(), completed())).toEqual({ enqueue: [], cancel: [] });
  });

  it('a run that ended and was asked for again is enqueued for that', () => {
    expect(changesOf(created(), failed(), retryRequested(2))).toEqual({
      enqueue: [attemptJob(RUN_ID, 2, null)],
      cancel: [],
    });
  });

  it('the cancellation of one run leaves the others alone', () => {
    const other = { ...recorded(created())[0], streamId: 'another-run' };
    const events = recorded(created(), cancelled(1)).concat(other as ReturnType<typeof recorded>[number]);
    expect(queueChanges(events)).toEqual({ enqueue: [attemptJob('another-run', 1, null)], cancel: [`${RUN_ID}:1`] });
  });

  it('keeps the order of the log', () => {
    expect(changesOf(created(), retried(1), retried(2))).toMatchObject({
      enqueue: [{ id: `${RUN_ID}:1` }, { id: `${RUN_ID}:2` }, { id: `${RUN_ID}:3` }],
    });
  });
});
