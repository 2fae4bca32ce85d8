import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { JobQueue, type QueueWorker } from '../../platform/queue/job-queue.port.js';
import { AttemptProcessor } from './attempt.processor.js';
import { Reconciler } from './reconcile.processor.js';
import { WorkerLeases } from './workers.store.js';

/** What the worker is made of; one token, because they are built together. */
export abstract class WorkerParts {
  abstract readonly processor: AttemptProcessor;
  abstract readonly reconciler: Reconciler;
}

/** The worker role's life in this process: lease, reconciler, queue worker; and their end in the reverse order. */
@Injectable()
export class GenerationWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger(GenerationWorker.name);
  private worker: QueueWorker | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly config: Config,
    private readonly queue: JobQueue,
    private readonly leases: WorkerLeases,
    private readonly parts: WorkerParts,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.has('worker')) return;
    // The lease comes first: an attempt that starts without one would count as orphaned.
    await this.leases.start();
    this.parts.processor.start();
    this.parts.reconciler.start();
    this.worker = this.queue.work(this.parts.processor.handle, { concurrency: this.config.get('WORKER_CONCURRENCY') });
    this.logger.log(`Worker ${this.leases.workerId} takes jobs`);
  }

  /** Takes no further jobs from the first moment of the shutdown; what runs has the grace to finish. */
  onModuleDestroy(): void {
    this.stopping = this.stopWorking();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stopping;
  }

  private async stopWorking(): Promise<void> {
    if (!this.worker) return;
    // At the same time: a round of the reconciler that waits for the database must not let the worker take more jobs.
    await Promise.all([
      this.parts.reconciler.stop(),
      this.worker.stop(this.config.get('SHUTDOWN_GRACE_SECONDS') * 1000),
    ]);
    try {
      await this.leases.stop();
    } catch (error) {
      // The lease runs out by itself; others then wait for it.
      this.logger.warn(`The worker's lease could not be given back: ${String(error)}`);
    }
  }
}
