import { randomUUID } from 'node:crypto';
import { compareWithRebuild } from '../../src/eventsourcing/rebuild.js';
import { projectionSubscriber } from '../../src/eventsourcing/subscribers.js';
import type { NewEvent } from '../../src/eventsourcing/event-store.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { durationsOf, systemOf, usageOf } from '../../src/monitoring/monitoring-report.policy.js';
import type { MonitoringEvent, TrackedJob } from '../../src/monitoring/monitoring.events.js';
import { MONITORING_EVENTS } from '../../src/monitoring/monitoring.events.js';
import { KEPT_FAILURES, MonitoringProjection } from '../../src/monitoring/monitoring.projection.js';
import { MonitoringReports } from '../../src/monitoring/monitoring.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA, upTo } from '../support/event-samples.js';
import { KernelProcess, type KernelSettings } from '../support/kernel-process.js';
import { sampleLog, type RandomLog } from '../support/random-log.js';
import { appendLog } from '../support/read-side.js';
import { sumUp } from '../support/summed-runs.js';
import { until } from '../support/until.js';

let database: TestDatabase;
const processes: KernelProcess[] = [];

const open = (settings: KernelSettings = {}): KernelProcess => {
  const declarations = [GENERATION_EVENTS, MONITORING_EVENTS];
  const kernel = new KernelProcess(database.url, { declarations, ...settings });
  kernel.subscriptions.addProjection(new MonitoringProjection());
  processes.push(kernel);
  return kernel;
};

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => each.close()));
  await database.drop();
});

const append = async (kernel: KernelProcess, ...events: readonly MonitoringEvent[]): Promise<void> => {
  for (const event of events) {
    const recorded: NewEvent = { id: randomUUID(), event, metadata: METADATA };
    await kernel.store.append({
      ...{ streamId: randomUUID(), streamType: 'monitoring', expectedVersion: 0 },
      events: [recorded],
    });
  }
};
const reset = (): MonitoringEvent => ({ type: 'MonitoringReset', data: { reset_at: '2026-11-26T10:00:00.000Z' } });
const tracked = (job: Partial<TrackedJob> = {}): MonitoringEvent => ({
  type: 'JobTracked',
  data: {
    ...{ event: 'completed', job_type: 'workflow', duration: 2, run_id: null },
    ...job,
    tracked_at: '2026-11-26T09:00:00.000Z',
  },
});

