import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Notifications } from '../database/notifications.js';
import {
  JobQueue,
  type Job,
  type JobCounts,
  type JobHandler,
  type QueueWorker,
  type WorkerOptions,
} from './job-queue.port.js';
import { processInSpan, sendInSpans } from './job-spans.js';
import { JOBS_CHANNEL, JobTable } from './job-table.store.js';
import { POLLING_FLOOR_MS, TableWorker, type QueueTiming } from './queue-worker.js';

const UNLISTEN_PATIENCE_MS = 1000;

export const QUEUE_TIMING: QueueTiming = { lockSeconds: 10, redeliverySeconds: 1 };

/**
 * The queue in a table of PostgreSQL, taken from with FOR UPDATE SKIP LOCKED. Every method rejects with the error of `pg` when the
 * server is away; workers go on by themselves when it is back.
 */
export class PostgresJobQueue extends JobQueue {
  private readonly log = new Logger('JobQueue');
  private readonly sender = randomUUID();
  private readonly table: JobTable;
  private readonly workers = new Set<TableWorker>();
  private listening: Promise<() => void> | null = null;

  /** The pool and the notifications belong to the caller, who closes them after this queue. */
  constructor(
    pool: Pool,
    private readonly notifications: Notifications,
    private readonly timing: QueueTiming = QUEUE_TIMING,
  ) {
    super();
    this.table = new JobTable(pool, this.sender);
  }

  async enqueue(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    await sendInSpans('postgresql', jobs, (sent) => this.table.enqueue(sent, POLLING_FLOOR_MS / 1000));
    this.wakeWorkers();
  }

  cancel(id: string): Promise<boolean> {
    return this.table.cancel(id);
  }

  async holds(ids: readonly string[]): Promise<Set<string>> {
    return ids.length === 0 ? new Set() : this.table.holds(ids);
  }

  place(id: string): Promise<number | null> {
    return this.table.place(id);
  }

  counts(): Promise<JobCounts> {
    return this.table.counts();
  }

  epoch(): Promise<null> {
    return Promise.resolve(null);
  }

  pause(): Promise<void> {
    return this.table.setPaused(true);
  }

  async resume(): Promise<void> {
    await this.table.setPaused(false);
    this.wakeWorkers();
  }

  work(handler: JobHandler, { concurrency }: WorkerOptions): QueueWorker {
    this.listening ??= this.listen();
    const worker = new TableWorker(this.table, processInSpan('postgresql', handler), concurrency, this.timing);
    this.workers.add(worker);
    return {
      stop: async (graceMs) => {
        await worker.stop(graceMs);
        this.workers.delete(worker);
        this.wakeWorkers();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.stop(0)));
    this.workers.clear();
    const unlistened = this.listening?.then((unlisten) => {
      unlisten();
    });
    // A server that is away answers a LISTEN when it is back; closing cannot wait for that.
    const patience = new AbortController();
    await Promise.race([
      unlistened,
      wait(UNLISTEN_PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => null),
    ]);
    patience.abort();
  }

  private async listen(): Promise<() => void> {
    const stopReconnects = this.notifications.onReconnect(() => {
      this.wakeWorkers();
    });
    try {
      const stopJobs = await this.notifications.listen(JOBS_CHANNEL, (sender) => {
        if (sender !== this.sender) this.wakeWorkers();
      });
      return () => {
        stopReconnects();
        stopJobs();
      };
    } catch (error) {
      this.log.warn(`No notifications of jobs, workers poll: ${String(error)}`);
      return stopReconnects;
    }
  }

  private wakeWorkers(): void {
    for (const worker of this.workers) worker.wake();
  }
}
