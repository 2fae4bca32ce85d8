import fc from 'fast-check';
import type { HistoryFilter, HistoryWindow } from '../../src/generation/history/history-filter.policy.js';
import type { HistoryPlace } from '../../src/generation/history/history-cursor.policy.js';
import type { HistorySlice } from '../../src/generation/history/history.store.js';
import { searchText } from '../../src/generation/history/search-text.policy.js';
import { compareWithRebuild } from '../../src/eventsourcing/rebuild.js';
import { HistoryProjection } from '../../src/generation/history/history.projection.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { sampleLog, type RandomLog, type RandomRun } from '../support/random-log.js';
import { appendLog, ReadSide } from '../support/read-side.js';
import { until } from '../support/until.js';

const ALL: HistoryFilter = {
  userId: null,
  projectId: null,
  status: null,
  type: null,
  provider: null,
  model: null,
  preset: null,
  text: null,
  from: null,
  to: null,
};

let database: TestDatabase;
let side: ReadSide;
let log: RandomLog;

beforeAll(async () => {
  database = await freshDatabase();
  side = await ReadSide.open(database.url, { batchSize: 50 });
  await side.kernel.start();
  log = sampleLog(700, 11);
  await appendLog(side.kernel.store, log.events);
  await side.caughtUp();
});
afterAll(async () => {
  await side.close();
  await database.drop();
});

/** Which runs match, by looking at each. */
const matches = (filter: HistoryFilter, { state: { status, run } }: RandomRun): boolean => {
  const { order } = run;
  const fields = [
    [filter.userId, order.user_id],
    [filter.projectId, order.project_id],
    [filter.status, status],
    [filter.type, order.type],
    [filter.provider, order.provider],
    [filter.model, order.model],
    [filter.preset, order.preset],
  ];
  const createdAt = Date.parse(run.createdAt);
  return (
    fields.every(([wanted, has]) => wanted === null || wanted === has) &&
    (filter.text === null || searchText(order.prompt).includes(filter.text)) &&
    (filter.from === null || createdAt >= filter.from.getTime()) &&
    (filter.to === null || createdAt <= filter.to.getTime())
  );
};

const expected = (filter: HistoryFilter): number[] =>
  log.runs
    .filter((run) => matches(filter, run))
    .map(({ id }) => id)
    .sort((a, b) => b - a);

/** All pages, one after the other. */
const pages = async (filter: HistoryFilter, limit: number): Promise<number[][]> => {
  const found: number[][] = [];
  for (let place: HistoryPlace | null = null; ;) {
    const window: HistoryWindow = { limit, offset: place?.skip ?? 0, before: place?.before ?? null };
    const slice: HistorySlice = await side.history.slice(filter, window);
    found.push(slice.entries.map(({ id }) => id));
    if (slice.next === null) return found;
    place = slice.next;
  }
};

const anyMoment = fc.nat().map((n) => new Date(log.runs[n % log.runs.length]?.state.run.createdAt ?? 0));
const DAY_MS = 86_400_000;
const startOfDay = anyMoment.map((time) => new Date(Math.floor(time.getTime() / DAY_MS) * DAY_MS));
const endOfDay = startOfDay.map((time) => new Date(time.getTime() + DAY_MS - 1));
const orNone = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value });

const anyFilter: fc.Arbitrary<HistoryFilter> = fc.record({
  userId: orNone(fc.integer({ min: 1, max: 4 })),
  projectId: orNone(fc.integer({ min: 1, max: 3 })),
  status: orNone(fc.constantFrom('pending', 'processing', 'completed', 'failed', 'cancelled')),
  type: orNone(fc.constantFrom('image', 'video')),
  provider: orNone(fc.constantFrom('builtin', 'simulator', 'nobody')),
  model: orNone(fc.constantFrom('studio', 'ok', '__proto__', 'constructor', 'nothing')),
  preset: orNone(fc.constantFrom('anime_style', 'toString', 'none')),
  text: orNone(
    fc
      .constantFrom(
        'lighthouse',
        'LEUCHTTURM',
        '100%',
        '%',
        '_im_',
        'crème brûlée',
        'cre\u0300me',
        '灯台',
        '灯台と',
        'a\\b',
        'dusk',
        'e',
        'zz',
        '__',
      )
      .map(searchText),
  ),
  from: orNone(fc.oneof(anyMoment, startOfDay)),
  to: orNone(fc.oneof(anyMoment, endOfDay)),
});

