import { Global, Logger, Module, type Provider } from '@nestjs/common';
import { Pool } from 'pg';
import { LogTail } from '../eventsourcing/log-tail.js';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { Config } from '../platform/config/config.js';
import { JobQueue } from '../platform/queue/job-queue.port.js';
import { BlobStore } from '../platform/storage/blob-store.port.js';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { Director } from './direction/director.port.js';
import { RuleDirector } from './direction/rule-director.provider.js';
import { AttemptProcessor } from './execution/attempt.processor.js';
import { CancelProviderJob } from './execution/cancel-provider-job.reactor.js';
import { AttemptClaims } from './execution/claim-attempt.processor.js';
import { EnqueueAttempt } from './execution/enqueue-attempt.reactor.js';
import { LostWakeUps } from './execution/lost-wake-ups.processor.js';
import { Reconciler } from './execution/reconcile.processor.js';
import { GenerationWorker, WorkerParts } from './execution/worker.processor.js';
import { WorkerLeases } from './execution/workers.store.js';
import { GenerationController } from './generation.controller.js';
import { CostController } from './cost/cost.controller.js';
import { EstimateCostHandler } from './cost/estimate-cost.handlers.js';
import {
  CancelGenerationHandler,
  RefineGenerationHandler,
  RequestGenerationHandler,
  RetryGenerationHandler,
} from './generation.handlers.js';
import { AppliedPresets } from './preset/applied-presets.provider.js';
import { AnyJobReader } from './jobs/any-job.provider.js';
import { InputPictures } from './jobs/input-pictures.store.js';
import { JobsController } from './jobs/jobs.controller.js';
import { GENERATION_ROWS, Generations } from './generation.store.js';
import { ModelCheck } from './model-check.provider.js';
import { LookUpResultHandler } from './lookup/look-up.handlers.js';
import { CacheLookupController } from './lookup/cache-lookup.controller.js';
import { OrderResolver } from './order-resolver.provider.js';
import { GetLineageHandler } from './refine/lineage.store.js';
import { OrderRefiner } from './refine/order-refiner.provider.js';
import { HistoryController } from './history/history.controller.js';
import { HistoryProjection } from './history/history.projection.js';
import { History, ListNewestRunsHandler } from './history/history.store.js';
import { ProgressChannel } from './progress.port.js';
import { ShareResults } from './sharing/share-results.processor.js';
import { SharedRuns } from './sharing/offers.store.js';
import type { RetrySchedule } from './retry.policy.js';
import { RunControl } from './run-control.port.js';
import { RunMaker } from './run-maker.provider.js';
import {
  GetAttemptsHandler,
  GetBatchPlacesHandler,
  GetGenerationAnswersHandler,
  GetGenerationHandler,
  GetRunEventsHandler,
} from './status/generations.store.js';
import { ProgressBroadcast } from './status/progress-broadcast.signal.js';
import { RunEnds } from './status/run-ends.signal.js';
import { StatusController } from './status/status.controller.js';

const logger = new Logger('Worker');
const logError = (error: unknown): void => {
  logger.warn(String(error));
};

const scheduleOf = (config: Config) => (): RetrySchedule => ({
  baseSeconds: config.get('RETRY_BASE_SECONDS'),
  jitter: config.get('RETRY_JITTER'),
  random: Math.random(),
});

const execution: Provider[] = [
  {
    provide: WorkerLeases,
    inject: [Pool, Config],
    useFactory: (pool: Pool, config: Config) => new WorkerLeases(pool, config.get('WORKER_LEASE_SECONDS'), logError),
  },
  {
    provide: AttemptClaims,
    inject: [Generations, WorkerLeases, Config],
    useFactory: (generations: Generations, leases: WorkerLeases, config: Config) =>
      new AttemptClaims(generations, leases, scheduleOf(config)),
  },
  {
    provide: AttemptProcessor,
    inject: [Config, WorkerLeases, Generations, ModelCatalogue, BlobStore, ProgressChannel, AttemptClaims, LogTail],
    useFactory: (
      config: Config,
      leases: WorkerLeases,
      ...[generations, models, blobs, progress, claims, tail]: ServiceList
    ) =>
      new AttemptProcessor(
        { generations, models, blobs, progress, claims, tail },
        { timeoutSeconds: config.get('ATTEMPT_TIMEOUT_SECONDS'), schedule: scheduleOf(config) },
        leases.workerId,
      ),
  },
  {
    provide: Reconciler,
    inject: [JobQueue, WorkerLeases, AttemptClaims],
    useFactory: (queue: JobQueue, leases: WorkerLeases, claims: AttemptClaims) =>
      new Reconciler(
        queue,
        leases,
        { claims, lost: new LostWakeUps(queue, leases) },
        { everyMs: 1_000, onError: logError },
      ),
  },
  {
    provide: WorkerParts,
    inject: [AttemptProcessor, Reconciler],
    useFactory: (processor: AttemptProcessor, reconciler: Reconciler): WorkerParts => ({ processor, reconciler }),
  },
  GenerationWorker,
];

type ServiceList = [Generations, ModelCatalogue, BlobStore, ProgressChannel, AttemptClaims, LogTail];

@Global()
@Module({
  // The history first: /api/generate/:id would take its path for an id.
  controllers: [
    HistoryController,
    JobsController,
    GenerationController,
    CacheLookupController,
    CostController,
    StatusController,
  ],
  providers: [
    Generations,
    RequestGenerationHandler,
    RefineGenerationHandler,
    CancelGenerationHandler,
    RetryGenerationHandler,
    GetGenerationHandler,
    GetAttemptsHandler,
    GetRunEventsHandler,
    GetGenerationAnswersHandler,
    GetBatchPlacesHandler,
    GetLineageHandler,
    History,
    ListNewestRunsHandler,
    RunEnds,
    RunMaker,
    { provide: RunControl, useExisting: RunMaker },
    { provide: Director, useClass: RuleDirector },
    { provide: ProgressChannel, useClass: ProgressBroadcast },
    EnqueueAttempt,
    CancelProviderJob,
    ModelCheck,
    OrderResolver,
    OrderRefiner,
    InputPictures,
    AppliedPresets,
    AnyJobReader,
    EstimateCostHandler,
    LookUpResultHandler,
    SharedRuns,
    ShareResults,
    ...execution,
  ],
  exports: [ProgressChannel, RunControl],
})
export class GenerationModule {
  constructor(subscriptions: Subscriptions, enqueueAttempt: EnqueueAttempt, cancelProviderJob: CancelProviderJob) {
    subscriptions.addInlineReadModel(GENERATION_ROWS);
    subscriptions.addReactor(enqueueAttempt);
    subscriptions.addReactor(cancelProviderJob);
    subscriptions.addProjection(new HistoryProjection());
  }
}
