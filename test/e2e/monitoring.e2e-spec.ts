import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dashboard } from '../../src/monitoring/dashboard.dto.js';
import type { EndpointStatistics, EndpointUse, RecentError } from '../../src/monitoring/endpoints.dto.js';
import type { DurationStatistics, SystemStatistics, UsageStatistics } from '../../src/monitoring/monitoring.dto.js';
import { DarkroomApi, type Answer } from '../support/darkroom-api.js';
import { eventually, startDarkroom, type DarkroomProcess } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { at, SchemaConformance, type Json } from '../support/schema-conformance.js';

const document = JSON.parse(readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8')) as Json;
const conformance = new SchemaConformance(document);

let suite: DarkroomSuite;
/** A second process on the same data. */
let other: DarkroomProcess;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
  other = await startDarkroom({
    home: suite.process.home,
    env: { SIMULATOR: 'on', RENDER_THREADS: '1', DATABASE_URL: suite.database.url },
  });
});
afterAll(async () => {
  await other.end('SIGTERM');
  await suite.stop();
});

/** An answer that is what the document says of it. */
const get = async <Body>(route: string, query = '', api = suite.api): Promise<Body> => {
  const path = `/api/monitoring/${route}`;
  const { status, body } = await api.get<Body>(`${path}${query}`);
  expect(status).toBe(200);
  const schema = at(document, 'paths', path, 'get', 'responses', '200', 'content', 'application/json', 'schema');
  expect(conformance.findings(body as Json, schema, route)).toEqual([]);
  return body;
};
const system = (): Promise<SystemStatistics> => get('stats/system');
const usage = (): Promise<UsageStatistics> => get('stats/usage');
const track = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  suite.api.post('/api/monitoring/track/job', body, headers);
const reset = (api = suite.api): Promise<Answer> => api.post('/api/monitoring/reset-stats');
const useOf = async (path: string, method = 'GET', api = suite.api): Promise<EndpointUse | undefined> => {
  const { endpoints } = await get<EndpointStatistics>('stats/endpoints', '', api);
  return endpoints.find((each) => each.path === path && each.method === method);
};

describe('GET /api/monitoring/health', () => {
  it('says how long the process has been up, in seconds and for people', async () => {
    const health = await get<Record<string, unknown>>('health');
    expect(Object.keys(health)).toEqual(['status', 'uptime_seconds', 'uptime_formatted', 'timestamp']);
    const seconds = Number(health['uptime_seconds']);
    const [hours = 0, minutes = 0, rest = 0] = String(health['uptime_formatted']).split(':').map(Number);
    expect(hours * 3600 + minutes * 60 + rest).toBe(seconds);
    expect(health['status']).toBe('healthy');
  });

  it('is degraded while something that follows the log stands still', async () => {
    const failing = "update subscriptions set failure = $1 where name = 'statistics'";
    await suite.database.pool.query(failing, ['It stands still']);
    expect(await get('health')).toMatchObject({ status: 'degraded' });
    await suite.database.pool.query(failing, [null]);
    expect(await get('health')).toMatchObject({ status: 'healthy' });
  });
});

