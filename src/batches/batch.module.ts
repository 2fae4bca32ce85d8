import { Module } from '@nestjs/common';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { BatchEnds } from './batch-ends.signal.js';
import { GetBatchHandler } from './batch-rows.store.js';
import { BatchController } from './batch.controller.js';
import { CancelBatchHandler, RequestBatchHandler } from './batch.handlers.js';
import { BATCH_ROWS, Batches } from './batch.store.js';
import { BatchModelCheck } from './model-check.provider.js';
import { RunBatch } from './run-batch.reactor.js';

@Module({
  controllers: [BatchController],
  providers: [Batches, RequestBatchHandler, CancelBatchHandler, GetBatchHandler, BatchEnds, BatchModelCheck, RunBatch],
})
export class BatchModule {
  constructor(subscriptions: Subscriptions, runBatch: RunBatch) {
    subscriptions.addInlineReadModel(BATCH_ROWS);
    subscriptions.addReactor(runBatch);
  }
}
