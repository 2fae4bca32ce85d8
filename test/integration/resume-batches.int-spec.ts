import { CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { BatchRows } from '../../src/batches/batch-rows.store.js';
import { CancelBatch } from '../../src/batches/batch.commands.js';
import { BATCH_EVENTS, type BatchOrder } from '../../src/batches/batch.events.js';
import { Batches } from '../../src/batches/batch.store.js';
import { ResumeBatches } from '../../src/batches/resume-batches.processor.js';
import { RunBatch } from '../../src/batches/run-batch.reactor.js';
import { EventStore } from '../../src/eventsourcing/event-store.js';
import { GENERATION_EVENTS, type GenerationOrder } from '../../src/generation/generation.events.js';
import type { Issued } from '../../src/generation/generation.commands.js';
import { GenerationConflict } from '../../src/generation/generation.errors.js';
import { Generations } from '../../src/generation/generation.store.js';
import { RunControl, type Stopping } from '../../src/generation/run-control.port.js';
import { GetBatchPlacesHandler } from '../../src/generation/status/generations.store.js';
import { batchOf } from '../support/batches.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA } from '../support/event-samples.js';
import { orderOf, please } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

/** Makes runs that nobody works on, and refuses to while it is broken. */
class UnsteadyControl extends RunControl {
  isBroken = false;

  constructor(private readonly generations: Generations) {
    super();
  }

  override resolve(): Promise<GenerationOrder> {
    return Promise.resolve(orderOf());
  }

  override async createOnce(runId: string, order: GenerationOrder, { now, metadata }: Issued): Promise<void> {
    if (this.isBroken) throw new RangeError('Not now');
    try {
      await this.generations.decide(runId, { type: 'CreateGeneration', order, now }, { metadata });
    } catch (error) {
      if (!(error instanceof GenerationConflict)) throw error;
    }
  }

  override cancel(): Promise<Stopping> {
    return this.isBroken ? Promise.reject(new RangeError('Not now')) : Promise.resolve('absent');
  }
}

const SOON = new Date(Date.now() + 3_600_000);

let database: TestDatabase;
let kernel: KernelProcess;
let app: TestingModule;
let runs: UnsteadyControl;
let generations: Generations;
let resume: ResumeBatches;
const failed: string[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  kernel = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS, BATCH_EVENTS] });
  generations = new Generations(kernel.store);
  runs = new UnsteadyControl(generations);
  app = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      { provide: Pool, useValue: kernel.pool },
      { provide: EventStore, useValue: kernel.store },
      { provide: RunControl, useValue: runs },
      ...[Batches, BatchRows, RunBatch, GetBatchPlacesHandler],
    ],
  }).compile();
  await app.init();
  resume = new ResumeBatches(
    app.get(BatchRows),
    { store: kernel.store, batches: app.get(Batches) },
    app.get(RunBatch),
    (batchId) => failed.push(batchId),
  );
  kernel.subscriptions.addReactor(app.get(RunBatch));
  failed.length = 0;
  await kernel.start();
});
afterEach(async () => {
  await kernel.close();
  await app.close();
  await database.drop();
});

const order = async (items: number, change: Partial<BatchOrder> = {}): Promise<{ id: string; runIds: string[] }> => {
  const id = randomUUID();
  const whole = batchOf(items, change);
  const own = { ...whole, items: whole.items.map((item) => ({ ...item, run_id: randomUUID() })) };
  await app.get(Batches).decide(id, { type: 'CreateBatch', order: own, now: new Date() }, { metadata: METADATA });
  return { id, runIds: own.items.map(({ run_id }) => run_id) };
};
const parked = async (): Promise<number> => {
  const { rows } = await database.pool.query<{ count: number }>('select count(*)::int as count from parked_events');
  return rows[0]?.count ?? 0;
};
const hasParked = (count: number): Promise<void> =>
  until('the reactor has given up', async () => (await parked()) === count);
const made = async (runIds: readonly string[]): Promise<boolean[]> =>
  Promise.all(runIds.map(async (runId) => (await kernel.store.readStream(runId)).length > 0));
const end = async (runId: string): Promise<void> => {
  const command = please.cancel();
  await generations.decide(runId, command, { metadata: METADATA });
};
const statusOf = async (id: string): Promise<string | undefined> => {
  const { rows } = await database.pool.query<{ status: string }>('select status from batches where batch_id = $1', [
    id,
  ]);
  return rows[0]?.status;
};
const again = (now = SOON): Promise<void> => resume.run(now, new AbortController().signal);

describe('a batch one of whose events was given up on', () => {
  it('gets the runs that were not made', async () => {
    runs.isBroken = true;
    const [parallel, series] = [await order(3), await order(2, { parallel: false })];
    await hasParked(2);
    await again(new Date());
    expect(failed).toEqual([]);
    await again();
    expect(failed.sort()).toEqual([parallel.id, series.id].sort());
    runs.isBroken = false;
    await again();
    expect(await made(parallel.runIds)).toEqual([true, true, true]);
    expect(await made(series.runIds)).toEqual([true, false]);
  });

  it('goes on from an end that it did not hear of, and ends with the last', async () => {
    const { id, runIds } = await order(2, { parallel: false });
    const [first = '', second = ''] = runIds;
    await until('the first is made', async () => (await made([first]))[0] === true);
    runs.isBroken = true;
    await end(first);
    await hasParked(1);
    runs.isBroken = false;
    await again();
    expect(await made([second])).toEqual([true]);
    await end(second);
    await until('it has ended', async () => (await statusOf(id)) === 'completed');
    await again();
    expect(failed).toEqual([]);
  });

  it('is wound down where its stop was missed', async () => {
    const { id } = await order(2, { parallel: false });
    runs.isBroken = true;
    const issued = { now: new Date(), metadata: METADATA };
    await app.get(Batches).decide(id, new CancelBatch(id, issued), { metadata: METADATA });
    await hasParked(1);
    runs.isBroken = false;
    const { rows } = await database.pool.query('select from batches where completed_at is null');
    expect(rows).toHaveLength(1);
    await again();
    expect((await kernel.store.readStream(id)).at(-1)?.type).toBe('BatchCompleted');
  });
});
