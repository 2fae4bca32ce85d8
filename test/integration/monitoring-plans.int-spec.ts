import { randomUUID } from 'node:crypto';
import type { ReplayedEvent } from '../../src/eventsourcing/event.js';
import type { Subscriptions } from '../../src/eventsourcing/subscriptions.js';
import { ListNewestRuns } from '../../src/generation/history/history.queries.js';
import { ListNewestRunsHandler } from '../../src/generation/history/history.store.js';
import { FailedRequests } from '../../src/monitoring/failed-requests.store.js';
import type { MonitoringEvent } from '../../src/monitoring/monitoring.events.js';
import { MonitoringProjection } from '../../src/monitoring/monitoring.projection.js';
import { MonitoringReports } from '../../src/monitoring/monitoring.store.js';
import { RecentErrorList } from '../../src/monitoring/recent-errors.store.js';
import { GetCacheUseHandler } from '../../src/prompt-cache/prompt-cache.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { explaining, nodesOf, rowsLookedAt, type Explained } from '../support/explaining-pool.js';
import { KernelProcess } from '../support/kernel-process.js';

const RUNS = 20_000;

/** Many runs with an event each, and what the projections would have made of them, with more models and presets than anybody has. */
const FILL = `
  insert into generations (run_id, id, version, type, user_id, mode, prompt, visual, reasoning, width, height, steps, cfg_scale, seed, provider, model,
    use_cache, max_retries, created_at, status, attempt)
  select gen_random_uuid(), n, 1, 'image', 1, 'ai', 'a red car', '{}', '{}', 1024, 768, 30, 7, n, 'builtin', 'studio', true, 3, now(), 'completed', 1
    from generate_series(1, ${String(RUNS)}) n;
  insert into events (position, stream_id, version, id, stream_type, type, data, metadata, recorded_at)
  select id, run_id, 1, gen_random_uuid(), 'generation', 'GenerationFailed', '{}', '{"traceparent": "00-ab-cd-01"}', now() from generations;
  insert into monitoring_jobs
  select 'image', 'builtin/' || n, 9, 9, 9, 9, 9, 9, 9, 9, '\\x0102' from generate_series(1, 100) n;
  insert into monitoring_presets select 'preset_' || n, n from generate_series(1, 20000) n;
  insert into monitoring_failures
  select n * 20, now(), 'generation', 'timeout', 'Too slow', 'x' from generate_series(1, 1000) n;
  insert into failed_requests (at, method, path, code, message, trace_id)
  select now(), 'GET', '/x', 'internal_error', 'An unexpected fault', 'ab' from generate_series(1, 1000) n;
  insert into prompt_cache_totals (lookups, hits, joined, saved_usd) values (9, 5, 1, 0.05);
  analyze`;

let database: TestDatabase;
let kernel: KernelProcess;
let pool: ReturnType<typeof explaining>['pool'];
let explained: Explained[];

beforeAll(async () => {
  database = await freshDatabase();
  for (const statement of FILL.split(';\n')) await database.pool.query(statement);
  ({ pool, explained } = explaining(database.pool));
  kernel = new KernelProcess(database.url);
  kernel.subscriptions.addProjection(new MonitoringProjection());
}, 120_000);
afterAll(async () => {
  await kernel.close();
  await database.drop();
});

/** The tables that all rows are read of, and how many rows are looked at. */
const looked = async (work: (subscriptions: Subscriptions) => Promise<unknown>): Promise<[string[], number]> => {
  explained.length = 0;
  await work(kernel.subscriptions);
  const nodes = explained.flatMap(({ root }) => nodesOf(root));
  const scanned = nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? '?'] : []));
  return [scanned, explained.reduce((sum, { root }) => sum + rowsLookedAt(root), 0)];
};

describe('what the dashboard reads', () => {
  it('of jobs is a row for each type and model', async () => {
    const [scanned, rows] = await looked((subscriptions) => new MonitoringReports(pool, subscriptions).jobs());
    expect(scanned.filter((table) => table !== 'monitoring_resets')).toEqual(['monitoring_jobs']);
    expect(rows).toBe(100);
  });

  it('of runs are the newest, by their id', async () => {
    const [scanned, rows] = await looked(() => new ListNewestRunsHandler(pool).execute(new ListNewestRuns(10)));
    expect([scanned, rows]).toEqual([[], 10]);
  });

  it('of presets are those with most runs, by how many they have', async () => {
    const [scanned, rows] = await looked((all) => new MonitoringReports(pool, all).popularPresets(10));
    expect([scanned, rows]).toEqual([[], 10]);
  });

  it('of the cache is one row', async () => {
    expect(await looked(() => new GetCacheUseHandler(pool).execute())).toEqual([['prompt_cache_totals'], 1]);
  });
});

describe('what a batch of events reads', () => {
  const ofLog = (event: MonitoringEvent): ReplayedEvent => ({
    ...{ streamId: randomUUID(), version: 1, position: 1_000_000 },
    ...event,
  });
  const tracked = (job_type: string): ReplayedEvent =>
    ofLog({
      type: 'JobTracked',
      data: {
        ...{ event: 'completed', job_type, duration: 2, run_id: null },
        tracked_at: '2026-11-26T09:00:00.000Z',
      },
    });
  const countsReadFor = async (...events: readonly ReplayedEvent[]): Promise<number | undefined> => {
    await looked(() => new MonitoringProjection().apply(events, pool));
    return explained.find(({ text }) => text.startsWith('select * from monitoring_jobs'))?.root['Actual Rows'];
  };

  it('are the counts of the kinds of jobs that it is about', async () => {
    expect(await countsReadFor(tracked('training'))).toBe(0);
    expect(await countsReadFor(tracked('training'), tracked('training'), tracked('workflow'))).toBe(1);
  });

  it('are all counts for a reset, as it changes all', async () => {
    const all = 'select count(*)::int as kinds from monitoring_jobs';
    const { rows } = await database.pool.query<{ kinds: number }>(all);
    const reset = ofLog({ type: 'MonitoringReset', data: { reset_at: '2026-11-26T10:00:00.000Z' } });
    expect(await countsReadFor(tracked('training'), reset)).toBe(rows[0]?.kinds);
  });
});

it('the list of errors reads as many rows as it shows, with the event of each', async () => {
  const [scanned, rows] = await looked((all) => new RecentErrorList(pool, all, new FailedRequests(pool)).newest(50));
  // Of the log, only parts that have no event yet.
  expect([scanned.filter((table) => !/^events_(?!0000)/.test(table)), rows]).toEqual([[], 150]);
});
