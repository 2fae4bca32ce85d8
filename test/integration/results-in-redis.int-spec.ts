import { randomUUID } from 'node:crypto';
import { DecisionHandler } from '../../src/eventsourcing/decision-handler.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { GENERATION_KIND } from '../../src/generation/generation.store.js';
import { Config } from '../../src/platform/config/config.js';
import { Installation } from '../../src/platform/database/installation.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { CLEARING_KIND } from '../../src/prompt-cache/clearings.store.js';
import { PROMPT_CACHE_EVENTS } from '../../src/prompt-cache/prompt-cache.events.js';
import { PromptCacheProjection } from '../../src/prompt-cache/prompt-cache.projection.js';
import { DurablePromptCache } from '../../src/prompt-cache/prompt-cache.store.js';
import { ResultsInRedis } from '../../src/prompt-cache/results-in-redis.store.js';
import { TwoTierPromptCache } from '../../src/prompt-cache/two-tier-prompt-cache.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA } from '../support/event-samples.js';
import { artifactOf, HASH, orderOf, please } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { until } from '../support/until.js';

/** The cache as one process of the program has it. */
class CacheProcess {
  readonly kernel: KernelProcess;
  readonly cache: TwoTierPromptCache;
  readonly shared: ResultsInRedis;
  readonly durable: DurablePromptCache;

  private constructor(
    databaseUrl: string,
    private readonly connections: RedisConnections,
  ) {
    const config = Config.from({});
    this.kernel = new KernelProcess(databaseUrl, { declarations: [GENERATION_EVENTS, PROMPT_CACHE_EVENTS] });
    this.kernel.subscriptions.addProjection(new PromptCacheProjection());
    this.shared = new ResultsInRedis(this.connections, new Installation(this.kernel.pool), 3600);
    this.durable = new DurablePromptCache(this.kernel.pool, this.kernel.subscriptions, config);
    this.cache = new TwoTierPromptCache(this.durable, this.shared, this.kernel.tail, config);
  }

  static async start(databaseUrl: string, redisUrl: string): Promise<CacheProcess> {
    const connections = await RedisConnections.open(redisUrl);
    const started = new CacheProcess(databaseUrl, connections);
    await started.kernel.start();
    started.cache.onModuleInit();
    await connections.settled(5_000);
    return started;
  }

  async close(): Promise<void> {
    this.connections.close();
    await this.kernel.close();
  }

  async make(): Promise<string> {
    const runId = randomUUID();
    const generations = new DecisionHandler(this.kernel.store, GENERATION_KIND);
    const done = please.complete({ artifacts: [{ ...artifactOf(), id: randomUUID() }], now: new Date() });
    for (const command of [please.create({ order: orderOf({ prompt_hash: HASH }) }), please.start(), done])
      await generations.decide(runId, command, { metadata: METADATA });
    return runId;
  }

  async clear(): Promise<void> {
    const clearings = new DecisionHandler(this.kernel.store, CLEARING_KIND);
    await clearings.decide(randomUUID(), { type: 'ClearPromptCache', now: new Date() }, { metadata: METADATA });
  }
}

describeWithRedis('results that processes share through Redis', () => {
  let redis: RedisServer;
  let database: TestDatabase;
  let here: CacheProcess;
  let there: CacheProcess;
  beforeEach(async () => {
    redis = await RedisServer.start();
    database = await freshDatabase();
    here = await CacheProcess.start(database.url, redis.url);
    there = await CacheProcess.start(database.url, redis.url);
  });
  afterEach(async () => {
    await redis.goOn();
    await here.close();
    await there.close();
    await redis.close();
    await database.drop();
  });

  /** What lies in Redis for the result, whoever put it there. */
  const isShared = async (process: CacheProcess): Promise<boolean> =>
    ((await process.shared.find(HASH, await process.durable.lastClearing())) ?? null) !== null;
  /** Where a process looks for the result, and what it finds. */
  const looksOf = async (process: CacheProcess): Promise<string[]> => {
    const looks: string[] = [];
    const unsubscribe = process.cache.meter.subscribe(({ tier, isHit }) =>
      looks.push(`${tier} ${isHit ? 'hit' : 'miss'}`),
    );
    await process.cache.find(HASH);
    unsubscribe();
    return looks;
  };
  const forgetInDatabase = (): Promise<unknown> =>
    database.pool.query(`delete from prompt_cache; update generations set offers = false`);

  it('are found by another process without the database', async () => {
    const runId = await here.make();
    expect(await here.cache.find(HASH)).toMatchObject({ runId });
    await until('it is shared', () => isShared(there));
    await forgetInDatabase();
    expect(await there.cache.find(HASH)).toMatchObject({ runId, artifacts: [{ width: 1024 }] });
    expect([here.cache.counts(), there.cache.counts()]).toMatchObject([
      { hits: 0, misses: 1, keptIn: ['memory', 'redis'] },
      { hits: 1, misses: 0 },
    ]);
  });

  it('are gone for everybody after a clearing, and for a process that starts after it', async () => {
    await here.make();
    await here.cache.find(HASH);
    await until('it is shared', () => isShared(there));
    await there.clear();
    await until('the other process has heard of it', async () => (await here.cache.find(HASH)) === null);
    expect(await there.cache.find(HASH)).toBeNull();
    const late = await CacheProcess.start(database.url, redis.url);
    expect(await late.cache.find(HASH)).toBeNull();
    await late.close();
  });

  it('are nothing to another installation', async () => {
    await here.make();
    await here.cache.find(HASH);
    await until('it is shared', () => isShared(there));
    const elsewhere = await freshDatabase();
    const stranger = await CacheProcess.start(elsewhere.url, redis.url);
    expect(await stranger.cache.find(HASH)).toBeNull();
    await stranger.close();
    await elsewhere.drop();
  });

  it('are looks into Redis only where it answered', async () => {
    await here.make();
    expect(await looksOf(here)).toEqual(['memory miss', 'redis miss', 'database hit']);
    await until('it is shared', () => isShared(there));
    expect(await looksOf(there)).toEqual(['memory miss', 'redis hit']);
    const late = await CacheProcess.start(database.url, redis.url);
    await redis.kill();
    expect(await looksOf(late)).toEqual(['memory miss', 'database hit']);
    await late.close();
  });

  it.each([
    ['hangs', () => redis.hang()],
    ['is gone', () => redis.kill()],
  ])('are asked of the database while Redis %s', async (_, leave) => {
    const runId = await here.make();
    await leave();
    expect(await here.cache.find(HASH)).toMatchObject({ runId });
    expect(await there.cache.find(HASH)).toMatchObject({ runId });
  });
});
