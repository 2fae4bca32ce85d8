import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Statistics } from '../../src/statistics/statistics.dto.js';
import { cleanEnvironment, DIST } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

type Report = Statistics & Record<string, unknown>;

const of = async (user: number, more = ''): Promise<Report> =>
  (await suite.api.get<Report>(`/api/generate/statistics?user_id=${String(user)}${more}`)).body;

/** Each test asks about a user of its own. */
let lastUser = 100;
const newUser = (): number => (lastUser += 1);

const cli = async (...parameters: readonly string[]): Promise<number> => {
  const child = spawn(process.execPath, [join(DIST, 'cli.js'), ...parameters], {
    env: cleanEnvironment({ DARKROOM_HOME: suite.process.home, DATABASE_URL: suite.database.url }),
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'close')) as [number];
  return code;
};

describe('GET /api/generate/statistics', () => {
  it('has zeros, and nothing where there is nothing to average, for who has no runs', async () => {
    const report = await of(newUser());
    expect(report).toMatchObject({
      period_days: 30,
      total_generations: 0,
      status_breakdown: { pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0 },
      mode_breakdown: { ai: 0, manual: 0 },
      provider_breakdown: {},
      average_generation_time: null,
      p95_generation_time: null,
      success_rate: 0,
      total_cost_usd: 0,
    });
    expect(report.daily).toHaveLength(30);
    expect(report.daily.at(-1)?.date).toBe(new Date().toISOString().slice(0, 10));
  });

  it('counts a run as soon as its answer came', async () => {
    const user_id = newUser();
    const { body: made } = await suite.generate({ ...OK, user_id });
    const report = await of(user_id);
    expect(report).toMatchObject({
      total_generations: 1,
      status_breakdown: { completed: 1 },
      mode_breakdown: { ai: 1, manual: 0 },
      type_breakdown: { image: 1 },
      provider_breakdown: { simulator: 1 },
      preset_breakdown: {},
      average_quality_score: made.quality_score,
      average_generation_time: made.generation_time,
      success_rate: 100,
      cache_hit_rate: 0,
      retry_rate: 0,
      total_cost_usd: 0.01,
    });
    expect(report.daily.reduce((sum, { completed }) => sum + completed, 0)).toBe(1);
  });

  it('sums up ends of every kind, with success_rate to two decimals', async () => {
    const user_id = newUser();
    for (const model of ['ok', 'ok', 'timeout-then-ok', 'fail-moderated', 'fail-moderated']) {
      await suite.generate({ ...OK, model: `simulator/${model}`, user_id, mode: 'manual' });
    }
    const slow = await suite.begin({ ...OK, model: 'simulator/slow-30s', user_id, project_id: 3 });
    await suite.api.post(`/api/generate/${slow.run_id}/cancel`);
    const report = await of(user_id);
    expect(report).toMatchObject({
      total_generations: 6,
      status_breakdown: { pending: 0, processing: 0, completed: 3, failed: 2, cancelled: 1 },
      mode_breakdown: { ai: 1, manual: 5 },
      success_rate: 50,
      retry_rate: 16.67,
      total_cost_usd: 0.03,
    });
    expect(report.daily.at(-1)).toMatchObject({ total: 6, completed: 3, failed: 2 });
    expect(await of(user_id, '&project_id=3')).toMatchObject({
      total_generations: 1,
      status_breakdown: { cancelled: 1 },
    });
    expect(await of(user_id, '&project_id=4')).toMatchObject({ total_generations: 0 });
  });

  it('counts a run that took the result of another one, and what that saved', async () => {
    const user_id = newUser();
    const body = { ...OK, prompt: 'a red car that is asked for twice', user_id, use_cache: true };
    await suite.generate(body);
    expect((await suite.generate(body)).body.cached).toBe(true);
    expect(await of(user_id)).toMatchObject({
      total_generations: 2,
      status_breakdown: { completed: 2 },
      cache_hit_rate: 50,
      total_cost_usd: 0.01,
      saved_usd: 0.01,
    });
  });

  it('takes a failed run that is asked for again out of the failures', async () => {
    const user_id = newUser();
    const { body: failed } = await suite.api.post('/api/generate', {
      ...OK,
      model: 'simulator/moderated-then-ok',
      user_id,
    });
    expect(await of(user_id)).toMatchObject({ status_breakdown: { failed: 1 }, retry_rate: 0, success_rate: 0 });
    await suite.api.post(`/api/generate/${String(failed['run_id'])}/retry`);
    await suite.ended(String(failed['run_id']));
    expect(await of(user_id)).toMatchObject({
      total_generations: 1,
      status_breakdown: { failed: 0, completed: 1 },
      retry_rate: 100,
      success_rate: 100,
    });
  });

  it('is the same after a restart, and after a rebuild beside the running process', async () => {
    const user_id = newUser();
    for (const model of ['ok', 'fail-moderated']) await suite.generate({ ...OK, model: `simulator/${model}`, user_id });
    const before = await of(user_id, '&days=7');
    await suite.restart();
    expect(await of(user_id, '&days=7')).toEqual(before);
    await suite.database.pool.query('update statistics_days set completed = completed + 1; delete from history_status');
    expect(await of(user_id, '&days=7')).not.toEqual(before);
    expect(await cli('verify')).toBe(1);
    const beside = suite.generate({ ...OK, user_id: newUser() });
    expect(await cli('rebuild', 'statistics')).toBe(0);
    expect(await cli('rebuild', 'history')).toBe(0);
    expect((await beside).status).toBe(200);
    expect(await of(user_id, '&days=7')).toEqual(before);
    expect(await of(lastUser)).toMatchObject({ status_breakdown: { completed: 1 } });
    expect(await cli('verify')).toBe(0);
  }, 120_000);

  it.each([
    ['days=0', 'days', 'value_error'],
    ['days=366', 'days', 'value_error'],
    ['days=week', 'days', 'number_parsing'],
    ['user_id=0', 'user_id', 'value_error'],
    ['project_id=-1', 'project_id', 'value_error'],
    ['from=2026-01-01', 'from', 'extra_forbidden'],
  ])('refuses ?%s', async (query, field, type) => {
    const { status, body } = await suite.api.get(`/api/generate/statistics?${query}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'validation_error', detail: [{ loc: ['query', field], type }] });
  });
});
