import type { HistoryEntry, HistoryPage } from '../../src/generation/history/history.dto.js';
import type { Statistics } from '../../src/statistics/statistics.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { DarkroomSuite } from '../support/darkroom-suite.js';
import { Random } from '../support/kills/random.js';
import { recompute, statisticsOf } from '../support/recomputed.js';

const RUNS = 300;
const CUSTOMERS = 12;
const USERS = [1, 2, 3];
const PROJECTS = [1, 2];
const DAYS = 3;

const MODELS = [
  ...['ok', 'ok', 'ok', 'ok', 'flaky-30', 'flaky-30', 'timeout-then-ok', 'network-then-ok'],
  ...['fail-moderated', 'fail-timeout', 'moderated-then-ok', 'slow-5s'],
];
const PROMPTS = ['A lighthouse at dusk', 'Ein Leuchtturm, 100 % allein', 'crème brûlée on marble', '海辺の灯台', 'a_b%c \\ "quoted"'];

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start({ WORKER_CONCURRENCY: '24', RETRY_BASE_SECONDS: '0.05' });
  const random = new Random(2026);
  await Promise.all(Array.from({ length: CUSTOMERS }, () => beCustomer(random.fork())));
  // Two that are still at work when everything is compared.
  for (const user_id of [1, 2]) {
    const { run_id: runId } = await suite.begin({ prompt: 'a red car', model: 'simulator/slow-30s', user_id, project_id: 1 });
    await suite.status(runId, ({ status }) => status === 'processing');
  }
}, 120_000);
afterAll(() => suite.stop());

/** Orders runs one after the other, cancels some and asks for some of the failed ones again. */
const beCustomer = async (random: Random): Promise<void> => {
  for (let order = 0; order < RUNS / CUSTOMERS; order++) {
    const { run_id: runId } = await suite.begin({
      prompt: random.pick(PROMPTS),
      model: `simulator/${random.pick(MODELS)}`,
      mode: random.pick(['ai', 'manual']),
      user_id: random.pick(USERS),
      ...(random.chance(0.7) && { project_id: random.pick(PROJECTS) }),
      max_retries: random.whole(0, 2),
    });
    // It may have ended meanwhile, which refuses the cancellation.
    if (random.chance(0.15)) await suite.api.post(`/api/generate/${runId}/cancel`);
    const { status } = await suite.ended(runId);
    if (status !== 'failed' || !random.chance(0.4)) continue;
    await suite.api.post(`/api/generate/${runId}/retry`);
    await suite.ended(runId);
  }
};

const queryOf = (of: { readonly userId: number | null; readonly projectId: number | null }): string =>
  new URLSearchParams({
    ...(of.userId !== null && { user_id: String(of.userId) }),
    ...(of.projectId !== null && { project_id: String(of.projectId) }),
  }).toString();

const SCOPES = [null, ...USERS, 99].flatMap((userId) => [null, ...PROJECTS].map((projectId) => ({ userId, projectId })));

describe('after a random workload, what an SQL script finds in the raw events is what is answered', () => {
  it.each(SCOPES)('as statistics of user $userId and project $projectId, to the last millionth of a dollar', async (of) => {
    const { body } = await suite.api.get<Statistics & Record<string, unknown>>(`/api/generate/statistics?days=${String(DAYS)}&${queryOf(of)}`);
    const days = body.daily.map(({ date }) => date);
    const found = await recompute(suite.database.pool, { ...of, days });
    const { p50_generation_time: p50, p95_generation_time: p95, ...rest } = body;
    expect(rest).toEqual(statisticsOf(found, days));
    for (const [told, exact] of [
      [p50, found.p50_seconds],
      [p95, found.p95_seconds],
    ] as const) {
      expect(told === null).toBe(exact === null);
      expect(Math.abs((told ?? 0) - (exact ?? 0))).toBeLessThanOrEqual((exact ?? 0) * 0.01);
    }
  });

  it.each(SCOPES)('as history of user $userId and project $projectId', async (of) => {
    const entries: HistoryEntry[] = [];
    for (let path: string | undefined = `/api/generate/history?limit=70&${queryOf(of)}`; path !== undefined;) {
      const { body, headers }: Answer<HistoryPage> = await suite.api.get<HistoryPage>(path);
      entries.push(...body.results);
      path = /<([^>]+)>; rel="next"/.exec(String(headers['link'] ?? ''))?.[1];
    }
    const { history } = await recompute(suite.database.pool, { ...of, days: ['2000-01-01', '2100-01-01'] });
    expect(entries).toEqual(history);
  });

  it('and the workload had every end in it, retries and second chances', async () => {
    const { body } = await suite.api.get<Statistics & Record<string, unknown>>(`/api/generate/statistics?days=${String(DAYS)}`);
    const { status_breakdown: ends, retry_rate: retries, total_generations: total } = body;
    expect(total).toBe(RUNS + 2);
    expect(ends.processing).toBe(2);
    for (const runs of [ends.completed, ends.failed, ends.cancelled]) expect(runs).toBeGreaterThan(5);
    expect(retries).toBeGreaterThan(10);
    const { rows } = await suite.database.pool.query("select from events where type = 'GenerationRetryRequested'");
    expect(rows.length).toBeGreaterThan(5);
  });
});
