import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment, order } from '../support/deployment.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

/** Within so long after Redis is back every waiting run is in the queue again. */
const BACK_MS = 10_000;
/** A caller may notice the first question that Redis leaves without an answer, and no more than that. */
const USUAL_MS = 1_000;

interface Queue {
  readonly waiting: number;
  readonly delayed: number;
  readonly active: number;
}

const json = async <T>(url: string, init?: RequestInit): Promise<T> => (await fetch(url, init)).json() as Promise<T>;
const queueOf = async (url: string): Promise<Queue | null> =>
  (await json<{ queue: Queue | null }>(`${url}/api/monitoring/dashboard`)).queue;

interface Ready {
  readonly status: string;
  readonly details: { readonly queue: { readonly status: string } };
}
const readiness = async (url: string): Promise<[number, string, string]> => {
  const response = await fetch(`${url}/health/ready`);
  const { status, details } = (await response.json()) as Ready;
  return [response.status, status, details.queue.status];
};
const statusOf = (url: string, runId: string): Promise<{ status: string; queue_position: number | null }> =>
  json(`${url}/api/status/${runId}`);

describeWithRedis('Darkroom with Redis', () => {
  let deployment: Deployment;
  let redis: RedisServer;
  let api: DarkroomProcess;

  beforeAll(async () => {
    deployment = await Deployment.open();
    redis = await RedisServer.start();
    const env = { REDIS_URL: redis.url, WORKER_CONCURRENCY: '2', RETRY_BASE_SECONDS: '60' };
    api = await deployment.start('api', env);
    await deployment.start('projector', env);
    await deployment.start('worker', env);
  }, 60_000);
  afterAll(async () => {
    await redis.goOn();
    await deployment.close();
    await redis.close();
  });

  const ended = (runIds: readonly string[], deadlineMs: number): Promise<unknown> =>
    eventually(
      () =>
        deployment.sql<{ open: number }>(
          `select count(*)::int as open from generations where run_id = any($1) and status <> 'completed'`,
          [runIds],
        ),
      ([row]) => row?.open === 0,
      deadlineMs,
    );
  const accepted = async (count: number): Promise<string[]> => {
    const runs: string[] = [];
    for (let left = count; left > 0; left -= 20) {
      const some = Array.from({ length: Math.min(left, 20) }, () => order(api.url, 'simulator/ok'));
      runs.push(...(await Promise.all(some)).map(({ runId }) => runId));
    }
    return runs;
  };
  const followed = (runIds: readonly string[]): Promise<unknown> =>
    eventually(
      () =>
        deployment.sql<{ ready: boolean }>(
          `select s.position >= (select max(position) from events where stream_id = any($1::uuid[])) as ready
             from subscriptions s where s.name = 'enqueue_attempt'`,
          [runIds],
        ),
      ([row]) => row?.ready === true,
    );

  it('makes runs, and hands its wake-ups to Bull alone', async () => {
    await ended(await accepted(5), 10_000);
    expect(await deployment.sql('select from jobs')).toEqual([]);
    expect(await readiness(api.url)).toEqual([200, 'ok', 'up']);
  });

  it('accepts runs while Redis is gone, is ready and degraded, and makes them when an empty one is back', async () => {
    await redis.kill();
    const runs = await accepted(40);
    expect(
      await eventually(
        () => readiness(api.url),
        ([, status]) => status === 'degraded',
      ),
    ).toEqual([200, 'degraded', 'degraded']);
    expect(await queueOf(api.url)).toBeNull();
    await followed(runs);
    expect(await statusOf(api.url, runs[0] ?? '')).toMatchObject({ status: 'pending', queue_position: null });
    await redis.startAgain();
    await ended(runs, BACK_MS);
    expect(await readiness(api.url)).toEqual([200, 'ok', 'up']);
  }, 60_000);

  it('has 300 waiting runs and one that waits for its retry in the queue again after a flush', async () => {
    const retried = await order(api.url, 'simulator/timeout-then-ok');
    await deployment.happened(retried.runId, 'GenerationRetried');
    const long = [await order(api.url, 'simulator/slow-30s'), await order(api.url, 'simulator/slow-30s')];
    for (const { runId } of long) await deployment.happened(runId, 'GenerationSubmitted');
    const runs = await accepted(300);
    const full = { waiting: 300, delayed: 1, active: 2, relation: 'eq' };
    const isFull = (queue: Queue | null): boolean => queue?.waiting === 300 && queue.delayed === 1;
    expect(await eventually(() => queueOf(api.url), isFull)).toEqual(full);
    await redis.command('FLUSHALL');
    await eventually(() => queueOf(api.url), isFull, BACK_MS);
    const place = await statusOf(api.url, runs[0] ?? '');
    expect(place).toMatchObject({ status: 'pending' });
    expect(place.queue_position).toBeGreaterThan(0);
    for (const { runId } of long) await fetch(`${api.url}/api/generate/${runId}/cancel`, { method: 'POST' });
    await ended(runs, 60_000);
    expect(await deployment.sql(`select from generations where attempt > 1 and run_id = any($1)`, [runs])).toEqual([]);
  }, 120_000);

  it('answers as fast as ever while Redis hangs', async () => {
    const [known] = await accepted(1);
    await redis.hang();
    const slow: string[] = [];
    const timed = async (what: string, ask: () => Promise<unknown>): Promise<void> => {
      const began = performance.now();
      await ask();
      const ms = performance.now() - began;
      if (ms > USUAL_MS) slow.push(`${what}: ${ms.toFixed(0)} ms`);
    };
    const runs: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      await timed('POST', async () => runs.push((await order(api.url, 'simulator/ok')).runId));
      await timed('POST, cached', () =>
        order(api.url, 'simulator/ok', { use_cache: true, prompt: `a red fox, number ${String(round)}` }),
      );
      await timed('status', () => statusOf(api.url, runs.at(-1) ?? known ?? ''));
      await timed('dashboard', () => queueOf(api.url));
      await timed('readiness', () => readiness(api.url));
    }
    expect(slow).toEqual([]);
    expect(await readiness(api.url)).toEqual([200, 'degraded', 'degraded']);
    await redis.goOn();
    await ended(runs, BACK_MS);
  }, 60_000);

  it('starts and stops without its Redis', async () => {
    await redis.kill();
    const late = await deployment.start('api,worker,projector', { REDIS_URL: redis.url });
    const { runId } = await order(late.url, 'simulator/ok');
    await redis.startAgain();
    await ended([runId], BACK_MS);
    await redis.kill();
    expect(await late.end('SIGTERM')).toBe(0);
    await redis.startAgain();
  }, 60_000);
});
