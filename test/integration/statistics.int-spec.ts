import { compareWithRebuild, rebuildProjection } from '../../src/eventsourcing/rebuild.js';
import { projectionSubscriber } from '../../src/eventsourcing/subscribers.js';
import { encodeSketch, addDuration, type DurationSketch } from '../../src/platform/measures/duration-sketch.policy.js';
import { StatisticsProjection } from '../../src/statistics/statistics.projection.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { upTo } from '../support/event-samples.js';
import { happened, recorded } from '../support/generations.js';
import { sampleLog, type RandomLog } from '../support/random-log.js';
import { appendLog, ReadSide } from '../support/read-side.js';
import { scopesOf, sumUp } from '../support/summed-runs.js';
import { until } from '../support/until.js';

let database: TestDatabase;
const sides: ReadSide[] = [];

const open = async (settings: Parameters<typeof ReadSide.open>[1] = {}): Promise<ReadSide> => {
  const side = await ReadSide.open(database.url, settings);
  sides.push(side);
  return side;
};

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(sides.splice(0).map((side) => side.close()));
  await database.drop();
});

const aLog = (length = 300, seed = 5): RandomLog => sampleLog(length, seed);

/** The rows that looking at each run at its end leads to, as the driver gives them. */
const expectedRows = ({ runs }: RandomLog): Record<string, unknown>[] =>
  [...new Set(runs.flatMap(scopesOf))].sort().map((scope) => {
    const { statuses, breakdown, presets, durations, ...sum } = sumUp(
      runs.filter((run) => scopesOf(run).includes(scope)),
    );
    const sketch: DurationSketch = new Map();
    for (const ms of durations) addDuration(sketch, ms);
    return {
      ...{ scope, ...statuses, retried: sum.retried, cached: sum.cached },
      cost_micros: String(sum.costMicros),
      saved_micros: String(sum.savedMicros),
      quality_micros: String(sum.qualityMicros),
      time_ms: String(durations.reduce((total, ms) => total + ms, 0)),
      breakdown: Object.fromEntries(Object.entries(breakdown).filter(([, counts]) => Object.keys(counts).length > 0)),
      presets: Object.fromEntries(
        Object.entries(presets).map(([id, { timeMs, ...ends }]) => [id, { ...ends, time_ms: timeMs }]),
      ),
      durations: encodeSketch(sketch),
    };
  });

const storedRows = async (): Promise<Record<string, unknown>[]> => {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    `select day || ' ' || user_id || ' ' || project_id as scope, pending, processing, completed, failed, cancelled, retried, cached, cost_micros, saved_micros,
            quality_micros, time_ms, breakdown, presets, durations from statistics_days`,
  );
  return rows.sort((a, b) => (String(a['scope']) < String(b['scope']) ? -1 : 1));
};