describe('the counts of jobs', () => {
  it('have a run as soon as its answer came', async () => {
    const before = await system();
    const made = await usage();
    await suite.generate(OK);
    await suite.generate({ ...OK, model: 'simulator/fail-moderated' });
    expect(await system()).toMatchObject({
      total_jobs: before.total_jobs + 2,
      jobs_completed: before.jobs_completed + 1,
      jobs_failed: before.jobs_failed + 1,
      jobs_pending: before.jobs_pending,
    });
    expect(await usage()).toMatchObject({ total_images_generated: made.total_images_generated + 1 });
    const { durations } = await get<DurationStatistics>('stats/durations');
    const ofModel = durations.find(({ model }) => model === 'simulator/ok');
    expect(ofModel?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(ofModel?.count);
  });

  it('count a run that was answered from the cache as completed, and its picture once', async () => {
    const body = { ...OK, prompt: 'a red car that is counted once', use_cache: true };
    await suite.generate(body);
    const [before, made] = [await system(), await usage()];
    expect((await suite.generate(body)).body.cached).toBe(true);
    expect((await system()).jobs_completed).toBe(before.jobs_completed + 1);
    expect(await usage()).toEqual(made);
  });

  it('start again from zero at a reset, in every process; what is pending and all history stay', async () => {
    await suite.generate(OK);
    const slow = await suite.begin({ ...OK, model: 'simulator/slow-30s' });
    const [before, history] = [await system(), (await suite.api.get('/api/generate/history')).body['total']];
    expect(before.jobs_pending).toBeGreaterThan(0);
    const { status, body } = await reset();
    expect(status).toBe(200);
    const zero = { total_jobs: 0, jobs_completed: 0, jobs_failed: 0, jobs_cancelled: 0, avg_generation_time: null };
    expect(await system()).toMatchObject({ ...zero, jobs_pending: before.jobs_pending, since: body['reset_at'] });
    expect(Object.values(await usage())).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await get('stats/durations')).toMatchObject({ durations: [] });
    await eventually(
      () => get<SystemStatistics>('stats/system', '', new DarkroomApi(other.url)),
      ({ since }) => since === body['reset_at'],
    );
    expect((await suite.api.get('/api/generate/history')).body['total']).toBe(history);
    await suite.api.post(`/api/generate/${slow.run_id}/cancel`);
    await suite.ended(slow.run_id);
    expect(await system()).toMatchObject({ ...zero, jobs_pending: before.jobs_pending - 1, jobs_cancelled: 1 });
  });

  it('survive a restart', async () => {
    await suite.generate(OK);
    await suite.api.get('/api/models');
    const { uptime_seconds: _, ...before } = await system();
    const [made, models] = [await usage(), await useOf('/api/models')];
    await suite.restart();
    expect(await system()).toMatchObject(before);
    expect(await usage()).toEqual(made);
    expect(await useOf('/api/models')).toEqual(models);
  });
});

