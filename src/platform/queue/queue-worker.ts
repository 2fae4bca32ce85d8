import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Job, type JobHandler, Postponed, type QueueWorker } from './job-queue.port.js';
import type { Claim, JobTable } from './job-table.store.js';

/** How a worker claims and asks. */
export interface QueueTiming {
  /** Seconds after which the claim of a silent worker may be taken over; renewed at a third of it. */
  readonly lockSeconds: number;
  /** Seconds before a job whose handler failed is due again. */
  readonly redeliverySeconds: number;
}

/** An idle worker asks at least so often, which bounds what a lost notification can delay. */
export const POLLING_FLOOR_MS = 1000;

const FIRST_BACK_OFF_MS = 20;
const LONGEST_BACK_OFF_MS = 1000;
const FAREWELL_ATTEMPTS = 3;

interface Running {
  readonly job: Job;
  readonly abort: AbortController;
  readonly settled: Promise<void>;
}

/**
 * One loop that renews its claims, returns failed and postponed jobs, removes done ones and takes due ones, each step one statement and never
 * two at once, so that the statements of a worker cannot block each other. Whatever the database answers, the loop goes on.
 */
export class TableWorker implements QueueWorker {
  private readonly log = new Logger('JobQueue');
  private readonly claim: Claim;
  private readonly running = new Map<string, Running>();
  /** Ended jobs that the table still holds under our claim. */
  private done: string[] = [];
  /** Jobs that come again, with the seconds until then; the table still holds them under our claim. */
  private readonly returning = new Map<string, number>();
  /** Taken by the statement that was under way when the worker was told to stop. */
  private readonly unstarted: string[] = [];
  private renewAt = 0;
  private woken = false;
  private wakeSleeper: (() => void) | null = null;
  private taking = true;
  private looping = true;
  private failures = 0;
  private backingOff = false;
  private readonly loop: Promise<void>;
  private stopped: Promise<void> | null = null;

  constructor(
    private readonly table: JobTable,
    private readonly handler: JobHandler,
    private readonly concurrency: number,
    private readonly timing: QueueTiming,
  ) {
    this.claim = { worker: randomUUID(), lockSeconds: timing.lockSeconds };
    this.loop = this.run();
  }

  /** Has the loop look at the table now; cheap, at any time. */
  wake(): void {
    this.woken = true;
    if (!this.backingOff) this.wakeSleeper?.();
  }

  stop(graceMs: number): Promise<void> {
    this.stopped ??= this.wind(graceMs);
    return this.stopped;
  }