describe('the history', () => {
  it('lists the runs that match, newest first, in pages of any size, with their number', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, fc.integer({ min: 1, max: 40 }), async (filter, limit) => {
        const wanted = expected(filter);
        const found = await pages(filter, limit);
        expect(found.flat()).toEqual(wanted);
        expect(found.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        const { total } = await side.history.slice(filter, { limit, offset: 0, before: null });
        expect(total).toEqual({ runs: wanted.length, atLeast: false });
      }),
      { numRuns: 150 },
    );
  });

  it('passes over as many as it is told to', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, fc.nat(60), fc.integer({ min: 1, max: 40 }), async (filter, offset, limit) => {
        const { entries, next } = await side.history.slice(filter, { limit, offset, before: null });
        const wanted = expected(filter).slice(offset, offset + limit);
        expect(entries.map(({ id }) => id)).toEqual(wanted);
        expect(next).toEqual(expected(filter).length > offset + limit ? { before: wanted.at(-1), skip: 0 } : null);
      }),
      { numRuns: 100 },
    );
  });

  it('shows each run as it stands', async () => {
    const { entries } = await side.history.slice(ALL, { limit: 200, offset: 0, before: null });
    const byId = new Map(log.runs.map((run) => [run.id, run]));
    expect(new Set(entries.map(({ status }) => status)).size).toBe(5);
    for (const entry of entries) {
      const run = byId.get(entry.id);
      if (!run) throw new Error(`There is no run ${String(entry.id)}`);
      const { state } = run;
      const completion = state.status === 'completed' ? state.completion : null;
      const [artifact] = state.run.artifacts;
      expect(entry).toEqual({
        id: run.id,
        run_id: run.runId,
        prompt: state.run.order.prompt,
        mode: state.run.order.mode,
        type: 'image',
        status: state.status,
        result_url: artifact ? `/api/artifacts/${artifact.id}/content` : null,
        quality_score: completion?.quality_score ?? null,
        generation_time: completion?.generation_time ?? null,
        retry_count: state.run.attempt - 1,
        cached: completion?.cached ?? false,
        created_at: state.run.createdAt,
        completed_at: 'endedAt' in state ? state.endedAt : null,
      });
    }
  });

  it('says that there may be more where the newest may be missing', async () => {
    const own = await freshDatabase();
    const behind = await ReadSide.open(own.url);
    const total = async (): Promise<unknown> =>
      (await behind.history.slice(ALL, { limit: 1, offset: 0, before: null })).total;
    try {
      await behind.kernel.tail.start();
      const { events, runs } = sampleLog(5, 12);
      await appendLog(behind.kernel.store, events);
      expect(await total()).toEqual({ runs: 0, atLeast: true });
      behind.kernel.subscriptions.start();
      await until('it has caught up', () => behind.kernel.subscriptions.caughtUp('history'));
      expect(await total()).toEqual({ runs: runs.length, atLeast: false });
    } finally {
      await behind.close();
      await own.drop();
    }
  });

  it('counts one by one while the sums are behind', async () => {
    const own = await freshDatabase();
    const halved = await ReadSide.open(own.url);
    const holder = await own.pool.connect();
    const totalOf = async (filter: Partial<HistoryFilter>): Promise<unknown> =>
      (await halved.history.slice({ ...ALL, ...filter }, { limit: 1, offset: 0, before: null })).total;
    try {
      await halved.kernel.start();
      const lock = "select from subscriptions where name = 'statistics' for update";
      await holder.query('begin');
      await until('the checkpoint is held', async () => (await holder.query(lock)).rowCount === 1);
      const { events, runs } = sampleLog(20, 13);
      await appendLog(halved.kernel.store, events);
      await until('the history has caught up', () => halved.kernel.subscriptions.caughtUp('history'));
      const ofOne = runs.filter(({ state }) => state.run.order.user_id === 1).length;
      expect(ofOne).toBeGreaterThan(0);
      expect(await totalOf({})).toEqual({ runs: runs.length, atLeast: false });
      expect(await totalOf({ userId: 1 })).toEqual({ runs: ofOne, atLeast: false });
      expect(await totalOf({ userId: 1, provider: 'nobody' })).toEqual({ runs: 0, atLeast: false });
      expect(await halved.kernel.subscriptions.caughtUp('statistics')).toBe(false);
      await holder.query('rollback');
      await until('the sums have caught up', () => halved.kernel.subscriptions.caughtUp('statistics'));
      expect(await totalOf({ userId: 1 })).toEqual({ runs: ofOne, atLeast: false });
    } finally {
      holder.release(true);
      await halved.close();
      await own.drop();
    }
  });

  it('is the same when it is built anew', async () => {
    const { pool, store } = side.kernel;
    expect(await compareWithRebuild(pool, store, new HistoryProjection())).toEqual([]);
  });
});