describe('POST /api/monitoring/track/job', () => {
  it.each([
    ['image', 'total_images_generated'],
    ['video', 'total_videos_generated'],
    ['workflow', 'total_workflows_executed'],
    ['dataset', 'total_datasets_created'],
    ['training', 'total_training_jobs'],
    ['download', 'total_downloads'],
  ] as const)('counts a job `%s` that ran elsewhere', async (job_type, total) => {
    const [before, made] = [await system(), await usage()];
    expect((await track({ event: 'created', job_type, run_id: 'elsewhere-1' })).body).toMatchObject({ tracked: true });
    expect(await system()).toMatchObject({
      total_jobs: before.total_jobs + 1,
      jobs_pending: before.jobs_pending + 1,
    });
    expect((await track({ event: 'completed', job_type, duration: 12.5, run_id: 'elsewhere-1' })).status).toBe(200);
    expect(await system()).toMatchObject({
      total_jobs: before.total_jobs + 1,
      jobs_completed: before.jobs_completed + 1,
      jobs_pending: before.jobs_pending,
    });
    expect(await usage()).toEqual(Object.assign({}, made, { [total]: made[total] + 1 }));
  });

  it('counts once what is sent twice with the same key', async () => {
    const body = { event: 'completed', job_type: 'dataset' };
    const before = await usage();
    const key = { 'idempotency-key': 'dataset-7' };
    const [first, again] = [await track(body, key), await track(body, key)];
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers['idempotent-replayed'])).toEqual([undefined, 'true']);
    expect((await usage()).total_datasets_created).toBe(before.total_datasets_created + 1);
    const otherBody = await track({ ...body, event: 'failed' }, key);
    expect([otherBody.status, otherBody.body['detail']]).toMatchObject([422, [{ loc: ['header', 'idempotency-key'] }]]);
  });

  it('lists a failed one among the errors, with the trace of its report', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await track({ event: 'failed', job_type: 'training', run_id: 'lora-99' }, { traceparent });
    const { errors } = await get<{ errors: RecentError[] }>('errors/recent');
    expect(errors[0]).toMatchObject({
      ...{ type: 'job', category: 'unknown', run_id: 'lora-99', path: null },
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  it('says everything that is wrong at once, and records nothing', async () => {
    const before = await system();
    const bad = { event: 'done', job_type: 'no word', duration: -1, run_id: 'x'.repeat(129), colour: 'red' };
    const { status, body } = await track(bad);
    expect(status).toBe(422);
    const fields = (body['detail'] as { loc: string[] }[]).map(({ loc }) => loc[1]);
    expect(fields.sort()).toEqual(['colour', 'duration', 'event', 'job_type', 'run_id']);
    expect(await system()).toEqual(Object.assign({}, before, { uptime_seconds: expect.any(Number) as number }));
  });

  it.each<[string, object, string, string]>([
    ['nothing', {}, 'event', 'missing'],
    ['a duration before the end', { event: 'created', job_type: 'video', duration: 1 }, 'duration', 'value_error'],
    ['a duration of more than 30 days', { event: 'failed', job_type: 'x', duration: 3e6 }, 'duration', 'value_error'],
    ['a duration in words', { event: 'failed', job_type: 'x', duration: '1 s' }, 'duration', 'float_type'],
    ['a job type of 65 letters', { event: 'failed', job_type: 'x'.repeat(65) }, 'job_type', 'value_error'],
    ['a run id with a line break', { event: 'failed', job_type: 'x', run_id: 'a\nb' }, 'run_id', 'value_error'],
  ])('refuses %s', async (_, sent, field, type) => {
    const { status, body } = await track(sent);
    expect([status, body['code']]).toEqual([422, 'validation_error']);
    expect(body['detail']).toEqual(
      expect.arrayContaining([expect.objectContaining({ loc: ['body', field], type }) as object]),
    );
  });
});

describe('GET /api/monitoring/stats/endpoints', () => {
  it('counts requests by the pattern of their route, with their errors and times', async () => {
    await reset();
    for (const id of ['1234567', 'nobody', '018f3a5c-7b1e-7c3a-9f00-0123456789ab'])
      await suite.api.get(`/api/status/${id}`);
    await suite.api.post('/api/generate', '{', { 'content-type': 'application/json' });
    await suite.api.get('/no/such/route/17');
    const status = await eventually(
      () => useOf('/api/status/:run_id'),
      (use) => use?.count === 3,
    );
    expect(status).toMatchObject({ method: 'GET', error_count: 3 });
    expect(status?.avg_response_time).toBeGreaterThan(0);
    expect(status?.p95_response_time).toBeGreaterThanOrEqual((status?.avg_response_time ?? 0) * 0.5);
    expect(await useOf('/api/generate', 'POST')).toMatchObject({ count: 1, error_count: 1 });
    expect(await useOf('(other)', '*')).toMatchObject({ count: 1, error_count: 1 });
  });

  it('sums up what all processes count, and forgets it in all of them at a reset', async () => {
    await reset();
    const there = new DarkroomApi(other.url);
    await Promise.all([suite.api.get('/api/models'), there.get('/api/models'), there.get('/api/models')]);
    await eventually(
      () => useOf('/api/models', 'GET', there),
      (use) => use?.count === 2 || use?.count === 3,
    );
    await eventually(
      () => useOf('/api/models'),
      (use) => use?.count === 3,
    );
    await reset(there);
    await eventually(
      () => useOf('/api/models'),
      (use) => use === undefined,
    );
    await there.get('/api/models');
    await eventually(
      () => useOf('/api/models', 'GET', there),
      (use) => use?.count === 1,
    );
    expect(await useOf('/api/models')).toMatchObject({ count: 1 });
  });

  it('counts a stream without a time, as it lasts as long as somebody listens', async () => {
    await reset();
    const { body: run } = await suite.generate(OK);
    await suite.api.get(`/api/status/stream/${run.run_id}`);
    const use = await eventually(
      () => useOf('/api/status/stream/:run_id'),
      (each) => each !== undefined,
    );
    expect(use).toMatchObject({ count: 1, error_count: 0, avg_response_time: null, p95_response_time: null });
  });
});

describe('POST /api/monitoring/track/endpoint', () => {
  const report = (body: object): Promise<Answer> => suite.api.post('/api/monitoring/track/endpoint', body);

  it('counts requests elsewhere, with ids of a path as one', async () => {
    await reset();
    for (const [id, status] of [
      [17, 200],
      [18, 404],
    ]) {
      const sent = { path: `/elsewhere/${String(id)}?full=1`, method: 'GET', duration: 0.25, status };
      expect((await report(sent)).body).toEqual({ tracked: true, path: '/elsewhere/:id' });
    }
    expect(await useOf('/elsewhere/:id')).toMatchObject({ count: 2, error_count: 1, avg_response_time: 0.25 });
  });

  it('says everything that is wrong at once', async () => {
    const { status, body } = await report({ path: 'no slash', method: 'BREW', duration: 3601, status: 99 });
    expect(status).toBe(422);
    const fields = (body['detail'] as { loc: string[] }[]).map(({ loc }) => loc[1]);
    expect(fields.sort()).toEqual(['duration', 'method', 'path', 'status']);
  });

  it('tells five hundred endpoints apart', async () => {
    await reset();
    for (let round = 0; round < 14; round++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          report({ path: `/words/w${String(round)}x${String(n)}`, method: 'GET', duration: 0.01, status: 200 }),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    expect((await useOf('(other)', '*'))?.count).toBeGreaterThanOrEqual(200);
    const { rows } = await suite.database.pool.query<{ endpoints: number }>(
      "select count(*)::int as endpoints from endpoint_statistics where path like '/words/%'",
    );
    expect(rows[0]?.endpoints).toBeLessThanOrEqual(500);
  });
});

describe('GET /api/monitoring/errors/recent', () => {
  const errors = async (query = ''): Promise<RecentError[]> =>
    (await get<{ errors: RecentError[] }>('errors/recent', query)).errors;

  it('has a failed run once, with its category and the trace of the request', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { body } = await suite.generate({ ...OK, model: 'simulator/fail-moderated' }, { traceparent });
    const found = (await errors()).filter(({ trace_id }) => trace_id === '0af7651916cd43dd8448eb211c80319c');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ type: 'generation', category: 'moderated', run_id: body.run_id, path: null });
    expect(found[0]?.message).not.toBe('');
  });

  it('has a request that was answered with 5xx, of any process, by the pattern of its route', async () => {
    const rename = (from: string, to: string): Promise<unknown> =>
      suite.database.pool.query(`alter table ${from} rename to ${to}`);
    await rename('statistics_days', 'statistics_days_away');
    const answer = await new DarkroomApi(other.url).get('/api/generate/statistics?user_id=3');
    await rename('statistics_days_away', 'statistics_days');
    expect(answer.status).toBe(500);
    // The other process tells of it when it next writes what it has counted.
    const [error] = await eventually(
      async () => (await errors()).filter(({ trace_id }) => trace_id === answer.body['trace_id']),
      ({ length }) => length === 1,
      20_000,
    );
    expect(error).toMatchObject({
      ...{ type: 'http', category: 'internal_error', path: 'GET /api/generate/statistics', run_id: null },
      message: answer.body['detail'],
    });
  }, 60_000);

  it('lists the newest first, as many as are asked for', async () => {
    const all = await errors('?limit=200');
    expect(all.map(({ timestamp }) => timestamp)).toEqual(
      all
        .map(({ timestamp }) => timestamp)
        .sort()
        .reverse(),
    );
    expect(await errors('?limit=1')).toEqual(all.slice(0, 1));
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=all', 'limit'],
    ['offset=1', 'offset'],
  ])('refuses ?%s', async (query, field) => {
    const { status, body } = await suite.api.get(`/api/monitoring/errors/recent?${query}`);
    expect([status, body['detail']]).toMatchObject([422, [{ loc: ['query', field] }]]);
  });
});

