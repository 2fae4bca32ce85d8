import { TIMES, WORKER, happened, please } from '../../test/support/generations.js';
import { specificationOf } from '../eventsourcing/testing/decider-specification.js';
import { generationDecider } from './generation.decider.js';
import type { GenerationEvent } from './generation.events.js';

const given = specificationOf(generationDecider);
const { started, retried, stored, completed, failed, cancelled, retryRequested, joined, released } = happened;
const lost = { name: 'AttemptLost' };

/** A run that may wait for a minute. */
const created = (): GenerationEvent => happened.created({ expires_in: 60 });
const after = (time: string, seconds: number): Date => new Date(Date.parse(time) + seconds * 1000);
const IN_TIME = after(TIMES.created, 60);
const LATE = after(TIMES.created, 60.001);

const expired = (now: Date, waited: string, attempt = 1): GenerationEvent => ({
  type: 'GenerationFailed',
  data: {
    ...{ attempt, category: 'expired', retryable: false, failed_at: now.toISOString() },
    message: `The run has waited ${waited} s and was to start within 60 s`,
  },
});

describe('a run with a deadline', () => {
  it('starts in time, up to the moment of the deadline', () => {
    given(created())
      .when(please.start({ now: IN_TIME }))
      .then({
        type: 'GenerationStarted',
        data: { attempt: 1, worker_id: WORKER, started_at: IN_TIME.toISOString() },
      });
    given(created())
      .when(please.expire({ now: IN_TIME }))
      .thenRejects(lost);
  });

  it('ends in place of its start where a worker comes too late, and says how long it waited', () => {
    given(created())
      .when(please.start({ now: LATE }))
      .then(expired(LATE, '60.001'));
  });

  it('ends without a worker too', () => {
    given(created())
      .when(please.expire({ now: LATE }))
      .then(expired(LATE, '60.001'));
  });

  it('is not ended by another attempt than the one that waits', () => {
    given(created())
      .when(please.start({ attempt: 2, now: LATE }))
      .thenRejects(lost);
  });

  it('ends while it waits for its second attempt, which the time of the first one counts to', () => {
    given(created(), started(), retried())
      .when(please.expire({ now: LATE }))
      .then(expired(LATE, '60.001', 2));
    given(created(), started(), retried())
      .when(please.start({ attempt: 2, now: LATE }))
      .then(expired(LATE, '60.001', 2));
  });

  it('says what was paid for variants that it has', () => {
    const one: GenerationEvent = {
      type: 'GenerationArtifactStored',
      data: {
        ...(stored().data as Extract<GenerationEvent, { type: 'GenerationArtifactStored' }>['data']),
        cost_usd: 0.01,
      },
    };
    const end = expired(LATE, '60.001', 2);
    given(created(), started(), one, retried())
      .when(please.expire({ now: LATE }))
      .then({ ...end, data: { ...end.data, cost_usd: 0.01 } } as GenerationEvent);
  });

  it('is not stopped by it once it is under way, nor ended twice', () => {
    for (const history of [
      [created(), started()],
      [created(), started(), stored(), completed()],
      [created(), failed()],
      [created(), cancelled(1)],
    ]) {
      given(...history)
        .when(please.expire({ now: LATE }))
        .thenRejects(lost);
    }
    given(created(), started())
      .when(please.fail({ now: LATE, category: 'moderated', message: 'Refused' }))
      .then({
        type: 'GenerationFailed',
        data: {
          ...{ attempt: 1, category: 'moderated', message: 'Refused', retryable: false },
          failed_at: LATE.toISOString(),
        },
      });
  });

  it('ends while it waits for another one’s result, whose time is another one', () => {
    given(created(), joined())
      .when(please.expire({ now: LATE }))
      .then(expired(LATE, '60.001'));
    given(happened.created(), joined())
      .when(please.expire({ now: LATE }))
      .thenRejects(lost);
  });

  it('keeps its deadline when it goes on by itself', () => {
    given(created(), joined(), released())
      .when(please.start({ now: LATE }))
      .then(expired(LATE, '60.001'));
  });

  it('has a new one from when somebody asks for it again, and begins with the attempt that never started', () => {
    const end = expired(LATE, '60.001');
    given(created(), end)
      .when(please.retry(LATE))
      .then({ type: 'GenerationRetryRequested', data: { next_attempt: 1, requested_at: LATE.toISOString() } });
    given(created(), started(), retried(), expired(LATE, '60.001', 2))
      .when(please.retry(LATE))
      .then({ type: 'GenerationRetryRequested', data: { next_attempt: 2, requested_at: LATE.toISOString() } });
    const again = [created(), started(), failed(), retryRequested()];
    const late = after(TIMES.asked, 61);
    given(...again)
      .when(please.start({ attempt: 2, now: after(TIMES.asked, 60) }))
      .then({
        type: 'GenerationStarted',
        data: { attempt: 2, worker_id: WORKER, started_at: after(TIMES.asked, 60).toISOString() },
      });
    given(...again)
      .when(please.expire({ now: late }))
      .then(expired(late, '61', 2));
  });
});