  private async run(): Promise<void> {
    while (this.looping) {
      let pauseMs: number;
      try {
        // Jobs that end in the same turn of the event loop leave in one statement.
        await nextTurn();
        this.woken = false;
        pauseMs = await this.turn();
      } catch (error) {
        this.failures += 1;
        if (this.failures === 1) this.log.warn(`The job table does not answer, trying on: ${String(error)}`);
        this.backingOff = true;
        pauseMs = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(this.failures, 10));
      }
      await this.sleep(pauseMs);
      this.backingOff = false;
    }
  }

  private async ask<T>(answer: Promise<T>): Promise<T> {
    const value = await answer;
    if (this.failures > 0) this.log.log(`The job table answers again after ${String(this.failures)} failures.`);
    this.failures = 0;
    return value;
  }

  /** @returns how long nothing has to be done, unless somebody wakes the loop. */
  private async turn(): Promise<number> {
    await this.renewClaims();
    await this.returnJobs();
    const slots = this.taking ? this.concurrency - this.running.size : 0;
    if (slots === 0 && this.done.length === 0) return this.untilRenewal();
    const leaving = [...this.done];
    const held = [...this.running.keys(), ...this.done, ...this.returning.keys()];
    const { taken, nextInMs } = await this.ask(this.table.exchange(this.claim, leaving, held, slots));
    this.done = this.done.filter((id) => !leaving.includes(id));
    if (this.running.size === 0) this.planRenewal();
    if (!this.taking) {
      this.unstarted.push(...taken.map((job) => job.id));
      return 0;
    }
    for (const job of taken) this.start(job);
    if (slots > taken.length) return Math.min(POLLING_FLOOR_MS, this.untilRenewal(), nextInMs ?? POLLING_FLOOR_MS);
    return this.untilRenewal();
  }

  private start(job: Job): void {
    const abort = new AbortController();
    const settled = this.handle(job, abort.signal).then((dueInSeconds) => {
      // After a lost claim another worker may have the job; it is no longer ours to remove or to return.
      if (this.running.get(job.id)?.abort !== abort) return;
      this.running.delete(job.id);
      if (!abort.signal.aborted) this.settle(job.id, dueInSeconds);
      this.wake();
    });
    this.running.set(job.id, { job, abort, settled });
  }

  private settle(id: string, dueInSeconds: number | null): void {
    if (dueInSeconds === null) this.done.push(id);
    else this.returning.set(id, dueInSeconds);
  }

  /** @returns the seconds until the job is due again; null when it is done. */
  private async handle(job: Job, signal: AbortSignal): Promise<number | null> {
    try {
      await this.handler(job, signal);
      return null;
    } catch (error) {
      if (error instanceof Postponed) return error.seconds;
      if (!signal.aborted) this.log.warn(`The job ${job.id} failed and comes again: ${String(error)}`);
      return this.timing.redeliverySeconds;
    }
  }

  private async renewClaims(): Promise<void> {
    if (performance.now() < this.renewAt) return;
    const jobs = [...this.running.values()];
    const ids = [...jobs.map(({ job }) => job.id), ...this.done, ...this.returning.keys()];
    if (ids.length > 0) {
      const renewed = await this.ask(this.table.renew(this.claim, ids));
      for (const { job, abort } of jobs) {
        if (renewed.has(job.id) || this.running.get(job.id)?.abort !== abort) continue;
        this.log.warn(`The claim on the job ${job.id} is lost.`);
        abort.abort(new Error(`The claim on the job ${job.id} is lost.`));
      }
    }
    this.planRenewal();
  }

  private async returnJobs(): Promise<void> {
    const leaving = new Map(this.returning);
    if (leaving.size === 0) return;
    await this.ask(this.table.giveBack(this.claim, leaving));
    for (const id of leaving.keys()) this.returning.delete(id);
  }

  private planRenewal(): void {
    this.renewAt = performance.now() + (this.timing.lockSeconds * 1000) / 3;
  }

  private untilRenewal(): number {
    return this.running.size === 0 ? POLLING_FLOOR_MS : Math.max(0, this.renewAt - performance.now());
  }

  private async sleep(ms: number): Promise<void> {
    if (!this.looping || (this.woken && !this.backingOff)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.ceil(ms));
      this.wakeSleeper = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeSleeper = null;
  }

  private async wind(graceMs: number): Promise<void> {
    this.taking = false;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    while (this.running.size > 0) {
      const settled = Promise.all([...this.running.values()].map((each) => each.settled)).then(() => true);
      if (!(await Promise.race([settled, grace.then(() => false)]))) break;
    }
    clearTimeout(timer);
    this.looping = false;
    this.wakeSleeper?.();
    await this.loop;
    const rest = [...this.running.values()];
    this.running.clear();
    for (const { abort } of rest) abort.abort(new Error('The worker stops.'));
    await this.leave([...rest.map(({ job }) => job.id), ...this.unstarted]);
  }

  /** Says goodbye to the table. A server that is away is not waited for: the claims run out by themselves. */
  private async leave(rest: readonly string[]): Promise<void> {
    for (let attempt = 1; attempt <= FAREWELL_ATTEMPTS; attempt += 1) {
      try {
        if (this.done.length > 0) await this.table.exchange(this.claim, this.done, this.done, 0);
        if (rest.length > 0) await this.table.giveBack(this.claim, new Map(rest.map((id) => [id, null])));
        await this.returnJobs();
        return;
      } catch (error) {
        if (attempt === FAREWELL_ATTEMPTS) this.log.warn(`The last claims were left to run out: ${String(error)}`);
      }
    }
  }
}
