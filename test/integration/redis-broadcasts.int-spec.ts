import { ProgressBroadcast } from '../../src/generation/status/progress-broadcast.signal.js';
import { RedisBroadcasts } from '../../src/platform/redis/redis-broadcasts.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

describeWithRedis('progress through Redis', () => {
  let redis: RedisServer;
  const opened: RedisConnections[] = [];
  const open = async (): Promise<ProgressBroadcast> => {
    const connections = await RedisConnections.open(redis.url);
    opened.push(connections);
    const progress = new ProgressBroadcast(new RedisBroadcasts(connections));
    await progress.onModuleInit();
    await connections.settled(5_000);
    return progress;
  };
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    for (const connections of opened.splice(0)) connections.close();
    await redis.close();
  });

  it('reaches the other processes, at most once a run and flush', async () => {
    const [here, there] = [await open(), await open()];
    const heard: number[] = [];
    there.subscribe(({ progress }) => heard.push(progress));
    await until('it is heard', () => {
      here.report({ runId: 'a', attempt: 1, progress: 0.1 });
      here.report({ runId: 'a', attempt: 1, progress: 0.5 });
      return there.latest('a')?.progress === 0.5;
    });
    expect(heard).not.toContain(0.1);
    here.onApplicationShutdown();
  });

  it('gets lost while Redis is away, and comes through when it is back', async () => {
    const [here, there] = [await open(), await open()];
    await redis.kill();
    here.report({ runId: 'lost', attempt: 1, progress: 0.5 });
    expect(here.latest('lost')?.progress).toBe(0.5);
    await redis.startAgain();
    await until('new progress is heard', () => {
      here.report({ runId: 'new', attempt: 1, progress: 0.7 });
      return there.latest('new') !== null;
    });
    here.onApplicationShutdown();
  });
});
