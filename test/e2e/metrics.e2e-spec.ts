import { METRICS } from '../../src/operations/metrics/metrics.data.js';
import { DarkroomApi } from '../support/darkroom-api.js';
import { eventually, startDarkroom, type DarkroomProcess } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { onServer } from '../support/database.js';
import { risen, scraped, series, type Samples } from '../support/scraped.js';

const OPENMETRICS = { accept: 'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5' };

describe('/metrics', () => {
  let suite: DarkroomSuite;

  beforeAll(async () => {
    suite = await DarkroomSuite.start();
  });
  afterAll(() => suite.stop());

  const scrape = (origin = suite.process.opsUrl): Promise<Samples> => scraped(origin);

  it('begins the counters of every model at 0, so that its first failure is a rise', async () => {
    const samples = await scrape();
    const run = { type: 'image', provider: 'simulator', model: 'fail-storage' };
    const failed = { ...run, outcome: 'failed', cached: 'false', error_type: 'storage' };
    expect(samples.get(series('darkroom_jobs_finished_total', failed))).toBe(0);
    expect(samples.get(series('darkroom_cost_usd_total', run))).toBe(0);
    expect(samples.get(series('darkroom_job_takeovers_total', { type: 'video', provider: 'builtin' }))).toBe(0);
    expect(samples.get('darkroom_heap_limit_bytes')).toBeGreaterThan(100_000_000);
  });

  it('counts a run once: what was asked for, how it ended, what it cost', async () => {
    const run = { type: 'image', provider: 'simulator', model: 'timeout-then-ok' };
    const answer = await suite.generate({
      ...OK,
      prompt: 'metrics of one run',
      model: 'simulator/timeout-then-ok',
      mode: 'manual',
    });
    expect(answer.status).toBe(200);
    const samples = await scrape();
    expect(samples.get(series('darkroom_jobs_created_total', { ...run, mode: 'manual' }))).toBe(1);
    const { model: _model, ...kind } = run;
    expect(samples.get(series('darkroom_job_retries_total', { ...kind, error_type: 'timeout', trigger: 'auto' }))).toBe(
      1,
    );
    expect(
      samples.get(
        series('darkroom_jobs_finished_total', { ...run, outcome: 'completed', cached: 'false', error_type: '' }),
      ),
    ).toBe(1);
    expect(samples.get(series('darkroom_cost_usd_total', run))).toBe(0.01);
    expect(samples.get(series('darkroom_job_attempts_sum', { type: 'image', outcome: 'completed' }))).toBe(2);
  });

  it('counts what the cache saves, and a hit as a run that was cached', async () => {
    const twice = { ...OK, prompt: 'metrics of a hit', use_cache: true };
    await suite.generate(twice);
    const run = { type: 'image', provider: 'simulator', model: 'ok' };
    expect(await risen(suite.process.opsUrl, 'darkroom_jobs_finished_total', () => suite.generate(twice))).toEqual({
      [series('darkroom_jobs_finished_total', { ...run, outcome: 'completed', cached: 'true', error_type: '' })]: 1,
    });
    expect((await scrape()).get(series('darkroom_cost_saved_usd_total', run))).toBeCloseTo(0.01);
  });

  it('measures requests under the pattern of their route, and what no route takes as unmatched', async () => {
    const changes = await risen(suite.process.opsUrl, 'http_server_request_duration_seconds_count', async () => {
      for (const path of ['/api/generate/4711', '/api/generate/4712', '/no/such/path', '/nor/this'])
        await suite.api.get(path);
    });
    const of = (http_route: string): string =>
      series('http_server_request_duration_seconds_count', {
        http_request_method: 'GET',
        http_route,
        http_response_status_code: '404',
      });
    expect(changes).toEqual({ [of('/api/generate/:id')]: 2, [of('unmatched')]: 2 });
  });

  it('has no series more after requests that name five hundred models, paths and methods of their own', async () => {
    const ask = async (index: number): Promise<void> => {
      await suite.generate({ ...OK, model: `model-${String(index)}`, preset: `preset-${String(index)}` });
      await suite.api.call(`M${String(index)}`, `/path-${String(index)}`).catch(() => null);
    };
    await ask(0);
    await suite.api.call('PROPFIND', '/path');
    // What Node.js happens to have open comes and goes by itself.
    const names = async (): Promise<string[]> =>
      [...(await scrape()).keys()].filter((name) => !name.startsWith('nodejs_active_'));
    const before = await names();
    for (let index = 1; index <= 250; index += 1) await ask(index);
    expect(await names()).toEqual(before);
  });

  it('tells nothing that is not in the catalogue, but for what Node.js and the process have', async () => {
    const names = [...(await scrape()).keys()].map((name) =>
      name.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, ''),
    );
    const foreign = [...new Set(names)].filter((name) => !(name in METRICS) && !/^(nodejs|process)_/.test(name));
    expect(foreign).toEqual([]);
  });

  it('is OpenMetrics with exemplars for a scraper that asks for it, on the port of the API too', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await suite.generate({ ...OK, prompt: 'metrics of a trace' }, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const { headers, bytes } = await suite.api.get('/metrics', OPENMETRICS);
    expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const text = bytes.toString();
    expect(text).toMatch(/# EOF\n?$/);
    expect(text).toMatch(new RegExp(`darkroom_job_duration_seconds_bucket\\{.*\\} \\d+ # \\{trace_id="${traceId}"\\}`));
  });

  it('answers while the database is away, and says how old its figures are', async () => {
    const name = new URL(suite.database.url).pathname.slice(1);
    const fresh = 'darkroom_collector_last_success_timestamp_seconds{collector="log"}';
    await scrape();
    await onServer(`alter database ${name} with allow_connections false`);
    try {
      await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
      const before = (await scrape()).get(fresh);
      const samples = await eventually(
        () => scrape(),
        (each) => (each.get('darkroom_collector_failures_total{collector="log"}') ?? 0) > 0,
      );
      expect(samples.get(fresh)).toBe(before);
      expect(samples.has('darkroom_db_pool_max')).toBe(true);
    } finally {
      await onServer(`alter database ${name} with allow_connections true`);
    }
    await eventually(
      () => suite.api.get('/health/ready'),
      ({ status }) => status === 200,
    );
  });

  describe('of a worker of its own', () => {
    let worker: DarkroomProcess;
    let ops: DarkroomApi;

    beforeAll(async () => {
      worker = await startDarkroom({ env: { ROLE: 'worker', DATABASE_URL: suite.database.url, SIMULATOR: 'on' } });
      ops = new DarkroomApi(worker.opsUrl);
    });
    afterAll(() => worker.stop());

    it('has its own slots, and the same log as the others', async () => {
      const samples = await scrape(worker.opsUrl);
      expect(samples.get('darkroom_worker_slots')).toBe(16);
      expect(samples.get('darkroom_workers_alive')).toBe(2);
      const heads = (): Promise<(number | undefined)[]> =>
        Promise.all(
          [suite.process.opsUrl, worker.opsUrl].map(async (origin) =>
            (await scrape(origin)).get('darkroom_eventstore_head_position'),
          ),
        );
      // What one of them was told of the log may be some seconds old.
      const [one, other] = await eventually(heads, ([mine, its]) => mine === its && its !== 0);
      expect([one, other]).toEqual([expect.any(Number), one]);
    });

    it('stands beside its probes, and beside nothing else', async () => {
      for (const path of ['/health/live', '/health/startup', '/health/ready', '/health/ready/?x=1'])
        expect(await ops.get(path)).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect((await ops.get('/api/models')).status).toBe(404);
      expect((await ops.post('/metrics', {})).status).toBe(405);
    });
  });
});
