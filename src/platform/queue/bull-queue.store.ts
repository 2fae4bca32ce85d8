import type { Queue } from 'bull';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis-connections.js';
import { RedisAway } from '../redis/circuit.js';
import { BullJobs } from './bull-jobs.js';
import { BullWorker } from './bull-worker.js';
import {
  JobQueue,
  QueueUnavailable,
  type Job,
  type JobCounts,
  type JobHandler,
  type QueueWorker,
  type WorkerOptions,
} from './job-queue.port.js';
import { processInSpan, sendInSpans } from './job-spans.js';
import type { QueueTiming } from './queue-worker.js';

/** What somebody waits for who asked the API, in milliseconds. */
const READ_MS = 100;
/** What works in the background may take more. */
const WORK_MS = 1_000;
/** Redis does nothing else meanwhile. */
const ADDED_AT_ONCE = 500;
const REPORT_AGAIN_MS = 500;

/**
 * The queue of Bull on Redis. Every method but `work` rejects with QueueUnavailable when Redis does not answer at once; workers go on by
 * themselves when it is back.
 */
export class BullJobQueue extends JobQueue {
  private readonly jobs: BullJobs;
  private readonly workers = new Set<BullWorker>();
  /** Runs while jobs were refused and the others do not know yet. */
  private reporting: NodeJS.Timeout | null = null;
  private closed = false;

  /** The connections belong to the caller, who closes them after this queue. */
  constructor(
    private readonly queue: Queue,
    private readonly connections: RedisConnections,
    private readonly timing: QueueTiming,
  ) {
    super();
    this.jobs = new BullJobs(queue);
  }

  async enqueue(jobs: readonly Job[]): Promise<void> {
    try {
      await sendInSpans('redis', jobs, (sent) => this.add(sent));
    } catch (error) {
      if (error instanceof QueueUnavailable) this.reportLoss();
      throw error;
    }
  }

  cancel(id: string): Promise<boolean> {
    return this.ask((redis) => this.jobs.cancel(redis, id), WORK_MS);
  }

  async holds(ids: readonly string[]): Promise<Set<string>> {
    return ids.length === 0 ? new Set() : this.ask((redis) => this.jobs.holds(redis, ids), WORK_MS);
  }

  place(id: string): Promise<number | null> {
    return this.ask((redis) => this.jobs.place(redis, id), READ_MS);
  }

  counts(): Promise<JobCounts> {
    return this.ask((redis) => this.jobs.counts(redis), READ_MS);
  }

  epoch(): Promise<string> {
    return this.ask((redis) => this.jobs.epoch(redis), WORK_MS);
  }

  pause(): Promise<void> {
    return this.ask(() => this.queue.pause(), WORK_MS);
  }

  resume(): Promise<void> {
    return this.ask(() => this.queue.resume(), WORK_MS);
  }

  work(handler: JobHandler, { concurrency }: WorkerOptions): QueueWorker {
    const work = { handler: processInSpan('redis', handler), concurrency };
    const worker = new BullWorker(this.queue.name, this.connections, work, this.timing);
    this.workers.add(worker);
    return {
      stop: async (graceMs) => {
        await worker.stop(graceMs);
        this.workers.delete(worker);
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.reporting) clearTimeout(this.reporting);
    await Promise.all([...this.workers].map((worker) => worker.stop(0)));
    this.workers.clear();
  }

  private async add(jobs: readonly Job[]): Promise<void> {
    for (let from = 0; from < jobs.length; from += ADDED_AT_ONCE)
      await this.ask((redis) => this.jobs.add(redis, jobs.slice(from, from + ADDED_AT_ONCE)), WORK_MS);
  }

  private async ask<T>(question: (redis: Redis) => Promise<T>, withinMs: number): Promise<T> {
    try {
      return await this.connections.ask(question, withinMs);
    } catch (error) {
      if (error instanceof RedisAway) throw new QueueUnavailable('The queue does not answer', { cause: error });
      throw error;
    }
  }

  /** Tells everybody, as soon as Redis hears it, that jobs are missing. */
  private reportLoss(): void {
    if (this.reporting || this.closed) return;
    const report = async (): Promise<void> => {
      try {
        await this.ask((redis) => this.jobs.renewEpoch(redis), WORK_MS);
        this.reporting = null;
      } catch {
        if (!this.closed) this.reporting = setTimeout(() => void report(), REPORT_AGAIN_MS);
      }
    };
    this.reporting = setTimeout(() => void report(), REPORT_AGAIN_MS);
  }
}