const isAtHead = async (kernel: KernelProcess): Promise<boolean> => {
  const { rows } = await database.pool.query<{ position: number }>(
    "select position::int from subscriptions where name = 'monitoring'",
  );
  return rows[0]?.position === (await kernel.store.head());
};
const counted = (kernel: KernelProcess): Promise<void> => until('all is counted', () => isAtHead(kernel));
const rowsOf = async (): Promise<unknown> => {
  const tables = new MonitoringProjection().tables.map((table) =>
    database.pool.query<{ row: unknown }>(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`),
  );
  return (await Promise.all(tables)).map(({ rows }) => rows);
};

const aLog = (length = 400): RandomLog => sampleLog(length, 11);
const isOpen = (status: string): boolean => status === 'pending' || status === 'processing';

describe('the counts of the monitoring', () => {
  it.each([1, 7, 1_000])('are those of looking at each run at its end, in batches of %d', async (batchSize) => {
    const kernel = open({ batchSize });
    const { events, runs } = aLog();
    await appendLog(kernel.store, events);
    await kernel.start();
    await counted(kernel);
    const { kinds } = await new MonitoringReports(kernel.pool, kernel.subscriptions).jobs();
    const { statuses, durations } = sumUp(runs);
    const mean = durations.reduce((sum, ms) => sum + ms, 0) / durations.length / 1000;
    expect(systemOf(kinds, 7, null)).toEqual({
      total_jobs: runs.length,
      jobs_completed: statuses.completed,
      jobs_failed: statuses.failed,
      jobs_cancelled: statuses.cancelled,
      jobs_pending: statuses.pending + statuses.processing,
      avg_generation_time: Number(mean.toFixed(4)),
      uptime_seconds: 7,
      since: null,
    });
    const made = runs.filter(({ state }) => state.status === 'completed' && !state.completion.source);
    expect(usageOf(kinds)).toMatchObject({ total_images_generated: made.length, total_videos_generated: 0 });
    const presets = await new MonitoringReports(kernel.pool, kernel.subscriptions).popularPresets(10);
    expect(Object.fromEntries(presets.map(({ preset, count }) => [preset, count]))).toEqual(
      sumUp(runs).breakdown['preset'],
    );
  });

  it('are the same when they are built anew, and no run is remembered to which nothing can happen', async () => {
    const kernel = open({ batchSize: 5 });
    const { events, runs } = aLog();
    await appendLog(kernel.store, events);
    await append(kernel, tracked(), reset(), tracked({ event: 'failed', run_id: 'w-1' }), tracked({ job_type: 'x' }));
    await kernel.start();
    await counted(kernel);
    expect(await compareWithRebuild(kernel.pool, kernel.store, new MonitoringProjection())).toEqual([]);
    const { rows } = await database.pool.query<{ run_id: string }>('select run_id from monitoring_runs order by 1');
    const unfinished = runs.filter(({ state: { status } }) => isOpen(status) || status === 'failed');
    expect(rows.map(({ run_id }) => run_id)).toEqual(unfinished.map(({ runId }) => runId).sort());
  });

  it('are not written a second time for a batch that was counted before', async () => {
    const kernel = open();
    const { events } = aLog();
    const projection = new MonitoringProjection();
    await database.pool.query('insert into subscriptions (name, version, position) values ($1, $2, 0)', [
      projection.name,
      projection.version,
    ]);
    const subscriber = projectionSubscriber(kernel.pool, projection, () => Promise.resolve());
    const relevant = events.filter(({ type }) => projection.handles.some((handled) => handled === type));
    const span = { from: 0, to: events.length };
    await subscriber.handle(relevant, span);
    const before = await rowsOf();
    await expect(subscriber.handle(relevant, span)).rejects.toThrow(/no longer at 0/);
    expect(await rowsOf()).toEqual(before);
  });

  it('are still there after a restart, and go on from there', async () => {
    const first = await open().start();
    await append(first, tracked(), tracked({ duration: null }));
    await counted(first);
    await first.close();
    processes.splice(0);
    const second = await open().start();
    await append(second, tracked({ duration: 8 }));
    await counted(second);
    const { kinds } = await new MonitoringReports(second.pool, second.subscriptions).timedJobs();
    expect(usageOf(kinds)).toMatchObject({ total_workflows_executed: 3 });
    expect(durationsOf(kinds)).toMatchObject([{ type: 'workflow', model: null, count: 2, average: 5 }]);
  });
});

describe('a reset', () => {
  it('has the counts start again from zero, and leaves what is pending and every event', async () => {
    const kernel = await open().start();
    const { events, runs } = aLog();
    await appendLog(kernel.store, events);
    await append(kernel, tracked(), reset());
    await counted(kernel);
    const reports = new MonitoringReports(kernel.pool, kernel.subscriptions);
    const { kinds, since } = await reports.jobs();
    const pending = runs.filter(({ state: { status } }) => isOpen(status)).length;
    expect(pending).toBeGreaterThan(0);
    expect(systemOf(kinds, 0, since)).toEqual({
      ...{ total_jobs: 0, jobs_completed: 0, jobs_failed: 0, jobs_cancelled: 0, jobs_pending: pending },
      ...{ avg_generation_time: null, uptime_seconds: 0, since: '2026-11-26T10:00:00.000Z' },
    });
    expect(Object.values(usageOf(kinds))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(durationsOf((await reports.timedJobs()).kinds)).toEqual([]);
    expect(await reports.popularPresets(10)).toEqual([]);
    expect(await kernel.store.head()).toBe(events.length + 2);
  });
});

describe('the health of the monitoring', () => {
  it('knows when nobody follows the log, and when somebody does again', async () => {
    const kernel = open();
    const reports = new MonitoringReports(kernel.pool, kernel.subscriptions);
    const record = (position: number, age: string): Promise<unknown> =>
      database.pool.query(
        `insert into events (position, stream_id, version, id, stream_type, type, data, metadata, recorded_at)
         values ($1, gen_random_uuid(), 1, gen_random_uuid(), 'monitoring', $2, $3, $4, now() - $5::interval)`,
        [position, tracked().type, JSON.stringify(tracked().data), JSON.stringify(METADATA), age],
      );
    expect(await reports.getsOn()).toBe(true);
    await record(1, '1 second');
    expect(await reports.getsOn()).toBe(true);
    await database.pool.query('insert into subscriptions (name, version, position) values ($1, 1, 1)', ['monitoring']);
    await record(2, '31 seconds');
    expect(await reports.getsOn()).toBe(false);
    await kernel.start();
    await until('the log is followed', () => reports.getsOn());
  });
});

describe('the list of failures', () => {
  it('keeps the newest thousand, however many come', async () => {
    const kernel = open({ batchSize: 300 });
    await kernel.store.append({
      ...{ streamId: randomUUID(), streamType: 'monitoring', expectedVersion: 0 },
      events: upTo(KEPT_FAILURES + 30).map((n) => ({
        ...{ id: randomUUID(), metadata: METADATA },
        event: tracked({ event: 'failed', duration: null, run_id: `job-${String(n)}` }),
      })),
    });
    await kernel.start();
    await counted(kernel);
    const { rows } = await database.pool.query<{ kept: number; oldest: string }>(
      'select count(*)::int as kept, min(position)::int as oldest from monitoring_failures',
    );
    expect(rows).toEqual([{ kept: KEPT_FAILURES, oldest: 31 }]);
  });
});
