import {
  HASH,
  LEADER,
  NOW,
  OTHER_WORKER,
  artifactOf,
  happened,
  orderOf,
  please,
  sharedResult,
} from '../../../test/support/generations.js';
import { specificationOf } from '../../eventsourcing/testing/decider-specification.js';
import { generationDecider } from '../generation.decider.js';
import type { GenerationEvent } from '../generation.events.js';

const given = specificationOf(generationDecider);
const now = NOW.toISOString();
const { started, completed, stored, failed, cancelled, retryRequested, joined, released } = happened;
const created = (): GenerationEvent => happened.created({ prompt_hash: HASH });
const lost = { name: 'AttemptLost' };

const taken = (kind: 'cache' | 'joined', seconds: number): GenerationEvent[] => [
  { type: 'GenerationArtifactStored', data: { attempt: 1, artifact: artifactOf(), stored_at: now } },
  {
    type: 'GenerationCompleted',
    data: {
      attempt: 1,
      quality_score: 0.7,
      generation_time: seconds,
      cost_usd: 0,
      cached: true,
      completed_at: now,
      source: { kind, run_id: LEADER, saved_usd: 0.01 },
    },
  },
];

const OVER: readonly (readonly [string, readonly GenerationEvent[]])[] = [
  ['does not exist', []],
  ['runs', [created(), started()]],
  ['is done', [created(), started(), stored(), completed()]],
  ['failed', [created(), started(), failed()]],
  ['was cancelled', [created(), cancelled(1)]],
  ['waits for its second attempt by somebody’s wish', [created(), started(), failed(), retryRequested()]],
];

describe('a run that is answered from the cache', () => {
  it('is created and completed at once, for nothing, and says from where', () => {
    given()
      .when(please.answerFromCache())
      .then(
        { type: 'GenerationCreated', data: { ...orderOf({ prompt_hash: HASH }), created_at: now } },
        ...taken('cache', 0),
      );
  });

  it('may be answered after it was created, while it waits by itself', () => {
    given(created())
      .when(please.shareResult({ result: sharedResult('cache') }))
      .then(...taken('cache', 7200));
  });

  it('is not one that exists already', () => {
    given(created()).when(please.answerFromCache()).thenRejects({ name: 'GenerationConflict' });
  });
});

describe('a run that joins another one', () => {
  it('waits for it, and starts no attempt of its own', () => {
    given(created())
      .when(please.join())
      .then({ type: 'GenerationJoined', data: { leader_run_id: LEADER, joined_at: now } });
    given(created(), joined()).when(please.start()).thenRejects(lost);
  });

  it('is completed with its result', () => {
    given(created(), joined())
      .when(please.shareResult())
      .then(...taken('joined', 7200));
  });

  it('fails with it', () => {
    given(created(), joined())
      .when(please.shareFailure())
      .then({
        type: 'GenerationFailed',
        data: { attempt: 1, category: 'moderated', message: 'Refused', retryable: false, failed_at: now },
      });
  });

  it('begins with its first attempt where somebody asks for it again after that', () => {
    given(created(), joined(), failed())
      .when(please.retry())
      .then({ type: 'GenerationRetryRequested', data: { next_attempt: 1, requested_at: now } });
  });

  it('can be cancelled without it', () => {
    given(created(), joined())
      .when(please.cancel())
      .then({ type: 'GenerationCancelled', data: { waiting_attempt: 1, cancelled_at: now } });
  });

  it('goes on by itself where that ended without a result, and may join another one', () => {
    given(created(), joined())
      .when(please.release())
      .then({
        type: 'GenerationReleased',
        data: { leader_run_id: LEADER, prompt_hash: HASH, released_at: now },
      });
    given(created(), joined(), released())
      .when(please.start({ workerId: OTHER_WORKER }))
      .then({ type: 'GenerationStarted', data: { attempt: 1, worker_id: OTHER_WORKER, started_at: now } });
    given(created(), joined(), released())
      .when(please.join({ leaderRunId: OTHER_WORKER }))
      .then({ type: 'GenerationJoined', data: { leader_run_id: OTHER_WORKER, joined_at: now } });
  });

  it('listens to that one alone, and joins once', () => {
    for (const command of [
      please.shareFailure({ leaderRunId: OTHER_WORKER }),
      please.release({ leaderRunId: OTHER_WORKER }),
      please.shareResult({ result: { ...sharedResult('joined'), run_id: OTHER_WORKER } }),
      please.shareResult({ result: sharedResult('cache') }),
      please.join(),
    ]) {
      given(created(), joined()).when(command).thenRejects(lost);
    }
  });

  describe.each([
    ['joins', please.join()],
    ['takes a result', please.shareResult()],
    ['takes a result that is there', please.shareResult({ result: sharedResult('cache') })],
    ['takes a failure', please.shareFailure()],
    ['is released', please.release()],
  ])('%s', (_, command) => {
    it.each(OVER)('not where it %s', (_situation, history) => {
      given(...history)
        .when(command)
        .thenRejects(lost);
    });
  });
});
