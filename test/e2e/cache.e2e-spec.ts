import { DarkroomApi, type Answer } from '../support/darkroom-api.js';
import { eventually, startDarkroom, type DarkroomProcess } from '../support/darkroom-process.js';
import { DarkroomSuite } from '../support/darkroom-suite.js';
import { upTo } from '../support/event-samples.js';
import type { Generation } from '../../src/generation/status/generation-answer.dto.js';

let suite: DarkroomSuite;
/** A second process on the same data. */
let other: DarkroomProcess;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
  other = await startDarkroom({
    home: suite.process.home,
    env: { SIMULATOR: 'on', RETRY_BASE_SECONDS: '0.1', RENDER_THREADS: '1', DATABASE_URL: suite.database.url },
  });
});
afterAll(async () => {
  await other.end('SIGTERM');
  await suite.stop();
});

let prompts = 0;
/** A request that nobody has made before. */
const fresh = (model = 'simulator/ok'): { prompt: string; model: string; use_cache: boolean } => ({
  prompt: `a red car in the rain, number ${String((prompts += 1))}`,
  model,
  use_cache: true,
});
const elsewhere = (body: object, headers: Record<string, string> = {}): Promise<Answer<Generation>> =>
  new DarkroomApi(other.url).post<Generation>('/api/generate', body, headers);
const vendorJobs = async (): Promise<number> => {
  const { rows } = await suite.database.pool.query<{ jobs: number }>(
    'select count(*)::int as jobs from simulator_jobs',
  );
  return rows[0]?.jobs ?? 0;
};
/** What a piece of work makes the vendor do. */
const jobsOf = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const before = await vendorJobs();
  const result = await work();
  return [result, (await vendorJobs()) - before];
};
/** The table of the cache has taken in every run that has ended, whichever process follows the log for it. */
const followed = (): Promise<unknown> =>
  eventually(
    async () =>
      (
        await suite.database.pool.query<{ behind: number }>(
          `select count(*)::int as behind from events
            where type in ('GenerationCompleted', 'PromptCacheCleared')
              and position > (select position from subscriptions where name = 'prompt_cache')`,
        )
      ).rows,
    ([row]) => row?.behind === 0,
  );
const stats = async (): Promise<Record<string, number>> => {
  await followed();
  return (await suite.api.get<Record<string, number>>('/api/generate/cache/stats')).body;
};
const lookUp = async (body: object): Promise<Record<string, unknown>> => {
  const answer = await suite.api.post('/api/cache/lookup', body);
  expect(answer.status).toBe(200);
  return answer.body;
};
const withoutUseCache = ({ prompt, model }: { prompt: string; model: string }): object => ({ prompt, model });

