import type { ReplayedEvent } from '../eventsourcing/event.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import { addDuration } from '../platform/measures/duration-sketch.policy.js';
import { jobTypeOf, kindKey, noJobs, type JobCounts, type JobKind } from './job-counts.policy.js';
import type { JobTracked, MonitoringEvent } from './monitoring.events.js';

/** What later events of a run need to be counted; nothing is kept of one to which nothing can happen. */
export interface OpenRun {
  readonly kind: JobKind;
  readonly variants: number;
  /** Position of the event that it failed with; null while it is under way. */
  readonly failedAt: number | null;
}

/** A job that failed, for the list of errors. */
export interface FailedJob {
  readonly position: number;
  readonly at: string;
  readonly type: 'generation' | 'job';
  readonly category: string;
  readonly message: string;
  readonly runId: string | null;
}

export interface Reset {
  /** 0 where nobody ever reset anything. */
  readonly position: number;
  readonly at: string | null;
}

/** A run of the log that nothing is known of, though an event before must have told: the counts would be wrong from here on. */
export class UncountedJob extends Error {
  override readonly name = 'UncountedJob';
  constructor(runId: string, position: number) {
    super(`The event at position ${String(position)} is about run ${runId}, which was never counted`);
  }
}

/** The rows as they stand before a batch. */
export interface MonitoringRows {
  readonly jobs: ReadonlyMap<string, { readonly kind: JobKind; readonly counts: JobCounts }>;
  readonly runs: ReadonlyMap<string, OpenRun>;
  readonly reset: Reset;
}

type Followed = ReplayedEvent<GenerationEvent | MonitoringEvent>;
type Of<Type extends Followed['type']> = ReplayedEvent<Extract<GenerationEvent | MonitoringEvent, { type: Type }>>;

const kindOfRun = ({ type, provider, model }: Of<'GenerationCreated'>['data']): JobKind => ({
  type,
  model: `${provider}/${model}`,
});

const kindOfReport = ({ job_type }: JobTracked['data']): JobKind => ({ type: jobTypeOf(job_type), model: '' });

/** The kind of the job that an event tells of first; none where that was told by another event of the run. */
export const kindBegunBy = (event: Followed): JobKind[] => {
  if (event.type === 'GenerationCreated') return [kindOfRun(event.data)];
  return event.type === 'JobTracked' ? [kindOfReport(event.data)] : [];
};

/** The counts, and what is known of the runs, as a batch of events leaves them. */
export class MonitoringFold {
  readonly jobs: Map<string, { readonly kind: JobKind; readonly counts: JobCounts }>;
  /** Kinds whose counts changed. */
  readonly touched = new Set<string>();
  readonly runs: Map<string, OpenRun>;
  /** Runs by preset, as many as this batch adds; after a reset, all there are. */
  readonly presets = new Map<string, number>();
  readonly failures: FailedJob[] = [];
  reset: Reset;

  constructor(rows: MonitoringRows) {
    this.jobs = new Map(rows.jobs);
    this.runs = new Map(rows.runs);
    this.reset = rows.reset;
  }

  /** @throws UncountedJob */
  take(event: Followed): void {
    switch (event.type) {
      case 'GenerationCreated':
        this.create(event);
        break;
      case 'GenerationCompleted':
        this.complete(event);
        break;
      case 'GenerationFailed':
        this.fail(event);
        break;
      case 'GenerationCancelled':
        this.end(event, null).cancelled += 1;
        break;
      case 'GenerationRetryRequested':
        this.reopen(event);
        break;
      case 'JobTracked':
        this.track(event);
        break;
      case 'MonitoringReset':
        this.startAgain({ position: event.position, at: event.data.reset_at });
        break;
      default:
    }
  }

  private create({ streamId, data }: Of<'GenerationCreated'>): void {
    const kind = kindOfRun(data);
    const counts = this.countsOf(kind);
    counts.created += 1;
    counts.open += 1;
    const preset = data.preset ?? null;
    if (preset !== null) this.presets.set(preset, (this.presets.get(preset) ?? 0) + 1);
    this.runs.set(streamId, { kind, variants: data.num_variants ?? 1, failedAt: null });
  }

  /** What a run took from another one was made once only. */
  private complete(event: Of<'GenerationCompleted'>): void {
    const { variants } = this.runOf(event);
    const counts = this.end(event, null);
    counts.completed += 1;
    if (!event.data.source) counts.results += variants;
    time(counts, event.data.generation_time);
  }

  private fail(event: Of<'GenerationFailed'>): void {
    this.end(event, event.position).failed += 1;
    const { category, message, failed_at: at } = event.data;
    const { position, streamId: runId } = event;
    this.failures.push({ position, at, type: 'generation', category, message, runId });
  }

  /** One that is asked for again is no failure any more, where it was counted as one. */
  private reopen(event: Of<'GenerationRetryRequested'>): void {
    const run = this.runOf(event);
    const counts = this.countsOf(run.kind);
    counts.open += 1;
    if ((run.failedAt ?? 0) > this.reset.position) counts.failed -= 1;
    this.runs.set(event.streamId, { ...run, failedAt: null });
  }

  /** The beginning of a job that nobody reported is counted with its end. */
  private track({ position, data }: ReplayedEvent<JobTracked>): void {
    const counts = this.countsOf(kindOfReport(data));
    if (data.event === 'created') {
      counts.created += 1;
      counts.open += 1;
      return;
    }
    if (counts.open > 0) counts.open -= 1;
    else counts.created += 1;
    if (data.event === 'failed') {
      counts.failed += 1;
      const message = `A job of the type ${data.job_type} was reported as failed`;
      this.failures.push({
        ...{ position, at: data.tracked_at, type: 'job', category: 'unknown' },
        ...{ message, runId: data.run_id },
      });
      return;
    }
    counts.completed += 1;
    counts.results += 1;
    if (data.duration !== null) time(counts, data.duration);
  }

  private startAgain(reset: Reset): void {
    for (const [key, { kind, counts }] of this.jobs) {
      this.jobs.set(key, { kind, counts: { ...noJobs(), open: counts.open } });
      this.touched.add(key);
    }
    this.presets.clear();
    this.reset = reset;
  }

  /** @param failedAt kept of a run that can be asked for again @returns the counts that the end is added to */
  private end(event: Followed, failedAt: number | null): JobCounts {
    const run = this.runOf(event);
    if (failedAt === null) this.runs.delete(event.streamId);
    else this.runs.set(event.streamId, { ...run, failedAt });
    const counts = this.countsOf(run.kind);
    counts.open -= 1;
    return counts;
  }

  private runOf({ streamId, position }: Followed): OpenRun {
    const run = this.runs.get(streamId);
    if (!run) throw new UncountedJob(streamId, position);
    return run;
  }

  private countsOf(kind: JobKind): JobCounts {
    const key = kindKey(kind);
    this.touched.add(key);
    const known = this.jobs.get(key);
    if (known) return known.counts;
    const counts = noJobs();
    this.jobs.set(key, { kind, counts });
    return counts;
  }
}

const time = (counts: JobCounts, seconds: number): void => {
  const ms = Math.round(seconds * 1000);
  counts.timed += 1;
  counts.timeMs += ms;
  addDuration(counts.durations, ms);
};
