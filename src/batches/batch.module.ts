import { Logger, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Pool } from 'pg';
import { EventStore } from '../eventsourcing/event-store.js';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { Config } from '../platform/config/config.js';
import { RecurringWork } from '../platform/database/recurring-work.js';
import { BatchEnds } from './batch-ends.signal.js';
import { BatchRows, GetBatchHandler } from './batch-rows.store.js';
import { BatchController } from './batch.controller.js';
import { CancelBatchHandler, RequestBatchHandler } from './batch.handlers.js';
import { BATCH_ROWS, Batches } from './batch.store.js';
import { BatchModelCheck } from './model-check.provider.js';
import { ResumeBatches } from './resume-batches.processor.js';
import { RunBatch } from './run-batch.reactor.js';

const logger = new Logger('Batches');

/** A token of its own, as there is other recurring work. */
class Resumption extends RecurringWork {}

type Sources = [BatchRows, EventStore, Batches];

const resumption = (pool: Pool, runBatch: RunBatch, ...[rows, store, batches]: Sources): Resumption => {
  const resume = new ResumeBatches(rows, { store, batches }, runBatch, (batchId, error) => {
    logger.warn(`The batch ${batchId} could not be helped on and will be tried again: ${String(error)}`);
  });
  return new Resumption(pool, {
    name: 'resume_batches',
    everySeconds: 60,
    work: (signal) => resume.run(new Date(), signal),
    onError: (error) => {
      logger.warn(`Batches that do not get on could not be looked for and will be later: ${String(error)}`);
    },
  });
};

@Module({
  controllers: [BatchController],
  providers: [
    Batches,
    BatchRows,
    RequestBatchHandler,
    CancelBatchHandler,
    GetBatchHandler,
    BatchEnds,
    BatchModelCheck,
    RunBatch,
    { provide: Resumption, inject: [Pool, RunBatch, BatchRows, EventStore, Batches], useFactory: resumption },
  ],
})
export class BatchModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    subscriptions: Subscriptions,
    runBatch: RunBatch,
    private readonly config: Config,
    private readonly resuming: Resumption,
  ) {
    subscriptions.addInlineReadModel(BATCH_ROWS);
    subscriptions.addReactor(runBatch);
  }

  onApplicationBootstrap(): void {
    if (this.config.has('projector')) this.resuming.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.resuming.stop();
  }
}