describe('GET /api/monitoring/dashboard', () => {
  it('has the figures of the other routes, the newest runs, the presets, the cache and the queue', async () => {
    await reset();
    for (const preset of ['anime_style', 'cinematic_portrait', 'anime_style']) await suite.generate({ ...OK, preset });
    const { body: run } = await suite.generate({ ...OK, prompt: 'a red car on a dashboard' });
    const dashboard = await get<Dashboard>('dashboard');
    expect(Object.keys(dashboard)).toEqual([
      ...['system', 'usage', 'uptime_formatted', 'recent_activity', 'popular_presets', 'cache', 'queue', 'timestamp'],
    ]);
    expect(dashboard.system).toEqual(
      Object.assign({}, await system(), { uptime_seconds: expect.any(Number) as number }),
    );
    expect(dashboard.usage).toEqual(await usage());
    expect(dashboard.recent_activity[0]).toEqual({
      ...{ type: 'image', status: 'completed', prompt: 'a red car on a dashboard', run_id: run.run_id },
      timestamp: run.completed_at,
    });
    expect(dashboard.recent_activity.length).toBeLessThanOrEqual(10);
    expect(dashboard.popular_presets).toEqual([
      { preset: 'anime_style', count: 2 },
      { preset: 'cinematic_portrait', count: 1 },
    ]);
  });
});

it.each(['health', 'stats/system', 'stats/usage', 'stats/endpoints', 'stats/durations', 'dashboard'])(
  'GET /api/monitoring/%s takes no query, and answers with a slash at its end too',
  async (route) => {
    expect((await suite.api.get(`/api/monitoring/${route}/`)).status).toBe(200);
    const { status, body } = await suite.api.get(`/api/monitoring/${route}?days=7`);
    expect([status, body['detail']]).toMatchObject([422, [{ loc: ['query', 'days'], type: 'extra_forbidden' }]]);
  },
);
