import { createHash } from 'node:crypto';
import type { HistoryFilter, HistoryWindow } from '../../src/generation/history/history-filter.policy.js';
import type { HistorySlice } from '../../src/generation/history/history.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { explaining, nodesOf, rowsLookedAt, type Explained } from '../support/explaining-pool.js';
import { ReadSide } from '../support/read-side.js';

/** More than those whose prompts are read at the most. */
const RUNS = 50_100;

/** Runs of 100 users and 20 projects over a year, some things about them rare; as the projections would have written them. */
const FILL = `
  create function pg_temp.trigrams_of(text) returns integer[] language sql immutable as $$
    select array_agg((get_byte(bytes, place) << 16) | (get_byte(bytes, place + 1) << 8) | get_byte(bytes, place + 2))
      from convert_to($1, 'UTF8') as bytes, generate_series(0, octet_length(bytes) - 3) as place $$;
  create temp table drawn as
  select n, n * 4 - 3 as id, gen_random_uuid() as run_id, 1 + n % 100 as user_id, case when n % 10 < 7 then 1 + n % 20 end as project_id,
         case when n % 500 = 0 then 'video' else 'image' end as type, case when n % 200 = 0 then 'rare' else 'builtin' end as provider,
         case when n % 300 = 0 then 'rare' else 'studio' end as model, case when n % 400 = 0 then 'oil_painting' end as preset,
         case when n % 250 = 0 then 'failed' when n % 251 = 0 then 'cancelled' else 'completed' end as status,
         '2026-01-01T00:00:00Z'::timestamptz + n * interval '10 minutes' as created_at,
         'a ' || md5(n::text) || ' at dusk' || case when n % 5000 = 7 then ' with a zeppelin' when n % 5000 = 11 then ' on a razzia' when n % 50 = 0 then ' every fiftieth' else '' end as prompt
    from generate_series(1, ${String(RUNS)}) n;
  insert into history (id, user_id, project_id, type, provider, model, preset, created_at, prompt, trigrams)
  select id, user_id, project_id, type, provider, model, preset, created_at, prompt, pg_temp.trigrams_of(prompt) from drawn order by id;
  insert into history_status (run_id, id, status) select run_id, id, status from drawn order by id;
  insert into history_hours (hour, first_id, last_id)
  select date_trunc('hour', created_at, 'UTC'), min(id), max(id) from drawn group by 1;
  insert into generations (run_id, id, version, type, user_id, project_id, mode, prompt, visual, reasoning, width, height, steps, cfg_scale, seed, provider,
    model, use_cache, max_retries, created_at, status, attempt)
  select run_id, id, 4, type, user_id, project_id, 'ai', prompt, '{}', '{}', 1024, 768, 30, 7, n, provider, model, true, 3, created_at, status, 1 from drawn;
  insert into statistics_days select u, p, d::date, 0, 0, 100, 10, 5, 3, 2, 1000, 100, 1000, 1000, '{"mode": {"ai": 115}, "provider": {"builtin": 115}}', '\\x0102'
    from generate_series(0, 100) u, generate_series(0, 5) p, generate_series('2026-01-01'::date, '2026-12-31', '1 day') d;
  analyze`;

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
let explained: Explained[];

beforeAll(async () => {
  database = await freshDatabase();
  for (const statement of FILL.split(';\n')) await database.pool.query(statement);
  const watched = explaining(database.pool);
  explained = watched.explained;
  side = await ReadSide.open(database.url, { pool: watched.pool });
}, 120_000);
afterAll(async () => {
  await side.close();
  await database.drop();
});

const plansOf = async (work: () => Promise<unknown>): Promise<readonly Explained[]> => {
  explained.length = 0;
  await work();
  return [...explained];
};
const slice = (change: Partial<HistoryFilter>, before: number | null = null): Promise<readonly Explained[]> =>
  plansOf(() => side.history.slice({ ...ALL, ...change }, { limit: 50, offset: 0, before }));

const indexesOf = (plans: readonly Explained[]): string[] =>
  plans.flatMap(({ root }) => nodesOf(root).flatMap((node) => node['Index Name'] ?? []));
