import { Injectable, Logger } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { RecordedEvent } from '../../eventsourcing/event.js';
import { LogTail } from '../../eventsourcing/log-tail.js';
import { GENERATION_STREAM, type GenerationEvent } from '../../generation/generation.events.js';
import { GetGeneration } from '../../generation/status/generation.queries.js';
import { Metrics } from './metrics.provider.js';
import {
  afterEvent,
  attemptError,
  cacheResultOf,
  endOf,
  sampledTrace,
  secondsBetween,
  type End,
  type KnownRun,
} from './run-figures.policy.js';

type GenerationRecord = RecordedEvent<GenerationEvent>;

/** Runs that are remembered after their last event; what has been forgotten is asked for. */
const REMEMBERED = 20_000;

/** Events of a run that say something of its own; others are counted by their type alone. */
const MEASURED: ReadonlySet<string> = new Set<GenerationEvent['type']>([
  'GenerationStarted',
  'GenerationResumed',
  'GenerationRetried',
  'GenerationRetryRequested',
  'GenerationCompleted',
  'GenerationFailed',
  'GenerationCancelled',
]);

/** After these an attempt that this process began is over, whoever appended them; its own other ends it hears of as it appends them. */
const endsElsewhere = ({ type }: GenerationEvent): boolean =>
  type === 'GenerationResumed' || type === 'GenerationCancelled';

const isOfRun = (event: RecordedEvent): event is GenerationRecord => event.streamType === GENERATION_STREAM;

/**
 * Counts what becomes of runs where it is recorded. What an end has to be counted under stands in the run's first event, which this process has
 * heard of, whoever appended it, or asks for.
 */
@Injectable()
export class RunMetrics {
  private readonly logger = new Logger(RunMetrics.name);
  private readonly runs = new Map<string, KnownRun>();
  /** When an attempt began here, as performance.now(), by run. */
  private readonly working = new Map<string, number>();

  constructor(
    private readonly metrics: Metrics,
    private readonly queries: QueryBus,
    tail: LogTail,
  ) {
    tail.subscribe((events) => {
      for (const event of events) if (isOfRun(event)) this.remember(event);
    });
  }

  /** Attempts that this process runs now. */
  get attemptsUnderWay(): number {
    return this.working.size;
  }

  /** @param events of one append of this process */
  count(events: readonly RecordedEvent[]): void {
    for (const event of events) if (isOfRun(event)) this.countOne(event);
  }

  private remember(event: GenerationRecord): void {
    if (endsElsewhere(event)) this.working.delete(event.streamId);
    const run = afterEvent(this.runs.get(event.streamId), event);
    if (!run) return;
    // Deleted first, so that the map's order is that of the last event.
    this.runs.delete(event.streamId);
    this.runs.set(event.streamId, run);
    const [oldest] = this.runs.size > REMEMBERED ? this.runs.keys() : [];
    if (oldest !== undefined) this.runs.delete(oldest);
  }

  private countOne(event: GenerationRecord): void {
    const known = event.type === 'GenerationCreated' ? afterEvent(undefined, event) : this.runs.get(event.streamId);
    const attemptSeconds = this.attemptSeconds(event);
    if (known) this.countFor(known, event, attemptSeconds);
    else if (MEASURED.has(event.type)) void this.askAndCount(event, attemptSeconds);
  }

  /** @returns how long the attempt took that ends with the event; null where none of this process does */
  private attemptSeconds({ streamId, ...event }: GenerationRecord): number | null {
    if (event.type === 'GenerationStarted' || event.type === 'GenerationResumed')
      this.working.set(streamId, performance.now());
    const since = this.working.get(streamId);
    if (since === undefined || (endOf(event) === null && event.type !== 'GenerationRetried')) return null;
    this.working.delete(streamId);
    return (performance.now() - since) / 1000;
  }

  private async askAndCount(event: GenerationRecord, attemptSeconds: number | null): Promise<void> {
    try {
      const row = await this.queries.execute(new GetGeneration({ kind: 'uuid', id: event.streamId }));
      const { type, provider, model, mode, prompt_hash, created_at: createdAt } = row;
      const run = { type, provider, model, mode, isCacheable: prompt_hash !== null, createdAt, dueAt: null };
      this.countFor(run, event, attemptSeconds);
    } catch (error) {
      // The log has it all the same; only the counters of this process miss one.
      this.logger.debug(`${event.type} of ${event.streamId} was not counted: ${String(error)}`);
    }
  }

  private countFor(run: KnownRun, event: GenerationRecord, attemptSeconds: number | null): void {
    const { type, provider, model, mode } = run;
    const end = endOf(event);
    if (end) this.countEnd(run, event, end);
    const result = cacheResultOf(run, event);
    if (result !== null) this.metrics.count('darkroom_cache_results_total', { result });
    this.measureAttempt(run, event, attemptSeconds);
    switch (event.type) {
      case 'GenerationCreated':
        this.metrics.count('darkroom_jobs_created_total', { type, provider, model, mode });
        return;
      case 'GenerationStarted':
        this.measureWait(run, event);
        return;
      case 'GenerationResumed':
        this.metrics.count('darkroom_job_takeovers_total', { type, provider });
        return;
      case 'GenerationRetried':
        this.metrics.count('darkroom_job_retries_total', {
          ...{ type, provider },
          ...{ error_type: event.data.category, trigger: 'auto' },
        });
        return;
      case 'GenerationRetryRequested':
        this.metrics.count('darkroom_job_retries_total', { type, provider, error_type: '', trigger: 'manual' });
        return;
      default:
    }
  }

  private measureWait({ type, dueAt }: KnownRun, event: GenerationRecord): void {
    if (dueAt === null || event.type !== 'GenerationStarted') return;
    const value = secondsBetween(dueAt, event.data.started_at);
    const exemplar = sampledTrace(event.metadata.traceparent);
    this.metrics.observe('darkroom_job_queue_wait_seconds', { type }, { value, exemplar });
  }

  private measureAttempt({ provider, model }: KnownRun, event: GenerationRecord, value: number | null): void {
    const error_type = attemptError(event);
    if (value === null || error_type === null) return;
    const exemplar = sampledTrace(event.metadata.traceparent);
    this.metrics.observe(
      'gen_ai_client_operation_duration_seconds',
      {
        gen_ai_operation_name: 'generate_content',
        ...{ gen_ai_provider_name: provider, gen_ai_request_model: model, error_type },
      },
      { value, exemplar },
    );
  }

  private countEnd({ type, provider, model, createdAt }: KnownRun, event: GenerationRecord, end: End): void {
    const { outcome } = end;
    const cached = String(end.cached);
    const exemplar = sampledTrace(event.metadata.traceparent);
    this.metrics.count('darkroom_jobs_finished_total', {
      ...{ type, provider, model, outcome, cached },
      error_type: end.errorType,
    });
    const value = secondsBetween(createdAt, end.at);
    this.metrics.observe('darkroom_job_duration_seconds', { type, provider, outcome, cached }, { value, exemplar });
    if ('attempt' in event.data)
      this.metrics.observe('darkroom_job_attempts', { type, outcome }, { value: event.data.attempt });
    this.metrics.count('darkroom_cost_usd_total', { type, provider, model }, end.costUsd);
    this.metrics.count('darkroom_cost_saved_usd_total', { type, provider, model }, end.savedUsd);
  }
}
