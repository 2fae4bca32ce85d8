import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Pool } from 'pg';
import { OpsServer, opsJson, type OpsAnswer } from '../platform/http/ops-server.js';
import { RequestMeter } from '../platform/http/request-meter.js';
import { StreamMeter } from '../platform/http/stream-meter.js';
import { JobQueue } from '../platform/queue/job-queue.port.js';
import { NotReady } from './health.errors.js';
import { HealthController } from './health.controller.js';
import { LogLevelController } from './log-level.controller.js';
import { LogLevelBroadcast } from './log-level.signal.js';
import { AppendMetrics } from './metrics/append-metrics.signal.js';
import { ArtifactMetrics } from './metrics/artifact-metrics.signal.js';
import { ComponentMetrics } from './metrics/component-metrics.signal.js';
import { LogFigureStore } from './metrics/log-figures.store.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.provider.js';
import { ModelSeries } from './metrics/model-series.provider.js';
import { RequestMetrics } from './metrics/request-metrics.signal.js';
import { RunMetrics } from './metrics/run-metrics.signal.js';
import { SubscriptionMetrics } from './metrics/subscription-metrics.signal.js';
import { OwnSources, Scrape, SharedSources } from './metrics/scrape.provider.js';
import { Probes } from './probes.provider.js';
import { Readiness } from './readiness.store.js';
import { Verification } from './verification.store.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, MetricsController, LogLevelController],
  providers: [
    Readiness,
    Probes,
    Verification,
    LogLevelBroadcast,
    Metrics,
    ModelSeries,
    RunMetrics,
    RequestMetrics,
    ArtifactMetrics,
    AppendMetrics,
    ComponentMetrics,
    SubscriptionMetrics,
    LogFigureStore,
    {
      provide: OwnSources,
      inject: [Pool, RequestMeter, StreamMeter, RunMetrics],
      useFactory: (pool: Pool, requests: RequestMeter, streams: StreamMeter, runs: RunMetrics): OwnSources => ({
        ...{ pool, requests, streams, runs },
      }),
    },
    {
      provide: SharedSources,
      inject: [LogFigureStore, JobQueue, Readiness],
      useFactory: (figures: LogFigureStore, queue: JobQueue, readiness: Readiness): SharedSources => ({
        ...{ figures, queue, readiness },
      }),
    },
    Scrape,
    OpsServer,
  ],
})
export class OperationsModule {
  constructor(ops: OpsServer, probes: Probes, scrape: Scrape) {
    const alive = (): Promise<OpsAnswer> => Promise.resolve(opsJson(200, { status: 'ok' }));
    ops.answer('/metrics', async (accept) => ({ status: 200, ...(await scrape.answer(accept, 0)) }));
    ops.answer('/health/live', alive);
    ops.answer('/health/startup', alive);
    ops.answer('/health/ready', async () => {
      try {
        return opsJson(200, await probes.checkReady());
      } catch (error) {
        if (!(error instanceof NotReady)) throw error;
        return opsJson(503, { status: 'error', ...error.details });
      }
    });
  }
}