/** A year has 8,760 hours however many runs there are, and a database a handful of schemas. */
const SMALL = ['history_hours', 'pg_namespace'];
const sequentialScansOf = (plans: readonly Explained[]): string[] =>
  plans
    .flatMap(({ root }) =>
      nodesOf(root).flatMap((node) => (node['Node Type'].includes('Seq Scan') ? [node['Relation Name'] ?? '?'] : [])),
    )
    .filter((table) => !SMALL.includes(table));

/** What each kind of page is found by, and how many rows may be looked at for page, number and rows together. */
const PAGES: readonly (readonly [
  what: string,
  filter: Partial<HistoryFilter>,
  before: number | null,
  index: string,
  rows: number,
])[] = [
  ['the first page', {}, null, 'history_pkey', 2_500],
  ['a page far back', {}, 20_000, 'history_pkey', 2_500],
  ['a user', { userId: 7 }, null, 'history_by_user', 3_500],
  ['a project', { projectId: 8 }, null, 'history_by_project', 5_000],
  ['a rare status', { status: 'failed' }, null, 'history_status_by_status', 3_000],
  ['a frequent status', { status: 'completed' }, null, 'history_status_by_status', 2_500],
  ['a rare type', { type: 'video' }, null, 'history_by_type', 3_000],
  ['a rare provider', { provider: 'rare' }, null, 'history_by_provider', 3_500],
  ['a rare model', { model: 'rare' }, null, 'history_by_model', 3_000],
  ['a preset', { preset: 'oil_painting' }, null, 'history_by_preset', 3_000],
  ['a user and a rare status', { userId: 51, status: 'failed' }, null, 'history_status_by_status', 4_000],
  ['a rare text', { text: 'zeppelin' }, null, 'history_by_prompt', 11_000],
  ['a text that is nowhere', { text: 'xylophone' }, null, 'history_by_prompt', 11_000],
  ['a rare text of one user', { userId: 8, text: 'zeppelin' }, null, 'history_by_user', 3_500],
  [
    'an hour of long ago',
    { from: new Date('2026-02-01T00:00:00Z'), to: new Date('2026-02-01T01:00:00Z') },
    null,
    'history_pkey',
    9_500,
  ],
  ['what came after a time', { from: new Date('2026-12-01T00:00:00Z') }, null, 'history_pkey', 14_000],
];

describe('the plan of', () => {
  it.each(PAGES)('%s takes its index and looks at few rows', async (...[, filter, before, index, rows]) => {
    const plans = await slice(filter, before);
    expect(indexesOf(plans)).toContain(index);
    expect(sequentialScansOf(plans)).toEqual([]);
    expect(plans.reduce((sum, { root }) => sum + rowsLookedAt(root), 0)).toBeLessThan(rows);
  });

  it('a common text is read and counted from the newest prompts, which are no more than are needed', async () => {
    const plans = await slice({ text: 'at dusk' });
    const reading = plans.filter(({ text }) => text.includes('h.prompt'));
    expect(reading.map((each) => indexesOf([each]))).toEqual([['history_pkey'], ['history_pkey']]);
    // 5,000 for the page, 5,001 more to know that there are more than 10,000, and what the page shows.
    expect(plans.reduce((sum, { root }) => sum + rowsLookedAt(root), 0)).toBeLessThan(10_200);
  });

  it('a text with a large offset brings no ids that are not of the page', async () => {
    for (const text of ['at dusk', 'zeppelin']) {
      const plans = await plansOf(() =>
        side.history.slice({ ...ALL, text }, { limit: 50, offset: Number.MAX_SAFE_INTEGER - 60, before: null }),
      );
      const limited = plans
        .filter(({ text: sql }) => sql.includes('h.trigrams'))
        .map(({ root }) => nodesOf(root).find((node) => node['Node Type'] === 'Limit')?.['Actual Rows']);
      expect([text, limited]).toEqual([text, [0]]);
    }
  });

  it.each([
    ['a month of everybody', 30, null, 60],
    ['a year of everybody', 365, null, 400],
    ['a year of one user', 365, 7, 400],
  ])('the statistics of %s reads one row for each day', async (_, days, userId, rows) => {
    const now = new Date('2026-12-31T12:00:00Z');
    const plans = await plansOf(() => side.reports.report({ userId, projectId: null }, days, now));
    expect(indexesOf(plans)).toContain('statistics_days_pkey');
    expect(sequentialScansOf(plans)).toEqual([]);
    expect(plans.reduce((sum, { root }) => sum + rowsLookedAt(root), 0)).toBeLessThan(rows);
  });
});

