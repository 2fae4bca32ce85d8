import { NOW, OTHER_WORKER, happened, please } from '../../test/support/generations.js';
import { fold } from '../eventsourcing/decider.js';
import { specificationOf } from '../eventsourcing/testing/decider-specification.js';
import { ERROR_CATEGORIES } from '../providers/image-provider.port.js';
import { generationDecider } from './generation.decider.js';
import type { GenerationEvent } from './generation.events.js';
import { isRetryable } from './retry.policy.js';

const given = specificationOf(generationDecider);
const now = NOW.toISOString();
const { created, started, resumed, retried, failed, retryRequested } = happened;

/** Runs a round to its end: every attempt fails for the same reason. @returns the events that ended each attempt. */
const failUntilTheEnd = (history: readonly GenerationEvent[], first: number): GenerationEvent[] => {
  let state = fold(generationDecider, history);
  const ends: GenerationEvent[] = [];
  for (let attempt = first; state.status === 'pending'; attempt++) {
    for (const command of [please.start({ attempt }), please.fail({ attempt })]) {
      const events = generationDecider.decide(command, state);
      state = events.reduce(generationDecider.evolve, state);
      if (command.type === 'FailAttempt') ends.push(...events);
    }
  }
  return ends;
};

const waitsOf = (ends: readonly GenerationEvent[]): number[] =>
  ends.flatMap((event) =>
    event.type === 'GenerationRetried'
      ? [(Date.parse(event.data.next_attempt_at) - Date.parse(event.data.failed_at)) / 1000]
      : [],
  );

describe('FailAttempt', () => {
  it.each([
    [0, []],
    [1, [1]],
    [2, [1, 2]],
    [3, [1, 2, 4]],
    [4, [1, 2, 4, 8]],
    [5, [1, 2, 4, 8, 16]],
  ])('with max_retries %i waits %j s between the attempts and then fails', (maxRetries, waits) => {
    const ends = failUntilTheEnd([created({ max_retries: maxRetries })], 1);
    expect(waitsOf(ends)).toEqual(waits);
    expect(ends).toHaveLength(maxRetries + 1);
    expect(ends.at(-1)).toEqual({
      type: 'GenerationFailed',
      data: {
        attempt: maxRetries + 1,
        category: 'timeout',
        message: 'Too slow',
        retryable: true,
        failed_at: now,
      },
    });
  });

  it.each(ERROR_CATEGORIES.map((category) => [category, isRetryable(category)] as const))(
    'for %s plans another attempt: %s',
    (category, retryable) => {
      const [event] = generationDecider.decide(
        please.fail({ category }),
        fold(generationDecider, [created(), started()]),
      );
      expect(event?.type).toBe(retryable ? 'GenerationRetried' : 'GenerationFailed');
      expect(event?.data).toMatchObject({ attempt: 1, category });
    },
  );

  it.each([
    ['that is longer than the schedule', 30, '2026-01-01T12:00:30.000Z'],
    ['that is shorter than the schedule', 0.5, '2026-01-01T12:00:01.000Z'],
    ['that no date can hold', 1e300, '2026-01-02T12:00:00.000Z'],
    ['that is no number', Number.NaN, '2026-01-01T12:00:01.000Z'],
  ])('honours a Retry-After %s', (_, retryAfterSeconds, nextAttemptAt) => {
    given(created(), started())
      .when(please.fail({ category: 'rate_limited', message: 'Slow down', retryAfterSeconds }))
      .then({
        type: 'GenerationRetried',
        data: {
          attempt: 1,
          category: 'rate_limited',
          message: 'Slow down',
          next_attempt: 2,
          next_attempt_at: nextAttemptAt,
          failed_at: now,
        },
      });
  });

  it('does not wait for a provider that it will not ask again', () => {
    given(created({ max_retries: 0 }), started())
      .when(please.fail({ category: 'rate_limited', retryAfterSeconds: 30 }))
      .then({
        type: 'GenerationFailed',
        data: { attempt: 1, category: 'rate_limited', message: 'Too slow', retryable: true, failed_at: now },
      });
  });

  it('counts a takeover as the same attempt', () => {
    given(created({ max_retries: 1 }), started(), resumed())
      .when(please.fail({ workerId: OTHER_WORKER }))
      .then({
        type: 'GenerationRetried',
        data: {
          attempt: 1,
          category: 'timeout',
          message: 'Too slow',
          next_attempt: 2,
          next_attempt_at: '2026-01-01T12:00:01.000Z',
          failed_at: now,
        },
      });
  });
});

describe('RetryGeneration', () => {
  it('goes on with a new attempt number and a fresh budget and schedule', () => {
    const firstRound = [
      created({ max_retries: 2 }),
      started(1),
      retried(1),
      started(2),
      retried(2),
      started(3),
      failed(3),
    ];
    given(...firstRound)
      .when(please.retry())
      .then({ type: 'GenerationRetryRequested', data: { next_attempt: 4, requested_at: now } });
    const ends = failUntilTheEnd([...firstRound, retryRequested(4)], 4);
    expect(waitsOf(ends)).toEqual([1, 2]);
    expect(ends.map(({ data }) => 'attempt' in data && data.attempt)).toEqual([4, 5, 6]);
    expect(ends.at(-1)?.type).toBe('GenerationFailed');
  });

  it('takes a failure that no retry could have mended, too: the world may have changed', () => {
    given(created(), started(), failed())
      .when(please.retry())
      .then({ type: 'GenerationRetryRequested', data: { next_attempt: 2, requested_at: now } });
  });

  it('refuses a second request while the first one waits', () => {
    given(created(), started(), failed(), retryRequested()).when(please.retry()).thenRejects({ code: 'conflict' });
  });
});
