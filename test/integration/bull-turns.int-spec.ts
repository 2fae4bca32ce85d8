import type { JobQueue } from '../../src/platform/queue/job-queue.port.js';
import { Gate, inMs, job, jobs } from '../contract/job-queue.fixture.js';
import { openBullQueue } from '../support/bull-queue.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

const TIMING = { lockSeconds: 1.5, redeliverySeconds: 0.3 };

describeWithRedis('turns of BullJobQueue in Redis', () => {
  let redis: RedisServer;
  let queue: JobQueue;
  let close: () => Promise<void>;
  beforeEach(async () => {
    redis = await RedisServer.start();
    ({ queue, close } = await openBullQueue(redis.url, TIMING));
  });
  afterEach(async () => {
    await close();
    await redis.close();
  });

  const keys = async (): Promise<string[]> => {
    const answer = await redis.command('KEYS', 'bull:jobs:*');
    return Array.isArray(answer) ? answer.map(String).sort() : [];
  };
  const empty = async (): Promise<boolean> => {
    const { waiting, delayed, active } = await queue.counts();
    return waiting + delayed + active === 0;
  };

  it('leave no key behind, however the jobs left', async () => {
    await queue.enqueue([job('cancelled', { group: 'a' }), job('later', { group: 'b', runAt: inMs(60_000) })]);
    for (const id of ['cancelled', 'later']) expect(await queue.cancel(id)).toBe(true);
    let failures = 0;
    const worker = queue.work(
      ({ id }) =>
        id === 'job-0003' && (failures += 1) === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(),
      { concurrency: 2 },
    );
    await queue.enqueue(jobs(30).map((each, index) => ({ ...each, group: `group ${String(index % 7)}` })));
    await until('all are done', empty);
    await worker.stop(1_000);
    // Two counters, Bull's own guard, and perhaps a wake-up that nobody needed.
    const kept = ['id', 'stalled-check', 'turns:seat', 'wait'].map((name) => `bull:jobs:${name}`);
    expect((await keys()).filter((key) => !kept.includes(key))).toEqual([]);
  });

  it('are kept by jobs whose worker fell silent, and taken up again by one that was only slow', async () => {
    const gate = new Gate();
    const worker = queue.work(gate.handler, { concurrency: 1 });
    await queue.enqueue([job('a-1', { group: 'a' })]);
    await until('it runs', () => gate.running === 1);
    await queue.enqueue([job('b-1', { group: 'b' }), job('a-2', { group: 'a' }), job('b-2', { group: 'b' })]);
    await redis.command('DEL', 'bull:jobs:a-1:lock');
    await redis.command('LREM', 'bull:jobs:active', '1', 'a-1');
    await redis.command('RPUSH', 'bull:jobs:wait', 'a-1');
    expect(await Promise.all(['a-1', 'b-1', 'a-2', 'b-2'].map((id) => queue.place(id)))).toEqual([1, 2, 3, 4]);
    await until('it is claimed again', async () => (await queue.counts()).active === 1);
    expect(await Promise.all(['a-1', 'b-1', 'a-2', 'b-2'].map((id) => queue.place(id)))).toEqual([null, 1, 2, 3]);
    expect(gate.signals.get('a-1')?.aborted).toBe(false);
    await worker.stop(0);
    expect(await queue.place('a-1')).toBe(1);
    gate.releaseAll();
  });

  it('survive what is no job of this version', async () => {
    await redis.command('HSET', 'bull:jobs:old', 'name', '__default__', 'data', '{}');
    await redis.command('LPUSH', 'bull:jobs:wait', 'old');
    const handled: string[] = [];
    queue.work(({ id }) => Promise.resolve(void handled.push(id)), { concurrency: 1 });
    await queue.enqueue([job('new')]);
    await until('all are done', async () => handled.length === 1 && (await empty()));
    expect([handled, [...(await queue.holds(['old']))]]).toEqual([['new'], []]);
  });
});