describe('a search', () => {
  const idsOf = async (text: string, offset: number): Promise<number[]> =>
    (await side.history.slice({ ...ALL, text }, { limit: 3, offset, before: null })).entries.map(({ id }) => id);

  it('passes over as many as it is told to, among the newest prompts and beyond', async () => {
    const zeppelins = Array.from({ length: 11 }, (_, n) => (50_007 - n * 5_000) * 4 - 3);
    for (const offset of [0, 1, 2, 7, 9, 10, 11, 1_000])
      expect([offset, await idsOf('zeppelin', offset)]).toEqual([offset, zeppelins.slice(offset, offset + 3)]);
    expect(await idsOf('at dusk', 5_000)).toEqual([45_100, 45_099, 45_098].map((n) => n * 4 - 3));
    expect(await idsOf('at dusk', 4_998)).toEqual([45_102, 45_101, 45_100].map((n) => n * 4 - 3));
  });

  it('finds one prompt among all by any part of it, of everybody or of one user', async () => {
    for (const n of [3, 24_967, 44_000]) {
      const hash = createHash('md5').update(String(n)).digest('hex');
      for (const text of [hash, hash.slice(5), `a ${hash.slice(0, 9)}`, `${hash.slice(-7)} at dus`]) {
        const slices = await Promise.all(
          [null, 1 + (n % 100)].map((userId) =>
            side.history.slice({ ...ALL, text, userId }, { limit: 2, offset: 0, before: null }),
          ),
        );
        const found = slices.map(({ entries, total }) => [entries.map(({ id }) => id), total]);
        const one = [[n * 4 - 3], { runs: 1, atLeast: false }];
        expect([text, found]).toEqual([text, [one, one]]);
      }
    }
  });

  it('fills a page by reading on where many prompts have the text', async () => {
    const window = { limit: 150, offset: 0, before: null };
    const plans = await plansOf(() => side.history.slice({ ...ALL, text: 'every fiftieth' }, window));
    expect(indexesOf(plans)).not.toContain('history_by_prompt');
    const { entries, next } = await side.history.slice({ ...ALL, text: 'every fiftieth' }, window);
    expect(entries.map(({ id }) => id)).toEqual(Array.from({ length: 150 }, (_, k) => (50_100 - k * 50) * 4 - 3));
    expect(next).toEqual({ before: (50_100 - 149 * 50) * 4 - 3, skip: 0 });
  });

  it('counts the same on every page', async () => {
    for (const [text, runs] of [
      ['zeppelin', 11],
      ['every fiftieth', 200],
    ] as const) {
      const totals = await Promise.all(
        [null, 150_000, 9].map(
          async (before) => (await side.history.slice({ ...ALL, text }, { limit: 5, offset: 0, before })).total.runs,
        ),
      );
      expect([text, totals]).toEqual([text, [runs, runs, runs]]);
    }
  });

  it.each([
    // In every fiftieth prompt: those of the newest 10,000 are counted.
    ['every fiftieth', { runs: 200, atLeast: true }],
    ['zeppelin', { runs: 11, atLeast: false }],
    ['at dusk', { runs: 10_000, atLeast: true }],
    ['zz', { runs: 1, atLeast: true }],
  ])('for "%s" counts as far as it says', async (text, total) => {
    const counted = await side.history.slice({ ...ALL, text }, { limit: 1, offset: 0, before: null });
    expect(counted.total).toEqual(total);
    const ofOne = await side.history.slice({ ...ALL, text, userId: 7 }, { limit: 1, offset: 0, before: null });
    expect(ofOne.total.atLeast).toBe(false);
  });

  it('for a text of two letters leads on to what is left to pass over', async () => {
    const found: number[] = [];
    const window = { limit: 3, offset: 5, before: null };
    for (let at: HistoryWindow | null = window; at !== null;) {
      const { entries, next }: HistorySlice = await side.history.slice({ ...ALL, text: 'zz' }, at);
      found.push(...entries.map(({ id }) => id));
      at = next && { limit: 3, offset: next.skip, before: next.before };
    }
    expect(found).toEqual(Array.from({ length: 6 }, (_, n) => (25_011 - n * 5_000) * 4 - 3));
  });
});
