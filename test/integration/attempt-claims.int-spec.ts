import { randomUUID } from 'node:crypto';
import type { EventMetadata, RecordedEvent } from '../../src/eventsourcing/event.js';
import { AttemptClaims, type Claim } from '../../src/generation/execution/claim-attempt.processor.js';
import { WorkerLeases } from '../../src/generation/execution/workers.store.js';
import type { GenerationCommand } from '../../src/generation/generation.commands.js';
import {
  GENERATION_EVENTS,
  type GenerationEvent,
  type GenerationOrder,
} from '../../src/generation/generation.events.js';
import { Generations } from '../../src/generation/generation.store.js';
import { openGate } from '../support/attempt-workers.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA, times } from '../support/event-samples.js';
import { HASH, NOW, orderOf, please } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';

const REQUEST: EventMetadata = {
  correlation_id: 'the run',
  causation_id: 'req-1',
  actor: 'user:1',
  request_id: 'req-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

describe('a wake-up', () => {
  let database: TestDatabase;
  let process: KernelProcess;
  let generations: Generations;
  const leased: WorkerLeases[] = [];

  beforeAll(async () => {
    database = await freshDatabase();
    process = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS] });
    generations = new Generations(process.store);
  });
  afterAll(async () => {
    await Promise.all(leased.map((leases) => leases.stop()));
    await process.close();
    await database.drop();
  });

  const newLeases = (): WorkerLeases =>
    new WorkerLeases(process.pool, 60, (error) => {
      throw error;
    });
  /** Claims as a worker of its own: without a lease it counts as dead as soon as it has the attempt. */
  const claim = async (runId: string, attempt = 1, leases = newLeases()): Promise<Claim | undefined> => {
    let taken: Claim | undefined;
    const claims = new AttemptClaims(generations, leases, openGate(process.pool, leases), () => ({
      baseSeconds: 1,
      jitter: 0,
      random: 0,
    }));
    await claims.withClaim({ runId, attempt, now: NOW }, (each) => {
      taken = each;
      return Promise.resolve();
    });
    return taken;
  };
  const decide = (runId: string, command: GenerationCommand, metadata = METADATA): Promise<unknown> =>
    generations.decide(runId, command, { metadata });
  const create = async (maxRetries = 3): Promise<string> => {
    const runId = randomUUID();
    await decide(runId, please.create({ order: orderOf({ max_retries: maxRetries }) }), REQUEST);
    return runId;
  };
  const historyOf = async (runId: string): Promise<RecordedEvent<GenerationEvent>[]> =>
    (await process.store.readStream(runId)) as RecordedEvent<GenerationEvent>[];
  const lastOf = async (runId: string): Promise<RecordedEvent<GenerationEvent> | undefined> =>
    (await historyOf(runId)).at(-1);
  const record = (
    runId: string,
    { known }: Claim,
    command: (workerId: string) => GenerationCommand,
  ): Promise<unknown> => decide(runId, command(known.state.status === 'processing' ? known.state.workerId : ''));

  it('starts an attempt that waits, and takes over one whose worker is dead', async () => {
    const runId = await create();
    expect(await claim(runId)).toMatchObject({ attempt: 1, takenOver: false });
    expect(await claim(runId)).toMatchObject({ attempt: 1, takenOver: true });
    expect((await historyOf(runId)).map(({ type }) => type)).toEqual([
      'GenerationCreated',
      'GenerationStarted',
      'GenerationResumed',
    ]);
  });

  it.each([
    ['of an attempt that a live worker has', 1],
    ['of an attempt that is not due', 2],
  ])('does nothing: %s', async (_, attempt) => {
    const runId = await create();
    const living = newLeases();
    leased.push(living);
    await living.start();
    await claim(runId, 1, living);
    expect(await claim(runId, attempt)).toBeUndefined();
    expect(await historyOf(runId)).toHaveLength(2);
  });

  it('does nothing for a run that does not exist', async () => {
    expect(await claim(randomUUID())).toBeUndefined();
  });

  describe('of an attempt that its workers die of', () => {
    it('gives it up after three takeovers, and the next attempt begins anew', async () => {
      const runId = await create();
      await times(4, async () => {
        expect(await claim(runId)).toBeDefined();
      });
      expect(await claim(runId)).toBeUndefined();
      expect(await lastOf(runId)).toMatchObject({
        type: 'GenerationRetried',
        data: {
          attempt: 1,
          category: 'stalled',
          message: 'The attempt has outlived 4 workers and is given up',
          next_attempt: 2,
        },
      });
      await times(4, async () => {
        expect(await claim(runId, 2)).toBeDefined();
      });
      expect(await claim(runId, 2)).toBeUndefined();
      expect(await lastOf(runId)).toMatchObject({ type: 'GenerationRetried', data: { attempt: 2, next_attempt: 3 } });
    });

    it('fails the run when no retry is left', async () => {
      const runId = await create(0);
      await times(5, () => claim(runId));
      expect(await lastOf(runId)).toMatchObject({
        type: 'GenerationFailed',
        data: { category: 'stalled', retryable: true },
      });
    });

    it('gives a job that the provider has ten takeovers', async () => {
      const runId = await create();
      const first = await claim(runId);
      if (!first) throw new Error('It was not started');
      await record(runId, first, (workerId) => please.recordSubmission({ workerId }));
      await times(10, async () => {
        expect(await claim(runId)).toMatchObject({ takenOver: true });
      });
      expect(await claim(runId)).toBeUndefined();
      expect(await lastOf(runId)).toMatchObject({ type: 'GenerationRetried', data: { category: 'stalled' } });
    });
  });

  it('is made for the attempts that are orphaned, however many this worker runs itself', async () => {
    const own = newLeases();
    leased.push(own);
    await own.start();
    const [mine, ...running] = await Promise.all([create(), create(), create(), create()]);
    for (const runId of [mine, ...running]) await claim(runId, 1, own);
    const orphan = await create();
    await claim(orphan);
    const found = async (limit: number): Promise<string[]> => {
      const others = (await database.pool.query<{ run_id: string }>('select run_id from generations')).rows
        .map(({ run_id: runId }) => runId)
        .filter((runId) => ![mine, orphan].includes(runId));
      return (await own.orphaned(others, limit)).map(({ runId }) => runId);
    };
    expect((await found(2)).sort()).toEqual([mine, orphan].sort());
    expect(await found(1)).toEqual([[mine, orphan].sort()[0]]);
  });

  describe('that was lost is missed', () => {
    const HOUR_MS = 3_600_000;
    const isOverdue = async (runId: string): Promise<boolean> =>
      (await newLeases().overdue(0, '00000000-0000-0000-0000-000000000000', 1_000)).some(
        (each) => each.runId === runId,
      );
    const createdAt = async (now: Date, change: Partial<GenerationOrder> = {}): Promise<string> => {
      const runId = randomUUID();
      await decide(runId, please.create({ order: orderOf(change), now }), REQUEST);
      return runId;
    };

    it.each([
      ['right', 0],
      ['an hour ahead', HOUR_MS],
      ['an hour behind', -HOUR_MS],
    ])('as soon as the attempt is due, by processes whose clock is %s', async (_, offsetMs) => {
      const now = new Date(Date.now() + offsetMs);
      const runId = await createdAt(now);
      expect(await isOverdue(runId)).toBe(true);
      const failsAfter = async (baseSeconds: number, attempt: number): Promise<void> => {
        await decide(runId, please.start({ attempt, now }));
        const schedule = { baseSeconds, jitter: 0, random: 0 };
        await decide(runId, please.fail({ attempt, schedule, now }));
      };
      await failsAfter(0, 1);
      expect(await isOverdue(runId)).toBe(true);
      await failsAfter(60, 2);
      expect(await isOverdue(runId)).toBe(false);
    });

    const met = (position: string): Promise<unknown> =>
      database.pool.query(
        `insert into subscriptions (name, version, position) values ('enqueue_attempt', 1, ${position})
         on conflict (name) do update set position = excluded.position`,
      );

    it('but not before the reactor that shares results has met a run, which may wait for another one', async () => {
      await met('0');
      const [sharing, alone] = [await createdAt(NOW, { prompt_hash: HASH }), await createdAt(NOW)];
      expect([await isOverdue(sharing), await isOverdue(alone)]).toEqual([false, true]);
      await met('(select max(position) from events)');
      expect(await isOverdue(sharing)).toBe(true);
      await decide(sharing, please.join());
      expect(await isOverdue(sharing)).toBe(false);
      await met('(select max(position) from events)');
      await decide(sharing, please.release());
      expect(await isOverdue(sharing)).toBe(false);
      await met('(select max(position) from events)');
      expect(await isOverdue(sharing)).toBe(true);
      await decide(sharing, please.start());
      await decide(sharing, please.fail({ schedule: { baseSeconds: 0, jitter: 0, random: 0 } }));
      expect(await isOverdue(sharing)).toBe(true);
    });
  });

  describe('leads to events', () => {
    it('that belong to the request that made the run, and name what made the attempt due', async () => {
      const runId = await create();
      const leases = newLeases();
      await claim(runId, 1, leases);
      await claim(runId);
      const [created, started, resumed] = await historyOf(runId);
      expect(started?.metadata).toEqual({
        correlation_id: runId,
        causation_id: created?.id,
        actor: `worker:${leases.workerId}`,
        request_id: REQUEST.request_id,
        traceparent: REQUEST.traceparent,
      });
      expect(resumed?.metadata).toMatchObject({ causation_id: created?.id, traceparent: REQUEST.traceparent });
    });

    it('that follow the chain over a failed attempt, and a wish to retry begins another one', async () => {
      const runId = await create(1);
      await times(5, () => claim(runId));
      await claim(runId, 2);
      const retried = (await historyOf(runId)).find(({ type }) => type === 'GenerationRetried');
      expect(await lastOf(runId)).toMatchObject({
        type: 'GenerationStarted',
        metadata: { causation_id: retried?.id, request_id: REQUEST.request_id, traceparent: REQUEST.traceparent },
      });
      await times(4, () => claim(runId, 2));
      const wish = { ...REQUEST, request_id: 'req-2', traceparent: REQUEST.traceparent?.replace('b7', 'c8') ?? '' };
      await decide(runId, please.retry(), wish);
      const requested = await lastOf(runId);
      await claim(runId, 3);
      expect((await lastOf(runId))?.metadata).toMatchObject({
        causation_id: requested?.id,
        request_id: 'req-2',
        traceparent: wish.traceparent,
      });
    });
  });
});
