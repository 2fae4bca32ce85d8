import {
  Global,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common';
import { Pool } from 'pg';
import { LogTail } from '../eventsourcing/log-tail.js';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { Config } from '../platform/config/config.js';
import { RecurringWork } from '../platform/database/recurring-work.js';
import { JobQueue } from '../platform/queue/job-queue.port.js';
import { BlobStore } from '../platform/storage/blob-store.port.js';
import { Meter } from '../platform/telemetry/meter.js';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { ProviderLimits } from '../providers/provider-limits.port.js';
import { Director } from './direction/director.port.js';
import { RuleDirector } from './direction/rule-director.provider.js';
import { AttemptProcessor } from './execution/attempt.processor.js';
import { CancelProviderJob } from './execution/cancel-provider-job.reactor.js';
import { AttemptClaims } from './execution/claim-attempt.processor.js';
import { EnqueueAttempt } from './execution/enqueue-attempt.reactor.js';
import { ExpireRuns } from './execution/expire-runs.processor.js';
import { expiryOf } from './execution/failure-line.policy.js';
import { LostWakeUps } from './execution/lost-wake-ups.processor.js';
import { OverdueRuns } from './execution/overdue-runs.store.js';
import { ProviderGate } from './execution/provider-gate.processor.js';
import { ProviderSlots } from './execution/provider-slots.store.js';
import { Reconciler } from './execution/reconcile.processor.js';
import { RunOwners } from './execution/run-owners.store.js';
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
import { PostponementMeter } from './postponement-meter.port.js';
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

/** How often overdue runs are looked for, by one process at a time. */
const DEADLINES_SECONDS = 2;

/** Where no worker is free there may be a projector, and the other way round. */
class Deadlines extends RecurringWork implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    pool: Pool,
    private readonly config: Config,
    expire: ExpireRuns,
  ) {
    super(pool, {
      name: 'expire_runs',
      everySeconds: DEADLINES_SECONDS,
      work: async (signal) => {
        await expire.run(signal);
      },
      onError: (error) => {
        logger.warn(`Overdue runs could not be looked for and will be later: ${String(error)}`);
      },
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.has('worker') || this.config.has('projector')) this.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }
}

const deadlines = (pool: Pool, config: Config, generations: Generations): Deadlines =>
  new Deadlines(
    pool,
    config,
    new ExpireRuns(new OverdueRuns(pool), generations, {
      ended: (runId, { attempt, provider }) => {
        logger.warn({ ...expiryOf(provider), run_id: runId, attempt });
      },
      failed: (runId, error) => {
        logger.warn(`${runId} is overdue and could not be ended, and will be later: ${String(error)}`);
      },
    }),
  );

const execution: Provider[] = [
  { provide: PostponementMeter, useClass: Meter },
  {
    provide: WorkerLeases,
    inject: [Pool, Config],
    useFactory: (pool: Pool, config: Config) => new WorkerLeases(pool, config.get('WORKER_LEASE_SECONDS'), logError),
  },
  {
    provide: ProviderGate,
    inject: [ProviderLimits, Pool, WorkerLeases, PostponementMeter],
    useFactory: (limits: ProviderLimits, pool: Pool, { workerId }: WorkerLeases, meter: PostponementMeter) =>
      new ProviderGate(limits, new ProviderSlots(pool, workerId), logError, meter),
  },
  {
    provide: AttemptClaims,
    inject: [Generations, WorkerLeases, ProviderGate, Config],
    useFactory: (generations: Generations, leases: WorkerLeases, gate: ProviderGate, config: Config) =>
      new AttemptClaims(generations, leases, gate, scheduleOf(config)),
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
    inject: [JobQueue, WorkerLeases, AttemptClaims, Config],
    useFactory: (queue: JobQueue, leases: WorkerLeases, claims: AttemptClaims, config: Config) => {
      const weights = config.get('USER_WEIGHTS');
      const lost = new LostWakeUps(queue, leases, weights);
      return new Reconciler(queue, leases, { claims, lost }, { everyMs: 1_000, weights, onError: logError });
    },
  },
  {
    provide: WorkerParts,
    inject: [AttemptProcessor, Reconciler],
    useFactory: (processor: AttemptProcessor, reconciler: Reconciler): WorkerParts => ({ processor, reconciler }),
  },
  GenerationWorker,
  { provide: Deadlines, inject: [Pool, Config, Generations], useFactory: deadlines },
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
    RunOwners,
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
  exports: [ProgressChannel, PostponementMeter, RunControl],
})
export class GenerationModule {
  constructor(subscriptions: Subscriptions, enqueueAttempt: EnqueueAttempt, cancelProviderJob: CancelProviderJob) {
    subscriptions.addInlineReadModel(GENERATION_ROWS);
    subscriptions.addReactor(enqueueAttempt);
    subscriptions.addReactor(cancelProviderJob);
    subscriptions.addProjection(new HistoryProjection());
  }
}
