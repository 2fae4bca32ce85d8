import { getHeapStatistics } from 'node:v8';
import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics } from 'prom-client';
import { Config } from '../../platform/config/config.js';
import type { RequestMeter } from '../../platform/http/request-meter.js';
import { StreamMeter } from '../../platform/http/stream-meter.js';
import { JobQueue } from '../../platform/queue/job-queue.port.js';
import { asPrometheusText, TEXT_CONTENT_TYPE, wantsOpenMetrics } from '../../platform/telemetry/exposition.js';
import { LoopUtilization } from '../../platform/telemetry/loop-utilization.js';
import { PullCollector } from '../../platform/telemetry/pull-collector.js';
import { telemetryLosses } from '../../platform/telemetry/telemetry-losses.js';
import { API_INFO } from '../api-info.data.js';
import type { Readiness } from '../readiness.store.js';
import { LogFigureStore } from './log-figures.store.js';
import { Metrics } from './metrics.provider.js';
import { DEPENDENCIES, type COLLECTORS } from './process-metrics.data.js';
import { RunMetrics } from './run-metrics.signal.js';

/** Their names end in `_total`, which is for counters; the same stands in their variants by type. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

const buildOf = (config: Config): { readonly version: string; readonly node: string; readonly roles: string } => ({
  version: API_INFO.version,
  node: process.versions.node,
  roles: config.get('ROLE').join('+'),
});

const noop = (): void => undefined;

type Dependency = (typeof DEPENDENCIES)[number];
type Collector = (typeof COLLECTORS)[number];

/** What a pool of connections tells of itself. */
interface PoolFigures {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Where this process takes its own gauges from. */
export abstract class OwnSources {
  abstract readonly pool: PoolFigures;
  abstract readonly requests: RequestMeter;
  abstract readonly streams: StreamMeter;
  abstract readonly runs: RunMetrics;
}

/** Where it takes those from that all processes tell of. */
export abstract class SharedSources {
  abstract readonly figures: LogFigureStore;
  abstract readonly queue: JobQueue;
  abstract readonly readiness: Pick<Readiness, Dependency>;
}

/** What a scrape is answered with: gauges are brought up to date, then everything is written out. */
@Injectable()
export class Scrape {
  private readonly logger = new Logger(Scrape.name);
  private readonly loop = new LoopUtilization();
  private readonly collectors: readonly PullCollector[];
  /** Not waited for: a scrape tells what was asked behind the one before. */
  private readonly dependencies: PullCollector;

  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
    private readonly own: OwnSources,
    shared: SharedSources,
  ) {
    collectDefaultMetrics({ register: metrics.registry });
    for (const name of MISNAMED) metrics.registry.removeSingleMetric(name);
    this.collectors = [
      this.collector('log', () => this.setLog(shared.figures)),
      this.collector('runs', () => this.setRuns(shared.figures)),
      this.collector('queue', () => this.setQueue(shared.queue)),
    ];
    this.dependencies = new PullCollector(() => this.setDependencies(shared.readiness), noop, noop);
  }

  /**
   * All metrics, in OpenMetrics 1.0 for who asks for it and in Prometheus text for everybody else. Answers after some two seconds at the
   * latest, also while the database is away.
   * @param accept the header of the request
   * @param measured how many of the requests under way are the scrape itself: one on the port of the API, none on that for operators
   */
  async answer(
    accept: string | undefined,
    measured: 0 | 1,
  ): Promise<{ readonly contentType: string; readonly body: string }> {
    await Promise.all(this.collectors.map((collector) => collector.refresh()));
    this.setOwn(measured);
    const { registry } = this.metrics;
    const openMetrics = await registry.metrics();
    // Behind the answer, so that what Node.js tells of its open requests does not tell of the asking.
    void this.dependencies.refresh();
    return wantsOpenMetrics(accept)
      ? { contentType: registry.contentType, body: openMetrics }
      : { contentType: TEXT_CONTENT_TYPE, body: asPrometheusText(openMetrics) };
  }

