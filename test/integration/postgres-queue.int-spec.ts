import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { surviveBrokenConnections } from '../../src/platform/database/data-source.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { COUNTED_JOBS, type Job } from '../../src/platform/queue/job-queue.port.js';
import { PostgresJobQueue } from '../../src/platform/queue/postgres-queue.store.js';
import type { QueueTiming } from '../../src/platform/queue/queue-worker.js';
import { behavesLikeAJobQueue } from '../contract/job-queue.contract.js';
import type { QueueUnderTest } from '../contract/job-queue.fixture.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { throughout, until } from '../support/until.js';

const LOADER = new URL('../support/typescript-loader.mjs', import.meta.url).href;
const HANGING = new URL('../support/hanging-queue-process.ts', import.meta.url);

/** A queue with its own connections, as a process of its own would have it. */
function openQueue(
  { url }: { readonly url: string },
  timing: QueueTiming,
): { queue: PostgresJobQueue; close(): Promise<void> } {
  const pool = surviveBrokenConnections(new pg.Pool({ connectionString: url, max: 5 }));
  pool.on('error', () => undefined);
  const notifications = new Notifications(url, () => undefined);
  const queue = new PostgresJobQueue(pool, notifications, timing);
  return {
    queue,
    close: async () => {
      await queue.close();
      await notifications.close();
      await pool.end();
    },
  };
}

const breakConnections = async (database: TestDatabase): Promise<void> => {
  await database.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
};

async function makeQueue(timing: { claimSeconds: number; redeliverySeconds: number }): Promise<QueueUnderTest> {
  const database = await freshDatabase();
  const opened: { close(): Promise<void> }[] = [];
  const children: ChildProcess[] = [];
  const open = (): PostgresJobQueue => {
    const each = openQueue(database, { lockSeconds: timing.claimSeconds, redeliverySeconds: timing.redeliverySeconds });
    opened.push(each);
    return each.queue;
  };
  return {
    queue: open(),
    another: () => Promise.resolve(open()),
    hangingProcess: (concurrency) => {
      const child = fork(HANGING, [database.url, String(timing.claimSeconds), String(concurrency)], {
        execArgv: ['--import', LOADER],
      });
      children.push(child);
      return Promise.resolve({
        kill: async () => {
          child.kill('SIGKILL');
          if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        },
      });
    },
    breakConnections: () => breakConnections(database),
    dispose: async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(opened.map((each) => each.close()));
      await database.drop();
    },
  };
}

behavesLikeAJobQueue('PostgresJobQueue', makeQueue);

