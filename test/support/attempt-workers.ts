import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { AttemptProcessor } from '../../src/generation/execution/attempt.processor.js';
import { attemptJob } from '../../src/generation/execution/attempt-job.policy.js';
import { AttemptClaims } from '../../src/generation/execution/claim-attempt.processor.js';
import { ProviderGate } from '../../src/generation/execution/provider-gate.processor.js';
import type { Postponement } from '../../src/generation/postponement-meter.port.js';
import { ProviderSlots, type Refusal } from '../../src/generation/execution/provider-slots.store.js';
import { WorkerLeases } from '../../src/generation/execution/workers.store.js';
import { GENERATION_EVENTS, type GenerationOrder } from '../../src/generation/generation.events.js';
import { Generations } from '../../src/generation/generation.store.js';
import { ProgressChannel } from '../../src/generation/progress.port.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { PostgresJobQueue } from '../../src/platform/queue/postgres-queue.store.js';
import { DiskBlobStore } from '../../src/platform/storage/disk-blob.store.js';
import { Meter } from '../../src/platform/telemetry/meter.js';
import { ModelCatalogue } from '../../src/providers/model-catalogue.port.js';
import type { ImageProvider } from '../../src/providers/image-provider.port.js';
import { ProviderLimits } from '../../src/providers/provider-limits.port.js';
import { METADATA } from './event-samples.js';
import { orderOf, please } from './generations.js';
import { KernelProcess } from './kernel-process.js';

export class NobodyListens extends ProgressChannel {
  override report(): void {
    return;
  }
  override latest(): null {
    return null;
  }
  override subscribe(): () => void {
    return () => undefined;
  }
}

const throwError = (error: unknown): never => {
  throw error;
};

const SCHEDULE = (): { baseSeconds: number; jitter: number; random: number } => ({
  baseSeconds: 0.1,
  jitter: 0,
  random: 0,
});

/** Counts what it asks the database. */
class CountedSlots extends ProviderSlots {
  asked = 0;

  override take(...asked: Parameters<ProviderSlots['take']>): Promise<Refusal | null> {
    this.asked += 1;
    return super.take(...asked);
  }

  override giveBack(runId: string): Promise<void> {
    this.asked += 1;
    return super.giveBack(runId);
  }
}

/** A gate through which everybody comes. */
export const openGate = (pool: Pool, { workerId }: WorkerLeases): ProviderGate =>
  new ProviderGate(
    ProviderLimits.parse('', []),
    new ProviderSlots(pool, workerId),
    throwError,
    new Meter<Postponement>(),
  );

export interface WorkerOptions {
  readonly providers: readonly ImageProvider[];
  readonly limits: string;
  readonly concurrency: number;
  readonly folder: string;
}

/** One worker process: lease, queue and processor over connections of its own. */
export class AttemptWorker {
  readonly leases: WorkerLeases;
  readonly slots: CountedSlots;
  readonly postponements = new Meter<Postponement>();
  private readonly kernel: KernelProcess;
  private readonly notifications: Notifications;
  private readonly queue: PostgresJobQueue;
  private readonly generations: Generations;
  private readonly processor: AttemptProcessor;

  constructor(
    url: string,
    private readonly options: WorkerOptions,
  ) {
    this.kernel = new KernelProcess(url, { declarations: [GENERATION_EVENTS] });
    this.notifications = new Notifications(url, () => undefined);
    this.queue = new PostgresJobQueue(this.kernel.pool, this.notifications);
    this.generations = new Generations(this.kernel.store);
    this.leases = new WorkerLeases(this.kernel.pool, 60, throwError);
    this.slots = new CountedSlots(this.kernel.pool, this.leases.workerId);
    const ids = options.providers.map(({ id }) => id);
    const gate = new ProviderGate(
      ProviderLimits.parse(options.limits, ids),
      this.slots,
      throwError,
      this.postponements,
    );
    this.processor = new AttemptProcessor(
      {
        generations: this.generations,
        models: new ModelCatalogue(options.providers, `${ids[0] ?? ''}/any`),
        blobs: new DiskBlobStore(options.folder),
        progress: new NobodyListens(),
        claims: new AttemptClaims(this.generations, this.leases, gate, SCHEDULE),
        tail: this.kernel.tail,
      },
      { timeoutSeconds: 60, schedule: SCHEDULE },
      this.leases.workerId,
    );
  }

  async start(): Promise<this> {
    await this.kernel.start();
    await this.leases.start();
    this.processor.start();
    this.queue.work(this.processor.handle, { concurrency: this.options.concurrency });
    return this;
  }

  /** Creates a run and its wake-up. @returns its id */
  async order(change: Partial<GenerationOrder> = {}): Promise<string> {
    const runId = randomUUID();
    const order = orderOf({ provider: 'scripted', model: 'any', max_retries: 0, ...change });
    await this.generations.decide(runId, please.create({ order, now: new Date() }), { metadata: METADATA });
    await this.queue.enqueue([attemptJob({ runId, attempt: 1, runAt: null })]);
    return runId;
  }

  async close(): Promise<void> {
    await this.queue.close();
    await this.leases.stop();
    await this.notifications.close();
    await this.kernel.close();
  }
}
