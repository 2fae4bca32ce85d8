import type { JobHandler, JobQueue } from '../../src/platform/queue/job-queue.port.js';
import { QueueUnavailable } from '../../src/platform/queue/job-queue.port.js';
import { Gate, inMs, job, jobs } from '../contract/job-queue.fixture.js';
import { openBullQueue } from '../support/bull-queue.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { throughout, until } from '../support/until.js';

const TIMING = { lockSeconds: 1.5, redeliverySeconds: 0.3 };

describeWithRedis('BullJobQueue on its Redis', () => {
  let redis: RedisServer;
  let queue: JobQueue;
  let close: () => Promise<void>;
  beforeEach(async () => {
    redis = await RedisServer.start();
    ({ queue, close } = await openBullQueue(redis.url, TIMING));
  });
  afterEach(async () => {
    await redis.goOn();
    await close();
    await redis.close();
  });

  const refused = async (): Promise<boolean> =>
    queue.counts().then(
      () => false,
      (error: unknown) => error instanceof QueueUnavailable,
    );
  const answers = async (): Promise<boolean> => !(await refused());
  const aborted = (gate: Gate, id: string): boolean => gate.signals.get(id)?.aborted === true;

  describe('claims', () => {
    it('are lost to whoever holds the lock, and the job is not touched after that', async () => {
      const gate = new Gate();
      queue.work(gate.handler, { concurrency: 1 });
      await queue.enqueue([job('stolen')]);
      await until('it runs', () => gate.running === 1);
      await redis.command('SET', 'bull:jobs:stolen:lock', 'the thief', 'PX', '60000');
      await until('the signal aborts', () => aborted(gate, 'stolen'));
      gate.releaseAll();
      await throughout('the thief keeps the job', 500, async () => (await queue.counts()).active === 1);
    });

    it('are kept that ran out while nobody took the job', async () => {
      const gate = new Gate();
      queue.work(gate.handler, { concurrency: 2 });
      await queue.enqueue([job('mine')]);
      await until('it runs', () => gate.running === 1);
      await redis.command('DEL', 'bull:jobs:mine:lock');
      await redis.command('LREM', 'bull:jobs:active', '0', 'mine');
      await redis.command('ZADD', 'bull:jobs:delayed', String((Date.now() + 60_000) * 4096), 'mine');
      await until('the claim is renewed', async () => (await queue.counts()).active === 1);
      expect([gate.started, aborted(gate, 'mine')]).toEqual([['mine'], false]);
      gate.releaseAll();
      await until('it is done', async () => !(await queue.holds(['mine'])).has('mine'));
    });

    it('outlive a flush, since nobody else can have taken the job', async () => {
      const gate = new Gate();
      queue.work(gate.handler, { concurrency: 1 });
      await queue.enqueue([job('flushed')]);
      await until('it runs', () => gate.running === 1);
      await redis.command('FLUSHALL');
      await throughout('it runs on', TIMING.lockSeconds * 1000, () => !aborted(gate, 'flushed'));
      gate.releaseAll();
      await queue.enqueue([job('next')]);
      await until('the next one runs', () => gate.started.includes('next'));
      gate.releaseAll();
    });

    it('outlive a Redis that hangs for longer than they last', async () => {
      const gate = new Gate();
      queue.work(gate.handler, { concurrency: 2 });
      await queue.enqueue(jobs(2));
      await until('both run', () => gate.running === 2);
      await redis.hang();
      await throughout('it hangs', TIMING.lockSeconds * 1000 + 500, () => gate.started.length === 2);
      await redis.goOn();
      await until('it answers again', answers);
      await throughout('they run on', 1_000, () => gate.started.length === 2 && !aborted(gate, 'job-0000'));
      gate.releaseAll();
      await until('both are done', async () => (await queue.counts()).active === 0);
      expect(gate.started).toHaveLength(2);
    });
  });

  describe('while Redis is away', () => {
    const asked = (): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled([
        queue.enqueue([job('refused')]),
        queue.cancel('refused'),
        queue.holds(['refused']),
        queue.place('refused'),
        queue.counts(),
        queue.epoch(),
        queue.pause(),
        queue.resume(),
      ]);
    const expectRefusals = async (): Promise<void> => {
      for (const outcome of await asked()) {
        if (outcome.status === 'fulfilled') throw new Error(`It answered ${String(outcome.value)}`);
        expect(outcome.reason).toBeInstanceOf(QueueUnavailable);
      }
    };

    it.each([
      ['is killed', () => redis.kill(), () => redis.startAgain()],
      ['hangs', () => redis.hang(), () => redis.goOn()],
    ])('because it %s, everything is refused, and works again when it is back', async (_, leave, comeBack) => {
      const handled: string[] = [];
      const note: JobHandler = ({ id }) => {
        handled.push(id);
        return Promise.resolve();
      };
      queue.work(note, { concurrency: 4 });
      await queue.enqueue([job('before')]);
      await until('the worker is idle', () => handled.includes('before'));
      await leave();
      await until('it is missed', refused);
      await expectRefusals();
      await comeBack();
      await until('it answers again', answers);
      await queue.enqueue([job('after'), job('soon', { runAt: inMs(200) })]);
      await until('both ran', () => handled.includes('after') && handled.includes('soon'));
    });

    it('nobody is made to wait a second time', async () => {
      await redis.hang();
      await until('it is missed', refused);
      // One a second tries whether it is back. If each waited as long as that one, these would not be through when the test ends.
      for (let each = 0; each < 1_000; each += 1) expect(await refused()).toBe(true);
    });

    it('a worker stops all the same, when its jobs are through or its grace is over', async () => {
      const gate = new Gate();
      const worker = queue.work(gate.handler, { concurrency: 2 });
      await queue.enqueue(jobs(2));
      await until('both run', () => gate.running === 2);
      await redis.kill();
      gate.release('job-0000');
      await worker.stop(100);
      expect(aborted(gate, 'job-0001')).toBe(true);
      gate.releaseAll();
    });
  });

  describe('the epoch', () => {
    it('stays while nothing is lost, also for another process', async () => {
      const other = await openBullQueue(redis.url, TIMING);
      const before = await queue.epoch();
      await queue.enqueue(jobs(3));
      expect([await queue.epoch(), await other.queue.epoch()]).toEqual([before, before]);
      await other.close();
    });

    it('is another one after a flush', async () => {
      const before = await queue.epoch();
      await redis.command('FLUSHALL');
      expect(await queue.epoch()).not.toBe(before);
    });

    it('is another one for everybody after somebody could not enqueue', async () => {
      const other = await openBullQueue(redis.url, TIMING);
      const before = await other.queue.epoch();
      await redis.hang();
      await until('it is missed', refused);
      await expect(queue.enqueue([job('lost')])).rejects.toThrow(QueueUnavailable);
      await redis.goOn();
      await until('the other one hears of it', async () => (await other.queue.epoch()) !== before);
      await other.close();
    });
  });
});