describe('the rows of the statistics', () => {
  it.each([1, 7, 1_000])('are those of looking at each run at its end, in batches of %d', async (batchSize) => {
    const side = await open({ batchSize });
    const log = aLog();
    await appendLog(side.kernel.store, log.events);
    await side.kernel.start();
    await until('all is counted', () => isAtHead(side));
    expect(await storedRows()).toEqual(expectedRows(log));
  });

  it('are the same when they are built anew, and no run is remembered to which nothing can happen', async () => {
    const side = await open({ batchSize: 5 });
    const log = aLog();
    await appendLog(side.kernel.store, log.events);
    await side.kernel.start();
    await until('all is counted', () => isAtHead(side));
    expect(await compareWithRebuild(side.kernel.pool, side.kernel.store, new StatisticsProjection())).toEqual([]);
    const { rows } = await database.pool.query<{ run_id: string }>(
      'select run_id from statistics_runs order by run_id',
    );
    const unfinished = log.runs.filter(({ state }) => state.status !== 'completed' && state.status !== 'cancelled');
    expect(rows.map(({ run_id }) => run_id)).toEqual(unfinished.map(({ runId }) => runId).sort());
  });

  it('are not written a second time for a batch that was counted before', async () => {
    const side = await open();
    const log = aLog();
    await appendLog(side.kernel.store, log.events);
    const projection = new StatisticsProjection();
    await database.pool.query('insert into subscriptions (name, version, position) values ($1, $2, 0)', [
      projection.name,
      projection.version,
    ]);
    const subscriber = projectionSubscriber(side.kernel.pool, projection, () => Promise.resolve());
    const relevant = log.events.filter(({ type }) => projection.handles.includes(type));
    const span = { from: 0, to: log.events.length };
    await subscriber.handle(relevant, span);
    await expect(subscriber.handle(relevant, span)).rejects.toThrow(/no longer at 0/);
    expect(await storedRows()).toEqual(expectedRows(log));
  });

  it('come back right from a rebuild while more happens, whatever was done to them', async () => {
    const side = await open({ batchSize: 20 });
    const log = aLog(600);
    const half = Math.floor(log.events.length / 2);
    await appendLog(side.kernel.store, log.events.slice(0, half));
    await side.kernel.start();
    await until('half is counted', () => isAtHead(side));
    await database.pool.query('update statistics_days set cost_micros = cost_micros + 1; delete from statistics_runs');
    const { pool, store } = (await open()).kernel;
    await Promise.all([
      rebuildProjection(pool, store, new StatisticsProjection()),
      appendLog(side.kernel.store, log.events, half),
    ]);
    await until('the rest is counted', () => isAtHead(side), 20_000);
    expect(await storedRows()).toEqual(expectedRows(log));
  });

  it('stop in front of a run that was never counted, and say so', async () => {
    const side = await open();
    const [created, started] = recorded(happened.created(), happened.started());
    if (!created || !started) throw new Error('two events are needed');
    await database.pool.query(
      `insert into events (position, stream_id, version, id, stream_type, type, data, metadata, recorded_at)
       values (1, $1, 2, gen_random_uuid(), 'generation', 'GenerationStarted', $2, '{}', now())`,
      [started.streamId, started.data],
    );
    await side.kernel.start();
    const failure = async (): Promise<string | null | undefined> =>
      (
        await database.pool.query<{ failure: string | null }>(
          "select failure from subscriptions where name = 'statistics'",
        )
      ).rows[0]?.failure;
    await until('the reason is kept', async () => ((await failure()) ?? null) !== null);
    expect(await failure()).toContain('which was never counted');
    expect(await storedRows()).toEqual([]);
  });
});

const isAtHead = async ({ kernel }: ReadSide): Promise<boolean> => {
  const { rows } = await database.pool.query<{ position: number }>(
    "select position::int from subscriptions where name = 'statistics'",
  );
  return rows[0]?.position === (await kernel.store.head());
};

describe('a report', () => {
  it('of each user, each project and each user in a project is told from the runs of theirs alone', async () => {
    const side = await open();
    const log = aLog(600, 9);
    await appendLog(side.kernel.store, log.events);
    await side.kernel.start();
    await until('all is counted', () => isAtHead(side));
    const end = new Date(log.runs.at(-1)?.state.run.createdAt ?? 0);
    for (const userId of [null, ...upTo(4)]) {
      for (const projectId of [null, ...upTo(3)]) {
        const report = await side.reports.report({ userId, projectId }, 365, end);
        const own = log.runs.filter(
          ({ state: { run } }) =>
            (userId === null || run.order.user_id === userId) &&
            (projectId === null || run.order.project_id === projectId),
        );
        const { statuses, costMicros, savedMicros, retried } = sumUp(own);
        expect(report).toMatchObject({ total_generations: own.length, status_breakdown: statuses });
        expect(Math.round(report.total_cost_usd * 1e6)).toBe(costMicros);
        expect(Math.round(report.saved_usd * 1e6)).toBe(savedMicros);
        expect(report.retry_rate).toBeCloseTo(own.length === 0 ? 0 : (retried / own.length) * 100, 1);
        expect(report.daily).toHaveLength(365);
        expect(report.daily.reduce((sum, { total }) => sum + total, 0)).toBe(own.length);
      }
    }
  });

  it('leaves out what was created before its first day', async () => {
    const side = await open();
    const log = aLog(600, 9);
    await appendLog(side.kernel.store, log.events);
    await side.kernel.start();
    await until('all is counted', () => isAtHead(side));
    const last = log.runs.at(-1)?.state.run.createdAt ?? '';
    const report = await side.reports.report({ userId: null, projectId: null }, 2, new Date(last));
    const days = report.daily.map(({ date }) => date);
    const inPeriod = log.runs.filter(({ state: { run } }) => days.includes(run.createdAt.slice(0, 10)));
    expect(report.total_generations).toBe(inPeriod.length);
    expect(inPeriod.length).toBeLessThan(log.runs.length);
  });
});
