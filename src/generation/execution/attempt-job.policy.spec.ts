import { RUN_ID, TIMES, happened, recorded } from '../../../test/support/generations.js';
import type { GenerationEvent } from '../generation.events.js';
import { attemptJob, attemptJobId, causeOf, ownersIn, queueChanges, type DueAttempt } from './attempt-job.policy.js';

const { created, started, submitted, resumed, stored, retried, completed, failed, cancelled, retryRequested } =
  happened;
/** A second after it was recorded, as it is one after the failure. */
const DUE = '2026-01-01T10:00:01.500Z';
const changesOf = (...events: readonly GenerationEvent[]): object => queueChanges(recorded(...events));

const due = (attempt: number, runAt: string | null = null): DueAttempt => ({ runId: RUN_ID, attempt, runAt });

describe('a job of an attempt', () => {
  it('has an id made of the run and the attempt, within what a queue takes', () => {
    expect(attemptJobId(RUN_ID, 2)).toBe(`${RUN_ID}:2`);
    expect(attemptJobId(RUN_ID, Number.MAX_SAFE_INTEGER).length).toBeLessThanOrEqual(200);
  });

  it('carries the run, the attempt and the time it is due', () => {
    expect(attemptJob(due(2, TIMES.due))).toEqual({
      id: `${RUN_ID}:2`,
      data: { run_id: RUN_ID, attempt: 2 },
      runAt: new Date(TIMES.due),
    });
  });

  it('takes the turns of its user', () => {
    const share = { group: '7', weight: 2, priority: 4 };
    expect(attemptJob(due(1), share)).toMatchObject({ id: `${RUN_ID}:1`, ...share });
  });

  it('has no time when it is due at once', () => {
    expect(attemptJob(due(2))).toEqual({ id: `${RUN_ID}:2`, data: { run_id: RUN_ID, attempt: 2 } });
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
    ['a new run enqueues its first attempt', created(), due(1)],
    ['a planned retry enqueues the next attempt for its time', retried(2), due(3, DUE)],
    ['a wish to retry enqueues the next attempt at once', retryRequested(4), due(4)],
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
        enqueue: [due(3, DUE)],
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

  it('a run that waited for too long takes back its attempt, and one that failed otherwise has none to take back', () => {
    const end = failed(2);
    if (end.type !== 'GenerationFailed') throw new Error('Another event');
    const expired: GenerationEvent = { ...end, data: { ...end.data, category: 'expired' } };
    expect(changesOf(expired)).toEqual({ enqueue: [], cancel: [`${RUN_ID}:2`] });
    expect(changesOf(end)).toEqual({ enqueue: [], cancel: [] });
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
      enqueue: [due(2)],
      cancel: [],
    });
  });

  it('the cancellation of one run leaves the others alone', () => {
    const other = { ...recorded(created())[0], streamId: 'another-run' };
    const events = recorded(created(), cancelled(1)).concat(other as ReturnType<typeof recorded>[number]);
    expect(queueChanges(events)).toEqual({
      enqueue: [{ runId: 'another-run', attempt: 1, runAt: null }],
      cancel: [`${RUN_ID}:1`],
    });
  });

  it('keeps the order of the log', () => {
    expect(changesOf(created(), retried(1), retried(2))).toMatchObject({
      enqueue: [{ attempt: 1 }, { attempt: 2 }, { attempt: 3 }],
    });
  });
});

describe('the owners of runs', () => {
  it('are told where the runs begin, with the priority of those that have none of their own', () => {
    expect(ownersIn(recorded(created({ user_id: 7 }), started()))).toEqual(
      new Map([[RUN_ID, { userId: 7, priority: 'normal' }]]),
    );
    expect(ownersIn(recorded(created({ user_id: 7, priority: 'high' })))).toEqual(
      new Map([[RUN_ID, { userId: 7, priority: 'high' }]]),
    );
    expect(ownersIn(recorded(retried(1))).size).toBe(0);
  });
});
