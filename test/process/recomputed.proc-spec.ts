import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { HistoryEntry, HistoryPage } from '../../src/generation/history/history.dto.js';
import { STATUSES } from '../../src/generation/generation.events.js';
import type { Statistics } from '../../src/statistics/statistics.dto.js';
import { DarkroomApi, type Answer } from '../support/darkroom-api.js';
import { cleanEnvironment, DIST, eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment } from '../support/deployment.js';
import { Random } from '../support/kills/random.js';
import { recompute, statisticsOf } from '../support/recomputed.js';

const RUNS = 1_200;
const CUSTOMERS = 40;
const TOGETHER = 6;
const KILLS = 12;
const PAUSE_BETWEEN_KILLS_MS = 1_000;
const USERS = [1, 2, 3];
const PROJECTS = [1, 2];
const DAYS = 3;

const MODELS = [
  ...['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'flaky-30', 'flaky-30', 'timeout-then-ok', 'network-then-ok'],
  ...['fail-moderated', 'fail-timeout', 'moderated-then-ok', 'moderated-then-ok'],
];
const PROMPTS = [
  'A lighthouse at dusk',
  'Ein Leuchtturm, 100 % allein',
  'crème brûlée on marble',
  '海辺の灯台',
  'a_b%c \\ "quoted"',
];
const PRESETS = ['oil_painting', 'oil_painting', 'anime_style'];
const SETTINGS = { WORKER_CONCURRENCY: '24', RETRY_BASE_SECONDS: '0.05', RENDER_THREADS: '1' };

let deployment: Deployment;
let api: DarkroomApi;
let workers: DarkroomProcess[] = [];
let ordered = 0;

const startWorker = (): Promise<DarkroomProcess> => deployment.start('worker,projector', SETTINGS);

/** Orders a run and waits for its end. */
const place = (random: Random, prefer: string): Promise<Answer> => {
  const body = {
    prompt: random.pick(PROMPTS),
    model: `simulator/${random.pick(MODELS)}`,
    mode: random.pick(['ai', 'manual']),
    user_id: random.pick(USERS),
    ...(random.chance(0.7) && { project_id: random.pick(PROJECTS) }),
    ...{ width: 256, height: 256, max_retries: random.whole(0, 2) },
    // Some take the result of another run, or wait for it.
    use_cache: random.chance(0.15),
    ...(random.chance(0.4) && { preset: random.pick(PRESETS) }),
  };
  return api.call('POST', '/api/generate', { body, headers: { prefer } });
};

const ended = async (runId: string): Promise<string> => {
  const ask = (): Promise<{ status: string }[]> =>
    deployment.sql('select status from generations where run_id = $1 and completed_at is not null', [runId]);
  const [run] = await eventually(ask, (rows) => rows.length === 1, 60_000);
  return run?.status ?? '';
};

/** Orders runs one after the other, cancels some and asks for some of the failed ones again. */
const beCustomer = async (random: Random): Promise<void> => {
  for (let order = 0; order < RUNS / CUSTOMERS; order++) {
    const cancels = random.chance(0.12);
    const { body } = await place(random, cancels ? 'respond-async' : 'wait=30');
    ordered += 1;
    const runId = String(body['run_id']);
    // It may have ended meanwhile, which refuses the cancellation.
    if (cancels) await api.post(`/api/generate/${runId}/cancel`);
    if ((await ended(runId)) !== 'failed' || !random.chance(0.4)) continue;
    await api.post(`/api/generate/${runId}/retry`);
    await ended(runId);
  }
};

/** Equal runs at one time, of which all but one wait for the result of that one. */
const orderTogether = async (): Promise<void> => {
  const body = { prompt: 'together', model: 'simulator/slow-5s', user_id: 1, width: 256, height: 256, seed: 1 };
  const order = (): Promise<Answer> =>
    api.call('POST', '/api/generate', { body, headers: { prefer: 'respond-async' } });
  const made = await Promise.all(Array.from({ length: TOGETHER }, order));
  for (const answer of made) await ended(String(answer.body['run_id']));
};

/** kill -9 of one worker after the other, which are also those that keep the sums and the history. */
const killWorkers = async (random: Random): Promise<void> => {
  for (let kills = 0; kills < KILLS; kills++) {
    await pause(PAUSE_BETWEEN_KILLS_MS);
    const victim = random.pick(workers);
    await victim.end('SIGKILL');
    workers = [...workers.filter((each) => each !== victim), await startWorker()];
  }
};

/** @returns what it printed @throws where it does not end with 0 */
const cli = async (...parameters: readonly string[]): Promise<string> => {
  const env = cleanEnvironment({ DATABASE_URL: deployment.databaseUrl, DARKROOM_HOME: deployment.home });
  return (await promisify(execFile)(process.execPath, [join(DIST, 'cli.js'), ...parameters], { env })).stdout;
};

const rebuildAll = async (): Promise<void> => {
  for (const name of ['statistics', 'history']) await cli('rebuild', name);
};

/** Once more near the end, when the most is to be read while runs still come. */
const rebuildLate = async (): Promise<void> => {
  await eventually(
    () => Promise.resolve(ordered),
    (runs) => runs > RUNS * 0.8,
    500_000,
  );
  await rebuildAll();
};

const LAG = `select max(h.head) - min(s.position) as lag from subscriptions s, (select max(position) as head from events) h
              where s.name in ('statistics', 'history')`;

beforeAll(async () => {
  deployment = await Deployment.open();
  api = new DarkroomApi((await deployment.start('api', SETTINGS)).url);
  workers = [await startWorker(), await startWorker()];
  const random = new Random(2026);
  const [killers, builders] = [random.fork(), random.fork()];
  await Promise.all([
    ...Array.from({ length: CUSTOMERS }, () => beCustomer(random.fork())),
    killWorkers(killers),
    pause(builders.whole(2_000, 6_000)).then(rebuildAll),
    rebuildLate(),
    orderTogether(),
  ]);
  // Two that are still at work when everything is compared.
  for (const user_id of [1, 2]) {
    const body = { prompt: 'a red car', model: 'simulator/slow-30s', user_id, project_id: 1, use_cache: false };
    const accepted = await api.call('POST', '/api/generate', { body, headers: { prefer: 'respond-async' } });
    await deployment.happened(String(accepted.body['run_id']), 'GenerationSubmitted');
  }
  await eventually(
    () => deployment.sql<{ lag: string }>(LAG),
    ([row]) => row?.lag === '0',
    30_000,
  );
}, 600_000);
afterAll(() => deployment.close());

interface Whose {
  readonly userId: number | null;
  readonly projectId: number | null;
}

const queryOf = ({ userId, projectId }: Whose): string =>
  new URLSearchParams({
    ...(userId !== null && { user_id: String(userId) }),
    ...(projectId !== null && { project_id: String(projectId) }),
  }).toString();

const SCOPES = [null, ...USERS, 99].flatMap((userId) =>
  [null, ...PROJECTS].map((projectId) => ({ userId, projectId })),
);

const statistics = async (whose: Whose): Promise<Statistics> =>
  (
    await api.get<Statistics & Record<string, unknown>>(
      `/api/generate/statistics?days=${String(DAYS)}&${queryOf(whose)}`,
    )
  ).body;

/** All pages of a list, and what each of them said of its length, once. */
const listed = async (query: string): Promise<{ entries: HistoryEntry[]; totals: Set<string> }> => {
  const entries: HistoryEntry[] = [];
  const totals = new Set<string>();
  for (let path: string | undefined = `/api/generate/history?limit=70&${query}`; path !== undefined;) {
    const { body, headers }: Answer<HistoryPage> = await api.get<HistoryPage>(path);
    entries.push(...body.results);
    totals.add(`${String(body.total)} ${body.total_relation}`);
    path = /<([^>]+)>; rel="next"/.exec(String(headers['link'] ?? ''))?.[1];
  }
  return { entries, totals };
};

describe('after a random workload with failures, cancels, retries and kills, what an SQL script finds in the raw events is what is answered', () => {
  it.each(SCOPES)(
    'as statistics of user $userId and project $projectId, to the last millionth of a dollar',
    async (whose) => {
      const answer = await statistics(whose);
      const days = answer.daily.map(({ date }) => date);
      const found = await recompute(deployment, { ...whose, days });
      const { p50_generation_time: p50, p95_generation_time: p95, ...rest } = answer;
      expect(rest).toEqual(statisticsOf(found, days));
      for (const [told, exact] of [
        [p50, found.p50_seconds],
        [p95, found.p95_seconds],
      ] as const) {
        expect(told === null).toBe(exact === null);
        expect(Math.abs((told ?? 0) - (exact ?? 0))).toBeLessThanOrEqual((exact ?? 0) * 0.01);
      }
    },
  );

  it.each(SCOPES)('as history of user $userId and project $projectId, whole and by status', async (whose) => {
    const { history } = await recompute(deployment, { ...whose, days: ['2000-01-01', '2100-01-01'] });
    for (const status of [null, ...STATUSES]) {
      const expected = history.filter((entry) => status === null || entry.status === status);
      const { entries, totals } = await listed(`${queryOf(whose)}${status === null ? '' : `&status=${status}`}`);
      expect(entries).toEqual(expected);
      expect([status, ...totals]).toEqual([status, `${String(expected.length)} eq`]);
    }
  });

  it('and the workload had every end in it, retries, second chances, takeovers and results of other runs', async () => {
    const report = await statistics({ userId: null, projectId: null });
    const { status_breakdown: ends } = report;
    expect(report.total_generations).toBe(RUNS + TOGETHER + 2);
    expect(ends.processing).toBe(2);
    for (const runs of [ends.completed, ends.failed, ends.cancelled]) expect(runs).toBeGreaterThan(50);
    expect(report.retry_rate).toBeGreaterThan(10);
    expect(report.cache_hit_rate).toBeGreaterThan(2);
    expect(report.saved_usd).toBeGreaterThan(0);
    const events = await deployment.sql<{ type: string; count: number }>(
      'select type, count(*)::int as count from events group by type',
    );
    const counts = new Map(events.map(({ type, count }) => [type, count]));
    for (const type of ['GenerationRetryRequested', 'GenerationResumed', 'GenerationJoined'])
      expect([type, (counts.get(type) ?? 0) > 3]).toEqual([type, true]);
  });

  it('and nothing of it is amiss', async () => {
    await expect(cli('verify')).resolves.toEqual(expect.any(String));
  });
});