describe('PostgresJobQueue on its table', () => {
  let database: TestDatabase;
  let opened: { queue: PostgresJobQueue; close(): Promise<void> };
  beforeEach(async () => {
    database = await freshDatabase();
    opened = openQueue(database, { lockSeconds: 1, redeliverySeconds: 0.2 });
  });
  afterEach(async () => {
    await opened.close();
    await database.drop();
  });
  const { signal: forever } = new AbortController();
  const untilAborted = (signal: AbortSignal): Promise<void> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });

  it('aborts a job whose claim another worker has taken, and does not touch the job after that', async () => {
    let seen: AbortSignal = forever;
    opened.queue.work(
      (_, signal) => {
        seen = signal;
        return untilAborted(signal);
      },
      { concurrency: 1 },
    );
    await opened.queue.enqueue([{ id: 'stolen', data: {} }]);
    await until('it runs', () => seen !== forever);
    await database.pool.query(
      `update jobs set claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 hour'`,
    );
    await until('the signal aborts', () => seen.aborted);
    await throughout('the thief keeps the job', 500, async () => (await opened.queue.counts()).active === 1);
  });

  it('aborts a job whose row is gone', async () => {
    let seen: AbortSignal = forever;
    opened.queue.work(
      (_, signal) => {
        seen = signal;
        return untilAborted(signal);
      },
      { concurrency: 1 },
    );
    await opened.queue.enqueue([{ id: 'flushed', data: {} }]);
    await until('it runs', () => seen !== forever);
    await database.pool.query('delete from jobs');
    await until('the signal aborts', () => seen.aborted);
  });

  it('keeps a running job whose claim ran out while nobody else was there', async () => {
    const starts: string[] = [];
    let finish = (): void => undefined;
    opened.queue.work(
      ({ id }) => {
        starts.push(id);
        return new Promise((resolve) => (finish = resolve));
      },
      { concurrency: 4 },
    );
    await opened.queue.enqueue([{ id: 'mine', data: {} }]);
    await until('it runs', () => starts.length === 1);
    await database.pool.query(`update jobs set claimed_until = now() - interval '1 second'`);
    await opened.queue.enqueue([{ id: 'wake', data: {} }]);
    await until('the claim is renewed', async () => (await opened.queue.counts()).active === 2);
    expect(starts).toEqual(['mine', 'wake']);
    finish();
  });

  it('takes a job that its own worker claimed in a statement whose answer was lost', async () => {
    const proxy = await CuttingProxy.open(database.url);
    const behind = openQueue(proxy, { lockSeconds: 1, redeliverySeconds: 0.2 });
    const handled: string[] = [];
    try {
      await opened.queue.enqueue([{ id: 'lost', data: {} }]);
      proxy.cutAnswerOf('exchange_jobs');
      behind.queue.work(
        ({ id }) => {
          handled.push(id);
          return Promise.resolve();
        },
        { concurrency: 1 },
      );
      await until('its answer is lost', () => proxy.cut === 1);
      expect([(await opened.queue.counts()).active, handled]).toEqual([1, []]);
      await until('it is taken once the claim ran out', () => handled.includes('lost'));
      expect(handled).toEqual(['lost']);
    } finally {
      await behind.close();
      await proxy.close();
    }
  });

  it('takes over a job whose worker is silent, once its claim ran out', async () => {
    const handled: string[] = [];
    await database.pool.query(
      `insert into jobs values ('left', '{}', 5, now(), 1, gen_random_uuid(), now() + interval '1 second')`,
    );
    opened.queue.work(
      ({ id }) => {
        handled.push(id);
        return Promise.resolve();
      },
      { concurrency: 1 },
    );
    await until('it is taken', () => handled.includes('left'));
  });

  it('counts a long queue no further than a thousand, and reads no more of it for that', async () => {
    const fill = (jobs: number): Promise<unknown> =>
      database.pool.query(
        `insert into jobs
         select 'job-' || nextval('job_arrivals'), '{}', 5, now() + (case when n % 2 = 0 then 1 else -1 end) * interval '1 hour', currval('job_arrivals')
           from generate_series(1, $1) n`,
        [jobs],
      );
    const pagesRead = async (): Promise<number> => {
      const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        'explain (analyze, buffers, format json) select * from job_counts()',
      );
      const plan = rows[0]?.['QUERY PLAN'][0].Plan;
      return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
    };
    await fill(4_000);
    await database.pool.query(
      `update jobs set claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 hour'
        where id in (select id from jobs where run_at <= now() order by run_at, arrival limit 3)`,
    );
    expect(await opened.queue.counts()).toEqual({ waiting: COUNTED_JOBS, delayed: COUNTED_JOBS, active: 3 });
    await pagesRead();
    const before = await pagesRead();
    await fill(40_000);
    expect(await opened.queue.counts()).toEqual({ waiting: COUNTED_JOBS, delayed: COUNTED_JOBS, active: 3 });
    expect(await pagesRead()).toBeLessThan(2 * before);
  });

  it('finds jobs without any notification within the polling floor', async () => {
    let ran = 0;
    opened.queue.work(
      () => {
        ran += 1;
        return Promise.resolve();
      },
      { concurrency: 1 },
    );
    await until('the worker idles', async () => (await opened.queue.counts()).waiting === 0);
    await database.pool.query(`insert into jobs values ('silent', '{}', 5, now(), 1)`);
    await until('it ran', () => ran === 1, 2500);
  });

  it('works without waiting for the disk, yet reads and writes by index when its plans are older than its rows', async () => {
    const { rows } = await database.pool.query<{ setting: string }>(
      `select current_setting('synchronous_commit') as setting from exchange_jobs(gen_random_uuid(), '{}', '{}', 1, 1)`,
    );
    expect(rows[0]?.setting).toBe('off');
    const client = await database.pool.connect();
    try {
      await client.query('vacuum analyze jobs');
      const exchange = `select taken from exchange_jobs(gen_random_uuid(), '{}', '{}', 1, 60)`;
      for (let round = 0; round < 8; round += 1) await client.query(exchange);
      await client.query(
        `insert into jobs (id, data, priority, run_at, arrival, line, turn, seat)
         select 'bulk-' || n, '{}', 5, now(), n, n % 40, n, n from generate_series(1, 20000) as n`,
      );
      await client.query('begin');
      await client.query(exchange);
      const scans = await client.query<{ seq_tup_read: string }>(
        `select pg_stat_get_xact_tuples_returned('jobs'::regclass) as seq_tup_read`,
      );
      await client.query('commit');
      expect(Number(scans.rows[0]?.seq_tup_read)).toBeLessThan(100);
    } finally {
      client.release();
    }
  });

  it('reads three thousand rows at the most to tell a place, also when its plans are older than its rows', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('vacuum analyze jobs');
      for (let round = 0; round < 8; round += 1) await client.query(`select job_place('none')`);
      await client.query(
        `insert into jobs (id, data, priority, run_at, arrival, line, turn, seat)
         select 'bulk-' || n, '{}', 2 + n % 9, now(), n, n % 2, n, n from generate_series(1, 20000) as n`,
      );
      await client.query('begin');
      const { rows: places } = await client.query(
        `select job_place('bulk-9') as first, job_place('bulk-19999') as last`,
      );
      const { rows: reads } = await client.query<{ scanned: string; fetched: string }>(
        `select pg_stat_get_xact_tuples_returned('jobs'::regclass) as scanned, pg_stat_get_xact_tuples_fetched('jobs'::regclass) as fetched`,
      );
      await client.query('commit');
      expect(places).toEqual([{ first: 1, last: 1_001 }]);
      expect(Number(reads[0]?.scanned) + Number(reads[0]?.fetched)).toBeLessThan(3_100);
    } finally {
      client.release();
    }
  });

  it('lets all urgent jobs of a group go before its others, each in a turn of the group', async () => {
    const group = (name: string, count: number, priority = 5): Job[] =>
      Array.from({ length: count }, (_, index) => ({
        id: `${name}${String(index)}-${String(priority)}`,
        data: {},
        group: name,
        priority,
      }));
    await opened.queue.enqueue([...group('a', 3, 9), ...group('a', 3), ...group('b', 8)]);
    await opened.queue.enqueue(group('a', 2, 2));
    const left: string[] = [];
    opened.queue.work(
      ({ id }) => {
        left.push(id);
        return Promise.resolve();
      },
      { concurrency: 1 },
    );
    await until('all are done', () => left.length === 16);
    expect(left.filter((id) => id.startsWith('a'))).toEqual([
      'a0-2',
      'a1-2',
      'a0-5',
      'a1-5',
      'a2-5',
      'a0-9',
      'a1-9',
      'a2-9',
    ]);
    // The turns that came with the urgent jobs are later than those of the same round that others have.
    expect(left.map((id) => id.charAt(0)).join('')).toBe('ababababababbaba');
  });

  it('lines up many due jobs bit by bit, and loses none', async () => {
    await database.pool.query(
      `insert into jobs (id, data, priority, run_at, arrival, line)
       select 'due-' || n, '{}', 5, now() - interval '1 minute', n, n % 3 from generate_series(1, 1200) as n`,
    );
    expect(await opened.queue.place('due-1')).toBe(1);
    const seen = new Set<string>();
    opened.queue.work(
      ({ id }) => {
        seen.add(id);
        return Promise.resolve();
      },
      { concurrency: 50 },
    );
    await until('all are done', () => seen.size === 1200);
  });

  it('refuses an id that is too long or a priority that is none, and stores nothing of the call', async () => {
    const good = { id: 'good', data: {} };
    await expect(opened.queue.enqueue([good, { id: 'x'.repeat(201), data: {} }])).rejects.toThrow();
    await expect(opened.queue.enqueue([good, { id: 'eleven', data: {}, priority: 11 }])).rejects.toThrow();
    expect(await opened.queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0 });
  });
});
