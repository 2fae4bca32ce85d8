import {
  HASH,
  LEADER,
  OTHER_WORKER,
  TIMES,
  WORKER,
  artifactOf,
  happened,
  orderOf,
  please,
} from '../../test/support/generations.js';
import { fold } from '../eventsourcing/decider.js';
import type { GenerationEvent } from './generation.events.js';
import { GENERATION_KIND } from './generation.store.js';

const { created, started, submitted, resumed, stored, retried, completed, failed, cancelled, retryRequested } =
  happened;

const rowsOf = (...history: readonly GenerationEvent[]): object =>
  GENERATION_KIND.inlineRows(fold(GENERATION_KIND.decider, history), history);

const timeout = { category: 'timeout', message: 'Too slow', retryable: true };
const refused = { category: 'moderated', message: 'Refused', retryable: false };
const secondStart: GenerationEvent = {
  type: 'GenerationStarted',
  data: { attempt: 2, worker_id: OTHER_WORKER, started_at: '2026-01-01T10:00:07.000Z' },
};

/** What the row says after a history; columns that are left out are null. */
const SITUATIONS: readonly (readonly [situation: string, history: readonly GenerationEvent[], now: object])[] = [
  ['that waits for its first attempt', [created()], { status: 'pending', attempt: 1, next_attempt_at: null }],
  [
    'whose first attempt runs',
    [created(), started()],
    { status: 'processing', attempt: 1, started_at: TIMES.started, worker_id: WORKER, provider_job_id: null },
  ],
  [
    'that the provider has and another worker took over',
    [created(), started(), submitted(), resumed()],
    {
      status: 'processing',
      attempt: 1,
      started_at: TIMES.started,
      worker_id: OTHER_WORKER,
      provider_job_id: 'job-1',
    },
  ],
  [
    'that waits for a retry',
    [created(), started(), submitted(), retried(1)],
    { status: 'pending', attempt: 2, started_at: TIMES.started, next_attempt_at: TIMES.due, error: timeout },
  ],
  [
    'whose second attempt runs: begun with the first, the old error and the old job gone',
    [created(), started(), submitted(), retried(1), secondStart],
    { status: 'processing', attempt: 2, started_at: TIMES.started, worker_id: OTHER_WORKER, provider_job_id: null },
  ],
  [
    'that completed',
    [created(), started(), stored(1, 0), stored(1, 1), completed()],
    {
      status: 'completed',
      attempt: 1,
      started_at: TIMES.started,
      completed_at: TIMES.ended,
      quality_score: 0.7,
      generation_time: 4.25,
      cost_usd: 0.01,
      artifacts: [artifactOf(0), artifactOf(1)],
    },
  ],
  [
    'that failed',
    [created(), started(), failed()],
    { status: 'failed', attempt: 1, started_at: TIMES.started, completed_at: TIMES.ended, error: refused },
  ],
  [
    'that failed and was asked for again: due since then, the error still told',
    [created(), started(), failed(), retryRequested(2)],
    { status: 'pending', attempt: 2, started_at: TIMES.started, next_attempt_at: TIMES.asked, error: refused },
  ],
  [
    'that was cancelled before it began',
    [created(), cancelled(1)],
    { status: 'cancelled', attempt: 1, completed_at: TIMES.ended },
  ],
];

describe('the row of a run', () => {
  it.each(SITUATIONS)('%s', (_, history, now) => {
    const always = { started_at: null, error: null, artifacts: [], cached: false, offers: false };
    const joined = (now as { status: string }).status === 'pending' ? { joined_to: null } : {};
    expect(rowsOf(...history)).toEqual({
      generation: [{ ...orderOf(), created_at: TIMES.created, ...always, ...joined, ...now }],
      artifact: (now as { artifacts?: unknown }).artifacts ?? [],
    });
  });

  it('tells after that only what changes, and pictures only with the event that stored them', () => {
    const state = fold(GENERATION_KIND.decider, [created(), started(), stored(1, 0), completed()]);
    const { generation, generation_change, artifact } = GENERATION_KIND.inlineRows(state, [completed()]);
    expect(generation).toBeUndefined();
    expect(generation_change).toHaveLength(1);
    expect(generation_change?.[0]).not.toHaveProperty('prompt');
    expect(artifact).toEqual([]);
  });

  describe('offers a result to others', () => {
    const wish = created({ prompt_hash: HASH });
    const [answer] = GENERATION_KIND.decider
      .decide(please.shareResult(), fold(GENERATION_KIND.decider, [wish, happened.joined()]))
      .slice(-1);
    const row = (...history: readonly GenerationEvent[]): object | undefined => {
      const rows = GENERATION_KIND.inlineRows(fold(GENERATION_KIND.decider, history), history);
      return rows['generation']?.[0];
    };

    it.each<[string, readonly GenerationEvent[]]>([
      ['while it waits', [wish]],
      ['while it runs', [wish, started()]],
      ['while it waits for a retry', [wish, started(), retried(1)]],
      ['once it is there', [wish, started(), stored(1, 0), completed()]],
      ['again when it was released', [wish, happened.joined(), happened.released()]],
    ])('%s', (_, history) => {
      expect(row(...history)).toMatchObject({ offers: true, prompt_hash: HASH });
    });

    it.each<[string, readonly GenerationEvent[], object]>([
      ['while it waits for another one', [wish, happened.joined()], { joined_to: LEADER }],
      [
        'when it took one itself',
        answer ? [wish, happened.joined(), answer] : [],
        { source_run_id: LEADER, saved_usd: 0.01 },
      ],
      ['after it failed', [wish, started(), failed()], {}],
      ['after it was cancelled', [wish, cancelled(1)], {}],
      ['where its caller wants its own alone', [created(), started()], {}],
    ])('but not %s', (_, history, rest) => {
      expect(row(...history)).toMatchObject({ offers: false, ...rest });
    });
  });

  it('is none where there is no run', () => {
    expect(rowsOf()).toEqual({});
  });
});
