import pg from 'pg';

const DAY_MS = 86_400_000;
/** Small enough that a store of ten thousand runs has a thousand pages. */
const PAGE = 10;
const PAGES_BACK = 1_000;
/** Asked for in turn, so that no single row is all that is remembered. */
const DIFFERENT = 200;

const day = (daysAgo) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);

const history = (title, ...queries) => ({ title, paths: queries.map((query) => `/api/generate/history${query}`) });

/** What is looked up in the store itself: where a page begins, and which runs there are. */
const placesIn = async (url, runs) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const back = Math.min(runs, PAGE * PAGES_BACK) - PAGE;
    const { rows: edge } = await client.query('select id from generations order by id desc offset $1 limit 1', [back]);
    const { rows: some } = await client.query(
      'select run_id from generations where id % 7 < 2 order by md5(run_id::text) limit $1',
      [DIFFERENT],
    );
    return { cursor: Buffer.from(String(edge[0].id)).toString('base64url'), ids: some.map((row) => row.run_id) };
  } finally {
    await client.end();
  }
};

/** Each kind of read by its name: a title, and paths that are asked for in turn. */
export const casesOf = async (url, runs) => {
  const { cursor, ids } = await placesIn(url, runs);
  return {
    history_first: history('history, first page', ''),
    history_1000: history(`history, page 1,000 by cursor (${PAGE} a page)`, `?limit=${PAGE}&cursor=${cursor}`),
    by_user: history('by user, frequent and rare', '?user_id=1', '?user_id=2', '?user_id=300', '?user_id=487'),
    by_project: history('by project', '?project_id=1', '?project_id=20', '?project_id=39'),
    by_status: history('by status', '?status=completed', '?status=failed', '?status=cancelled', '?status=processing'),
    by_type: history('by type, one that all have and one that none has', '?type=image', '?type=video'),
    by_provider: history('by provider', '?provider=builtin', '?provider=simulator', '?provider=nobody'),
    by_model: history('by model', '?model=studio', '?model=ok'),
    by_preset: history('by preset', '?preset=cinematic_portrait', '?preset=oil_painting'),
    by_time: history(
      'by time: today, a day and a month half a year ago',
      `?from=${day(0)}`,
      `?from=${day(180)}&to=${day(180)}`,
      `?from=${day(200)}&to=${day(170)}`,
    ),
    by_several: history(
      'by user and status, project and model',
      '?user_id=3&status=failed',
      '?project_id=2&model=ok',
      '?user_id=250&status=completed',
    ),
    text_common: history('text in many prompts', '?q=at%20dusk', '?q=lighthouse'),
    text_some: history('text in some prompts', '?q=rusty%20tram', '?q=neon%20owl%20on%20a%20cliff'),
    text_rare: history(
      'text in few prompts or none',
      '?q=zeppelin',
      '?q=xylophone',
      '?q=velvet%20windmill%20on%20a%20snowy%20pass%2C%20at%20golden',
    ),
    text_short: history('text of two characters', '?q=ow', '?q=qq'),
    text_of_user: history('text in prompts of one user', '?user_id=1&q=zeppelin', '?user_id=200&q=dusk'),
    statistics_30: { title: 'statistics, 30 days', paths: ['/api/generate/statistics'] },
    statistics_365: { title: 'statistics, 365 days', paths: ['/api/generate/statistics?days=365'] },
    statistics_user: {
      title: 'statistics of a user, 365 days',
      paths: [1, 20, 400].map((user) => `/api/generate/statistics?days=365&user_id=${user}`),
    },
    dashboard: { title: 'dashboard of the monitoring', paths: ['/api/monitoring/dashboard'] },
    status: { title: 'GET /api/status/{run_id}', paths: ids.map((id) => `/api/status/${id}`) },
  };
};