describe('a request that was made before', () => {
  it('is answered with its result, by every process, for nothing, as a run of its own', async () => {
    const body = fresh();
    const { body: first } = await suite.generate(body);
    const [[again, there], jobs] = await jobsOf(() => Promise.all([suite.generate(body), elsewhere(body)]));
    expect(jobs).toBe(0);
    for (const { status, body: run } of [again, there]) {
      expect(status).toBe(200);
      expect(run).toMatchObject({
        status: 'completed',
        cached: true,
        cost_usd: 0,
        saved_usd: 0.01,
        source_run_id: first.run_id,
        seed: first.seed,
        started_at: null,
        prompt_hash: first.prompt_hash,
      });
      expect(run.run_id).not.toBe(first.run_id);
      expect(await suite.eventTypes(run.run_id)).toEqual(['Created', 'ArtifactStored', 'Completed']);
    }
    const [mine, its] = await Promise.all([first, again.body].map(({ image_url: url }) => suite.api.get(url ?? '')));
    expect(mine?.bytes.equals(its?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(again.body.image_url).not.toBe(first.image_url);
  });

  it('has another result where the caller names a seed, and its own where the caller wants that', async () => {
    const body = fresh();
    const { body: first } = await suite.generate(body);
    const [{ body: seeded }, one] = await jobsOf(() => suite.generate({ ...body, seed: first.seed }));
    expect([seeded.cached, one]).toEqual([false, 1]);
    const [{ body: seededAgain }, none] = await jobsOf(() => suite.generate({ ...body, seed: first.seed }));
    expect([seededAgain.cached, none]).toEqual([true, 0]);
    const [{ body: own }, another] = await jobsOf(() => suite.generate({ ...body, use_cache: false }));
    expect([own.cached, own.prompt_hash, another]).toEqual([false, null, 1]);
  });

  it('is made anew where it failed: failures are not kept', async () => {
    const body = { ...fresh('simulator/moderated-then-ok'), max_retries: 0 };
    expect((await suite.generate(body)).status).toBe(500);
    expect((await suite.generate(body)).status).toBe(500);
    expect((await lookUp(withoutUseCache(body)))['hit']).toBe(false);
  });

  it('can be looked up without making anything', async () => {
    const body = fresh();
    const before = await suite.runs();
    const miss = await lookUp(withoutUseCache(body));
    expect(miss).toMatchObject({ hit: false, run_id: null, artifacts: [], cached_at: null, expires_at: null });
    expect(await suite.runs()).toBe(before);
    const { body: made } = await suite.generate(body);
    const hit = await lookUp({ ...withoutUseCache(body), prompt: `  ${body.prompt.replace(' ', '\n ')} ` });
    expect(hit).toMatchObject({ prompt_hash: miss['prompt_hash'], run_id: made.run_id });
    expect(hit['artifacts']).toHaveLength(1);
    const kept = Date.parse(String(hit['expires_at'])) - Date.parse(String(hit['cached_at']));
    expect(kept).toBe(30 * 86_400_000);
    expect(
      (await suite.api.post('/api/cache/lookup', { prompt: 'x', colour: 1, model: 'nope' })).body['detail'],
    ).toHaveLength(3);
  });
});

describe('equal requests at the same time', () => {
  it('lead to one call of the vendor, a hundred answers and a hundred runs, from two processes', async () => {
    const body = fresh('simulator/slow-5s');
    const [answers, jobs] = await jobsOf(() =>
      Promise.all(upTo(100).map((n) => (n % 2 === 0 ? suite.generate(body) : elsewhere(body)))),
    );
    expect(jobs).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(upTo(100).map(() => 200));
    const runs = new Set(answers.map(({ body: { run_id } }) => run_id));
    expect(runs.size).toBe(100);
    expect(new Set(answers.map(({ body: { seed } }) => seed)).size).toBe(1);
    const shared = answers.filter(({ body: { cached } }) => cached);
    expect(shared).toHaveLength(99);
    const leader = answers.find(({ body: { cached } }) => !cached)?.body.run_id;
    expect(new Set(shared.map(({ body: { source_run_id } }) => source_run_id))).toEqual(new Set([leader]));
    const follower = shared[0]?.body.run_id ?? '';
    expect(await suite.eventTypes(follower)).toEqual(['Created', 'Joined', 'ArtifactStored', 'Completed']);
  });

  it('go on when one that waits is cancelled', async () => {
    const body = fresh('simulator/slow-5s');
    const runs = [await suite.begin(body), await suite.begin(body), await suite.begin(body)];
    const [leader, cancelled, rest] = runs.map(({ run_id }) => run_id);
    await eventually(
      () => suite.eventTypes(cancelled ?? ''),
      (types) => types.includes('Joined'),
    );
    expect((await suite.api.post(`/api/generate/${String(cancelled)}/cancel`)).status).toBe(200);
    expect((await suite.ended(leader ?? '')).status).toBe('completed');
    expect((await suite.ended(rest ?? '')).status).toBe('completed');
    expect((await suite.ended(cancelled ?? '')).status).toBe('cancelled');
  });

  it('go on when the one that is made is cancelled: the oldest of those that wait is made in its place', async () => {
    const body = fresh('simulator/slow-5s');
    const runs = [await suite.begin(body), await suite.begin(body), await suite.begin(body)];
    const [leader = '', next = '', last = ''] = runs.map(({ run_id }) => run_id);
    await eventually(
      () => suite.eventTypes(last),
      (types) => types.includes('Joined'),
    );
    expect((await suite.api.post(`/api/generate/${leader}/cancel`)).status).toBe(200);
    await Promise.all([suite.ended(next), suite.ended(last)]);
    expect(await suite.eventTypes(next)).toEqual([
      'Created',
      'Joined',
      'Released',
      'Started',
      'Submitted',
      'ArtifactStored',
      'Completed',
    ]);
    expect(await suite.eventTypes(last)).toEqual([
      'Created',
      'Joined',
      'Released',
      'Joined',
      'ArtifactStored',
      'Completed',
    ]);
    expect((await suite.detail(last)).source_run_id).toBe(next);
  });

  it('fail together where the vendor refuses, and each tries as often as it wanted to', async () => {
    const refused = fresh('simulator/fail-moderated');
    const failing = await Promise.all(upTo(5).map(() => suite.generate(refused)));
    expect(failing.map(({ status }) => status)).toEqual(upTo(5).map(() => 500));
    for (const { body } of failing) expect(body).toMatchObject({ code: 'generation_failed', category: 'moderated' });

    const late = fresh('simulator/timeout-then-ok');
    const hasty = await suite.begin({ ...late, max_retries: 0 });
    const patient = await suite.begin({ ...late, max_retries: 1 });
    expect((await suite.ended(hasty.run_id)).status).toBe('failed');
    expect((await suite.ended(patient.run_id)).status).toBe('completed');
  });
});

describe('the cache', () => {
  it('tells how it fares, and the counts are those of the log', async () => {
    const before = await stats();
    const body = fresh();
    await suite.generate(body);
    await suite.generate(body);
    await suite.generate({ ...body, use_cache: false });
    const after = await stats();
    const grown = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
    expect([grown('hits'), grown('misses'), grown('entries'), grown('valid_entries')]).toEqual([1, 1, 1, 1]);
    expect(grown('saved_usd')).toBeCloseTo(0.01, 6);
    expect(grown('size_bytes')).toBeGreaterThan(0);
    expect(after).toMatchObject({
      ttl_seconds: 2_592_000,
      expired_entries: 0,
      tiers: [
        { name: 'hot', kept_in: ['memory'] },
        { name: 'durable', kept_in: ['database'] },
      ],
    });
  });

  it('is empty in every process from the moment on in which the clearing is answered, and says so in the log', async () => {
    const body = fresh();
    await suite.generate(body);
    await Promise.all([suite.generate(body), elsewhere(body)]);
    const { status, body: answer } = await suite.api.call<{ cleared: number }>('DELETE', '/api/generate/cache');
    expect(status).toBe(200);
    expect(answer.cleared).toBeGreaterThan(0);
    const [{ body: here }, jobs] = await jobsOf(() => suite.generate(body));
    expect([here.cached, jobs]).toEqual([false, 1]);
    expect((await elsewhere(body)).body.source_run_id).toBe(here.run_id);
    await followed();
    expect((await suite.api.call<{ cleared: number }>('DELETE', '/api/generate/cache')).body.cleared).toBe(1);
    expect(await stats()).toMatchObject({ entries: 0 });
    const { rows } = await suite.database.pool.query(`select from events where type = 'PromptCacheCleared'`);
    expect(rows).toHaveLength(2);
  });

  it('survives a restart', async () => {
    const body = fresh();
    const { body: made } = await suite.generate(body);
    await suite.restart();
    expect((await suite.generate(body)).body).toMatchObject({ cached: true, source_run_id: made.run_id });
  });
});
