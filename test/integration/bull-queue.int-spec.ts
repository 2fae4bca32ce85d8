import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { behavesLikeAJobQueue } from '../contract/job-queue.contract.js';
import type { QueueUnderTest } from '../contract/job-queue.fixture.js';
import { openBullQueue } from '../support/bull-queue.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

const LOADER = new URL('../support/typescript-loader.mjs', import.meta.url).href;
const HANGING = new URL('../support/hanging-bull-process.ts', import.meta.url);

describeWithRedis('with a Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.close());

  async function makeQueue(timing: { claimSeconds: number; redeliverySeconds: number }): Promise<QueueUnderTest> {
    await redis.command('FLUSHALL');
    const opened: { close(): Promise<void> }[] = [];
    const children: ChildProcess[] = [];
    const open = async (): Promise<QueueUnderTest['queue']> => {
      const each = await openBullQueue(redis.url, {
        lockSeconds: timing.claimSeconds,
        redeliverySeconds: timing.redeliverySeconds,
      });
      opened.push(each);
      return each.queue;
    };
    return {
      queue: await open(),
      another: open,
      hangingProcess: (concurrency) => {
        const child = fork(HANGING, [redis.url, String(timing.claimSeconds), String(concurrency)], {
          execArgv: ['--import', LOADER],
        });
        children.push(child);
        return Promise.resolve({
          kill: async () => {
            child.kill('SIGKILL');
            if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
          },
        });
      },
      breakConnections: async () => {
        for (const type of ['normal', 'pubsub']) await redis.command('CLIENT', 'KILL', 'TYPE', type);
      },
      dispose: async () => {
        for (const child of children) child.kill('SIGKILL');
        await Promise.all(opened.map((each) => each.close()));
      },
    };
  }

  behavesLikeAJobQueue('BullJobQueue', makeQueue);
});
