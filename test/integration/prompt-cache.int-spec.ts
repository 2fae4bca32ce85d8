import { randomUUID } from 'node:crypto';
import { DecisionHandler } from '../../src/eventsourcing/decision-handler.js';
import { compareWithRebuild } from '../../src/eventsourcing/rebuild.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { GENERATION_KIND } from '../../src/generation/generation.store.js';
import type { Offer } from '../../src/generation/sharing/assignment.policy.js';
import { SharedRuns } from '../../src/generation/sharing/offers.store.js';
import type { GenerationCommand } from '../../src/generation/generation.commands.js';
import { Config } from '../../src/platform/config/config.js';
import { CLEARING_KIND } from '../../src/prompt-cache/clearings.store.js';
import { PROMPT_CACHE_EVENTS } from '../../src/prompt-cache/prompt-cache.events.js';
import { PromptCacheProjection } from '../../src/prompt-cache/prompt-cache.projection.js';
import { DurablePromptCache } from '../../src/prompt-cache/prompt-cache.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA, upTo } from '../support/event-samples.js';
import { HASH, artifactOf, orderOf, please, sharedResult } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

describe('the durable tier of the prompt cache', () => {
  let database: TestDatabase;
  let process: KernelProcess;
  const projection = new PromptCacheProjection();

  beforeEach(async () => {
    database = await freshDatabase();
    // Small batches, so that runs are created in one and end in another.
    process = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS, PROMPT_CACHE_EVENTS], batchSize: 3 });
    process.subscriptions.addProjection(projection);
    await process.start();
  });
  afterEach(async () => {
    await process.close();
    await database.drop();
  });

  const run = async (...commands: readonly GenerationCommand[]): Promise<string> => {
    const runId = randomUUID();
    const generations = new DecisionHandler(process.store, GENERATION_KIND);
    for (const command of commands) await generations.decide(runId, command, { metadata: METADATA });
    return runId;
  };
  const picture = (): GenerationCommand =>
    please.complete({ artifacts: [{ ...artifactOf(), id: randomUUID() }], now: new Date() });
  const make = (hash = HASH): Promise<string> =>
    run(please.create({ order: orderOf({ prompt_hash: hash }) }), please.start(), picture());
  const hit = (): Promise<string> =>
    run(
      please.answerFromCache({
        result: { ...sharedResult('cache'), artifacts: [{ ...artifactOf(), id: randomUUID() }] },
      }),
    );
  const clear = async (): Promise<void> => {
    await new DecisionHandler(process.store, CLEARING_KIND).decide(
      randomUUID(),
      { type: 'ClearPromptCache', now: new Date() },
      { metadata: METADATA },
    );
  };
  const caughtUp = (): Promise<void> =>
    until('the projection is at the head', async () => {
      const { rows } = await database.pool.query<{ behind: number }>(
        `select (select max(position) from events)::int - position::int as behind from subscriptions where name = 'prompt_cache'`,
      );
      return rows[0]?.behind === 0;
    });
  const cache = (ttl = '3600'): DurablePromptCache =>
    new DurablePromptCache(process.pool, process.subscriptions, Config.from({ PROMPT_CACHE_TTL_SECONDS: ttl }));

  it('gives the newest result with its pictures, until it is too old', async () => {
    await make();
    const runId = await make();
    await caughtUp();
    expect(await cache().find(HASH)).toMatchObject({ runId, costUsd: 0.01, artifacts: [{ width: 1024 }] });
    expect(await cache().find('ef'.repeat(32))).toBeNull();
    await until('it is too old', async () => (await cache('1').find(HASH)) === null);
    expect(await cache('1').counts()).toMatchObject({ entries: 1, valid: 0 });
  });

  it('gives nothing from before a clearing, also while it has not heard of that', async () => {
    await make();
    await caughtUp();
    await process.subscriptions.stop();
    await clear();
    expect(await cache().find(HASH)).toBeNull();
    expect(await cache().counts()).toMatchObject({ entries: 0 });
    const runId = await make();
    process.subscriptions.start();
    await caughtUp();
    expect(await cache().find(HASH)).toMatchObject({ runId });
  });

  it('gives what was made a moment ago, also while it has not heard of that', async () => {
    await make();
    await caughtUp();
    await process.subscriptions.stop();
    const runId = await make();
    expect(await cache().find(HASH)).toMatchObject({ runId, costUsd: 0.01, artifacts: [{ width: 1024 }] });
    await clear();
    expect(await cache().find(HASH)).toBeNull();
    process.subscriptions.start();
  });

  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])('goes by no clock but that of the database, where those of workers are an hour %s', async (_, offsetMs) => {
    await process.subscriptions.stop();
    const now = new Date(Date.now() + offsetMs);
    const made = please.complete({ artifacts: [{ ...artifactOf(), id: randomUUID() }], now });
    const runId = await run(please.create({ order: orderOf({ prompt_hash: HASH }) }), please.start(), made);
    const offered = (): Promise<readonly Offer[]> => new SharedRuns(process.pool).offersOf([HASH], 3_600);
    expect(await cache().find(HASH)).toMatchObject({ runId });
    expect(await offered()).toMatchObject([{ runId }]);
    await clear();
    expect(await cache().find(HASH)).toBeNull();
    expect(await offered()).toEqual([]);
    process.subscriptions.start();
  });

  it('is what a rebuild from the log makes, whatever happened', async () => {
    for (const n of upTo(6)) {
      const hash = (n % 3).toString().repeat(64);
      await make(hash);
      await hit();
      await run(
        please.create({ order: orderOf({ prompt_hash: hash }) }),
        please.start(),
        please.fail({ category: 'moderated' }),
      );
      await run(please.create({ order: orderOf({ prompt_hash: hash }) }), please.cancel());
      await run(please.create(), please.start(), picture());
      if (n === 4) await clear();
    }
    await caughtUp();
    expect(await compareWithRebuild(process.pool, process.store, projection)).toEqual([]);
    // Those that failed, which somebody may ask for again.
    expect((await database.pool.query('select from prompt_cache_runs')).rowCount).toBe(6);
    expect(await cache().counts()).toMatchObject({ entries: 2, lookups: 24, hits: 6, joined: 0, savedUsd: 0.06 });
  });
});
