/**
 * What the queue carries: a wake-up, never truth. A job may be lost or delivered twice at any time; whoever handles it
 * asks the log what there is to do.
 */
export interface Job {
  /** Deterministic; while a job with this id waits or runs, enqueueing it again does nothing. At most 200 characters. */
  readonly id: string;
  readonly data: Readonly<Record<string, string | number>>;
  /** Not before this time; absent or past means at once. */
  readonly runAt?: Date;
  /**
   * Whose turn it takes: groups leave round robin, each by its weight, however many jobs one of them has. A group that was idle has
   * saved nothing up. Jobs without a group are a group of their own. At most 200 characters.
   */
  readonly group?: string;
  /** How many jobs of the group leave while one leaves of a group that has the weight 1; above 0, absent means 1. */
  readonly weight?: number;
  /**
   * 1 leaves before all turns. 2, the most urgent, to 10 say which job of its group takes the group's turn, and give the group no more
   * turns; absent means 5. Equal ones leave in the order in which they became due; that a job was
   * late when it came need not count.
   */
  readonly priority?: number;
  /** W3C trace context of what made it due: sending and handling it are parts of that trace. Whoever handles it finds another one in its data. */
  readonly traceparent?: string;
}

/** Whoever counts jobs again and again is told no more of a long queue than that it is long. */
export const COUNTED_JOBS = 1_000;

/** Each number is exact below COUNTED_JOBS; from there on there may be more. */
export interface JobCounts {
  /** Due and not taken. */
  readonly waiting: number;
  /** Waiting for their run time. */
  readonly delayed: number;
  /** Taken by a live worker. */
  readonly active: number;
}

export interface WorkerOptions {
  /** How many jobs this worker handles at the same time. */
  readonly concurrency: number;
}

export interface QueueWorker {
  /**
   * Takes no further jobs and waits for those that run, at most `graceMs`; then aborts the signals of the rest and
   * gives their jobs back to the queue.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * A handler rejects with this when its job cannot run yet and nothing went wrong: the job is due again in so many seconds,
 * as often as it takes, without a warning, and its slot is free meanwhile. It has done nothing that its trace is to tell of.
 */
export class Postponed extends Error {
  override readonly name = 'Postponed';

  /** @param seconds from when the queue learns of it, at least 0; fractions count */
  constructor(readonly seconds: number) {
    super(`The job is due again in ${String(seconds)} s`);
  }
}

/**
 * Handles one job. Resolving removes the job. Rejecting gives it back to the queue, due again after the adapter's
 * redelivery pause, or when a `Postponed` says. `signal` aborts when the worker stops or loses its claim on the job.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void>;

/** The queue's server does not answer now. What was to be enqueued is found again from the log when it does. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
  readonly code = 'queue_unavailable';
}

/** For what is told of the queue by the way: null in place of what a queue that does not answer would have said. */
export const nullWhileAway = (error: unknown): null => {
  if (error instanceof QueueUnavailable) return null;
  throw error;
};

/** The queue between the log and the workers. Every adapter passes test/contract/job-queue.contract.ts. */
export abstract class JobQueue {
  /** Adds jobs; ids that are there already are left as they are. */
  abstract enqueue(jobs: readonly Job[]): Promise<void>;
  /** Removes a job that no worker has taken. @returns whether it was removed. */
  abstract cancel(id: string): Promise<boolean>;
  /** Which of these ids the queue holds, waiting, delayed or active. */
  abstract holds(ids: readonly string[]): Promise<Set<string>>;
  /**
   * Place among the waiting jobs, 1 for the next one, counted to 1,001: whatever has more than a thousand ahead is told that. Null for a job
   * that is delayed, active or unknown.
   */
  abstract place(id: string): Promise<number | null>;
  abstract counts(): Promise<JobCounts>;
  /**
   * A name of what the queue remembers: when it has changed, jobs may have been lost, and whoever knows by the log what waits enqueues it anew.
   * Null where nothing is lost without the log.
   */
  abstract epoch(): Promise<string | null>;
  /** No worker of any process takes a job until `resume`. */
  abstract pause(): Promise<void>;
  abstract resume(): Promise<void>;
  abstract work(handler: JobHandler, options: WorkerOptions): QueueWorker;
  /** Releases connections and timers; workers are stopped first. */
  abstract close(): Promise<void>;
}