  private collector(name: Collector, ask: () => Promise<void>): PullCollector {
    return new PullCollector(
      ask,
      () => {
        const now = Date.now() / 1000;
        this.metrics.set('darkroom_collector_last_success_timestamp_seconds', { collector: name }, now);
      },
      (error) => {
        this.metrics.count('darkroom_collector_failures_total', { collector: name });
        this.logger.debug(`No figures of the ${name} for a scrape: ${String(error)}`);
      },
    );
  }

  private async setLog(figures: LogFigureStore): Promise<void> {
    const { head, followers } = await figures.log();
    this.metrics.set('darkroom_eventstore_head_position', {}, head);
    for (const follower of followers) {
      const { name: subscription, position, lag_events, lag_seconds, failing, rebuilding, parked } = follower;
      this.metrics.set('darkroom_subscription_position', { subscription }, position);
      this.metrics.set('darkroom_subscription_rebuilding', { subscription }, rebuilding ? 1 : 0);
      this.metrics.set('darkroom_subscription_lag_events', { subscription }, lag_events);
      this.metrics.set('darkroom_subscription_lag_seconds', { subscription }, Math.max(0, lag_seconds));
      this.metrics.set('darkroom_subscription_failing', { subscription }, failing ? 1 : 0);
      this.metrics.set('darkroom_subscription_parked_events', { subscription }, parked);
    }
  }

  private async setRuns(figures: LogFigureStore): Promise<void> {
    const { oldest_due_seconds, oldest_processing_seconds, workers } = await figures.runs();
    this.metrics.set('darkroom_jobs_oldest_due_age_seconds', {}, oldest_due_seconds);
    this.metrics.set('darkroom_jobs_oldest_processing_age_seconds', {}, oldest_processing_seconds);
    this.metrics.set('darkroom_workers_alive', {}, workers);
  }

  private async setQueue(queue: JobQueue): Promise<void> {
    const { waiting, delayed, active } = await queue.counts();
    this.metrics.set('darkroom_queue_jobs', { state: 'waiting' }, waiting);
    this.metrics.set('darkroom_queue_jobs', { state: 'delayed' }, delayed);
    this.metrics.set('darkroom_queue_jobs', { state: 'active' }, active);
  }

  private async setDependencies(readiness: SharedSources['readiness']): Promise<void> {
    const ask = async (dependency: Dependency): Promise<void> => {
      const isUp = await readiness[dependency]().then(
        () => 1,
        () => 0,
      );
      this.metrics.set('darkroom_dependency_up', { dependency }, isUp);
    };
    await Promise.all(DEPENDENCIES.map(ask));
  }

  private setOwn(measured: number): void {
    for (const [signal, count] of Object.entries(telemetryLosses.take()))
      this.metrics.count('darkroom_telemetry_dropped_total', { signal }, count);
    const { pool, requests, streams, runs } = this.own;
    this.metrics.set('darkroom_build_info', buildOf(this.config), 1);
    const slots = this.config.has('worker') ? this.config.get('WORKER_CONCURRENCY') : 0;
    this.metrics.set('darkroom_worker_slots', {}, slots);
    this.metrics.set('darkroom_worker_slots_busy', {}, runs.attemptsUnderWay);
    this.metrics.set('darkroom_http_requests_in_flight', {}, requests.open - streams.open - measured);
    this.metrics.set('nodejs_eventloop_utilization_ratio', {}, this.loop.ratio());
    this.metrics.set('darkroom_sse_connections', {}, streams.open);
    this.metrics.set('darkroom_db_pool_connections', { state: 'idle' }, pool.idleCount);
    this.metrics.set('darkroom_db_pool_connections', { state: 'used' }, pool.totalCount - pool.idleCount);
    this.metrics.set('darkroom_db_pool_pending', {}, pool.waitingCount);
    this.metrics.set('darkroom_db_pool_max', {}, this.config.get('DATABASE_POOL_SIZE'));
    this.metrics.set('darkroom_heap_limit_bytes', {}, getHeapStatistics().heap_size_limit);
  }
}
