import { randomUUID } from 'node:crypto';
import { ExpireRuns } from '../../src/generation/execution/expire-runs.processor.js';
import { OverdueRuns } from '../../src/generation/execution/overdue-runs.store.js';
import { GENERATION_EVENTS, type GenerationOrder } from '../../src/generation/generation.events.js';
import { Generations } from '../../src/generation/generation.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA } from '../support/event-samples.js';
import { orderOf, please } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';

const { signal } = new AbortController();
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('runs that have waited for longer than they may', () => {
  let database: TestDatabase;
  let kernel: KernelProcess;
  let generations: Generations;
  let failures: string[];
  let ended: string[];
  let expire: ExpireRuns;

  beforeEach(async () => {
    database = await freshDatabase();
    kernel = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS] });
    generations = new Generations(kernel.store);
    failures = [];
    ended = [];
    expire = expiring();
  });
  afterEach(async () => {
    await kernel.close();
    await database.drop();
  });

  const expiring = (): ExpireRuns =>
    new ExpireRuns(new OverdueRuns(database.pool), generations, {
      ended: (runId) => ended.push(runId),
      failed: (runId) => failures.push(runId),
    });
  const create = async (now: Date, change: Partial<GenerationOrder> = { expires_in: 60 }): Promise<string> => {
    const runId = randomUUID();
    await generations.decide(runId, please.create({ order: orderOf(change), now }), { metadata: METADATA });
    return runId;
  };
  const statusOf = async (runId: string): Promise<unknown> =>
    (await database.pool.query<{ status: string }>('select status from generations where run_id = $1', [runId])).rows[0]
      ?.status;

  it('are ended, and no others', async () => {
    const overdue = await create(minutesAgo(2));
    const begun = await create(minutesAgo(2));
    await generations.decide(begun, please.start({ now: minutesAgo(1.5) }), { metadata: METADATA });
    const others = [await create(minutesAgo(0.5)), await create(minutesAgo(2), {})];
    expect(await expire.run(signal)).toBe(1);
    expect(await statusOf(overdue)).toBe('failed');
    expect(ended).toEqual([overdue]);
    expect([await statusOf(begun), ...(await Promise.all(others.map(statusOf)))]).toEqual([
      ...['processing', 'pending', 'pending'],
    ]);
    const [created, end] = await kernel.store.readStream(overdue);
    expect(end).toMatchObject({
      data: { category: 'expired' },
      metadata: { correlation_id: overdue, causation_id: created?.id, actor: 'system' },
    });
    expect(await expire.run(signal)).toBe(0);
  });

  it('are ended whatever their number, once, by two processes at the same time', async () => {
    await Promise.all(Array.from({ length: 450 }, () => create(minutesAgo(2))));
    const other = expiring();
    const [one, two] = await Promise.all([expire.run(signal), other.run(signal)]);
    expect(one + two).toBe(450);
    const { rows } = await database.pool.query(
      `select count(*)::int as ends, count(distinct stream_id)::int as runs from events where type = 'GenerationFailed'`,
    );
    expect(rows).toEqual([{ ends: 450, runs: 450 }]);
    expect(failures).toEqual([]);
  });

  it('are found by an index of what waits with a deadline', async () => {
    await database.pool.query('analyze generations');
    const client = await database.pool.connect();
    try {
      await client.query('set enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select run_id from generations where status = 'pending' and expires_at < clock_timestamp() order by expires_at, run_id limit 10`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('generations_expiring');
    } finally {
      client.release(true);
    }
  });
});
