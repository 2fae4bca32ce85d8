import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { until } from '../support/until.js';

const FLOOD = 300;
const SLOW = { prompt: 'a queue around the block', model: 'simulator/slow-5s', use_cache: false };

let suite: DarkroomSuite;

beforeAll(async () => {
  // One slot: what starts next is then beyond doubt.
  suite = await DarkroomSuite.start({ WORKER_CONCURRENCY: '1', USER_WEIGHTS: '3=5' });
});
afterAll(() => suite.stop());

const waiting = async (): Promise<number> => {
  const { rows } = await suite.database.pool.query<{ jobs: number }>('select count(*)::int as jobs from jobs');
  return rows[0]?.jobs ?? 0;
};

/** How many runs have started since the position of an event. */
const startsSince = async (position: number): Promise<readonly string[]> => {
  const { rows } = await suite.database.pool.query<{ run_id: string }>(
    `select stream_id as run_id from events where type = 'GenerationStarted' and position > $1 order by position`,
    [position],
  );
  return rows.map(({ run_id }) => run_id);
};

const job = async (id: string): Promise<object | undefined> => {
  const { rows } = await suite.database.pool.query<Record<string, unknown>>(
    'select line, stride::int, priority from jobs where id = $1',
    [id],
  );
  return rows[0];
};

describe('a user whose runs flood the queue', () => {
  beforeAll(async () => {
    for (let sent = 0; sent < FLOOD; sent += 50) {
      const requests = Array.from({ length: 50 }, () => ({ ...SLOW, user_id: 1 }));
      const { status } = await suite.api.post('/api/generate/batch', { requests }, { prefer: 'respond-async' });
      expect(status).toBe(202);
    }
    await until('all of them wait or run', async () => (await waiting()) === FLOOD, 30_000);
  });

  it('keeps nobody else waiting: another user’s run starts next', async () => {
    const lone = await suite.begin({ ...OK, user_id: 2 });
    const place = await suite.status(
      lone.run_id,
      ({ queue_position: known, status }) => known !== null || status !== 'pending',
    );
    expect(place.queue_position ?? 1).toBe(1);
    expect((await suite.ended(lone.run_id)).status).toBe('completed');
    const { rows } = await suite.database.pool.query<{ position: string }>(
      `select position from events where stream_id = $1 and type = 'GenerationCreated'`,
      [lone.run_id],
    );
    // The slot may come free before the new run is in the queue.
    expect((await startsSince(Number(rows[0]?.position))).slice(0, 2)).toContain(lone.run_id);
  });

  it('decides by priority which of their own runs is the next', async () => {
    const before = await suite.begin({ ...SLOW, user_id: 1 });
    const urgent = await suite.begin({ ...OK, user_id: 1, priority: 'high' });
    const low = await suite.begin({ ...OK, user_id: 1, priority: 'low' });
    await until('all three wait', async () => (await suite.jobs(low.run_id)).length === 1);
    expect(await job(`${before.run_id}:1`)).toMatchObject({ line: '1', priority: 5 });
    expect(await job(`${low.run_id}:1`)).toMatchObject({ line: '1', priority: 6 });
    expect((await suite.ended(urgent.run_id)).status).toBe('completed');
    expect((await suite.detail(urgent.run_id)).priority).toBe('high');
    expect((await suite.detail(before.run_id)).priority).toBe('normal');
    const { queue_position: last } = await suite.status(low.run_id, () => true);
    const { queue_position: beforeLast } = await suite.status(before.run_id, () => true);
    expect([last, beforeLast].map((each) => Number(each) > 200)).toEqual([true, true]);
    expect(Number(last)).toBeGreaterThan(Number(beforeLast));
  });

  it('gives a retry the share and the priority of its run', async () => {
    const flaky = await suite.begin({
      ...OK,
      model: 'simulator/fail-rate_limited',
      max_retries: 1,
      user_id: 3,
      priority: 'high',
    });
    await until('the retry is in the queue', async () =>
      (await suite.jobs(flaky.run_id)).includes(`${flaky.run_id}:2`),
    );
    expect(await job(`${flaky.run_id}:2`)).toEqual({ line: '3', stride: 200_000, priority: 4 });
    expect((await suite.ended(flaky.run_id)).status).toBe('failed');
  });
});
