import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import Bull, { type Queue } from 'bull';
import type { Redis } from 'ioredis';
import type { RedisConnections } from '../redis/redis-connections.js';
import { BullClaims } from './bull-claims.js';
import { type Job, type JobHandler, Postponed, type QueueWorker } from './job-queue.port.js';
import type { QueueTiming } from './queue-worker.js';

/** A worker that waits for jobs asks at least so often, in seconds. */
const IDLE_SECONDS = 1;
const BACK_OFF_MS = 500;
/** How long a worker that stops waits for Redis. */
const FAREWELL_MS = 1_500;

interface Running {
  readonly abort: AbortController;
  /** The handler is through, and Redis is being told. */
  ended: boolean;
  settled: Promise<void>;
}

/** Bull without slots of its own: it moves delayed jobs that are due and jobs whose worker is silent, and leaves the taking to us. */
const upkeep = (queue: Queue, log: Logger): void => {
  // Bull names its connections and leaves what becomes of that to the process, which a connection that breaks then would end.
  Object.assign(queue, { setWorkerName: () => undefined });
  queue
    .process(0, () => Promise.resolve())
    .catch((error: unknown) => {
      log.warn(`Bull does not look after its queue: ${String(error)}`);
    });
};

/**
 * Takes jobs of a Bull queue one by one, as many at a time as it may. Bull's own processing knows no turns, neither tells when a claim is lost
 * nor gives a job back, so the jobs are fetched by hand and their claims are renewed here. Whatever Redis does, the loop goes on.
 */
export class BullWorker implements QueueWorker {
  private readonly log = new Logger('JobQueue');
  private readonly clients = new Map<string, Redis>();
  private readonly queue: Queue;
  private readonly claims: BullClaims;
  private readonly running = new Map<string, Running>();
  /** Taken by the fetch that was under way when the worker was told to stop. */
  private readonly unstarted: string[] = [];
  private readonly loop: Promise<void>;
  private readonly renewal: NodeJS.Timeout;
  private renewing = false;
  private taking = true;
  /** Nothing was there to be taken, so that the next one is waited for. */
  private drained = false;
  private freed: (() => void) | null = null;
  /** By which the server knows the connection that waits for jobs. */
  private blockingId: number | null = null;
  private stopped: Promise<void> | null = null;

  constructor(
    name: string,
    private readonly connections: RedisConnections,
    private readonly work: { readonly handler: JobHandler; readonly concurrency: number },
    private readonly timing: QueueTiming,
  ) {
    const lockDuration = Math.round(timing.lockSeconds * 1_000);
    this.queue = new Bull(name, {
      createClient: (type) => this.client(type),
      settings: {
        ...{
          lockDuration,
          stalledInterval: Math.min(1_000, lockDuration / 2),
          maxStalledCount: Number.MAX_SAFE_INTEGER,
        },
        ...{ guardInterval: IDLE_SECONDS * 1_000, drainDelay: IDLE_SECONDS },
      },
    });
    this.claims = new BullClaims(this.queue.toKey(''), this.client('client'), timing.lockSeconds);
    // Bull would make it later, and perhaps after this worker has closed its connections.
    this.client('bclient');
    upkeep(this.queue, this.log);
    this.loop = this.run();
    this.renewal = setInterval(() => void this.renew(), lockDuration / 3);
  }

  stop(graceMs: number): Promise<void> {
    this.stopped ??= this.wind(graceMs);
    return this.stopped;
  }

  private client(type: string): Redis {
    const known = this.clients.get(type);
    if (known) return known;
    const made = this.connections.patient();
    this.clients.set(type, made);
    if (type === 'bclient') made.on('close', () => (this.blockingId = null));
    return made;
  }

  private async run(): Promise<void> {
    while (this.taking) {
      if (this.running.size >= this.work.concurrency) await new Promise<void>((resolve) => (this.freed = resolve));
      else await this.take();
    }
  }

  private async take(): Promise<void> {
    let job: Job | null = null;
    try {
      job = await this.next();
    } catch (error) {
      if (!this.taking) return;
      this.log.warn(`No job could be fetched, trying on: ${String(error)}`);
      await wait(BACK_OFF_MS);
    }
    if (!job) return;
    if (!this.taking) this.unstarted.push(job.id);
    // A claim of ours that had run out, and that has just been made again, is still ours.
    else if (!this.running.has(job.id)) this.start(job);
  }

  private async next(): Promise<Job | null> {
    const moved = this.drained ? await this.somethingToTake() : null;
    if (moved === null && !this.taking) return null;
    const job = await this.claims.take(moved);
    this.drained = job === null;
    return job;
  }

  /** @returns null after a while without anything, or when the worker stops */
  private async somethingToTake(): Promise<string | null> {
    const client = this.client('bclient');
    this.blockingId ??= await client.client('ID');
    if (!this.taking) return null;
    return client.brpoplpush(this.queue.toKey('wait'), this.queue.toKey('active'), IDLE_SECONDS);
  }

  private start(job: Job): void {
    const running: Running = { abort: new AbortController(), ended: false, settled: Promise.resolve() };
    this.running.set(job.id, running);
    running.settled = this.handle(job, running).then(() => {
      if (this.running.get(job.id) === running) this.running.delete(job.id);
      this.freed?.();
    });
  }

  private async handle(job: Job, running: Running): Promise<void> {
    const { signal } = running.abort;
    let dueInSeconds: number | null = null;
    try {
      await this.work.handler(job, signal);
    } catch (error) {
      const postponed = error instanceof Postponed;
      if (!postponed && !signal.aborted) this.log.warn(`The job ${job.id} failed and comes again: ${String(error)}`);
      dueInSeconds = postponed ? error.seconds : this.timing.redeliverySeconds;
    }
    // After a lost claim another worker may have the job; it is no longer ours to remove or to return.
    if (signal.aborted) return;
    running.ended = true;
    try {
      if (dueInSeconds === null) await this.claims.done(job.id);
      else await this.claims.giveBack(job.id, dueInSeconds);
    } catch (error) {
      // Redis forgot the claim: the job is gone, or will come again and find nothing to do.
      this.log.debug(`The end of the job ${job.id} was not taken down: ${String(error)}`);
    }
  }

  private async renew(): Promise<void> {
    // A job that has just been given back would be taken again.
    const ids = [...this.running].flatMap(([id, { ended }]) => (ended ? [] : [id]));
    if (this.renewing || ids.length === 0) return;
    this.renewing = true;
    try {
      for (const id of await this.claims.renew(ids)) {
        const running = this.running.get(id);
        if (!running || running.ended) continue;
        this.log.warn(`The claim on the job ${id} is lost.`);
        running.abort.abort(new Error(`The claim on the job ${id} is lost.`));
      }
    } catch (error) {
      this.log.debug(`The claims were not renewed: ${String(error)}`);
    } finally {
      this.renewing = false;
    }
  }

  private async wind(graceMs: number): Promise<void> {
    this.taking = false;
    this.freed?.();
    this.interrupt();
    await this.within(graceMs, Promise.all([...this.running.values()].map(({ settled }) => settled)));
    await this.within(this.patience(), this.loop);
    const rest = [...this.running].filter(([, { ended }]) => !ended);
    const leaving = [...this.running.values()].filter(({ ended }) => ended).map(({ settled }) => settled);
    for (const [id, { abort }] of rest) {
      this.running.delete(id);
      abort.abort(new Error('The worker stops.'));
    }
    clearInterval(this.renewal);
    const returned = [...this.unstarted, ...rest.map(([id]) => id)].map((id) =>
      this.claims.giveBack(id, null).catch(() => undefined),
    );
    await this.within(this.patience(), Promise.all([...leaving, ...returned]));
    await this.close();
  }

  /** Ends the wait for the next job without losing one: the server is asked to, and only one that is away is left. */
  private interrupt(): void {
    if (this.blockingId === null) return;
    this.client('client')
      .client('UNBLOCK', this.blockingId)
      .catch(() => undefined);
  }

  /** The connections first: what fails with them would have Bull set a timer once more. */
  private async close(): Promise<void> {
    const clients = [...this.clients.values()];
    // One that is not connected ends without a word.
    const ended = clients.filter(({ status }) => status === 'ready').map((client) => once(client, 'end'));
    for (const client of clients) client.disconnect();
    await this.within(FAREWELL_MS, Promise.all(ended));
    // Bull would say goodbye on a new connection.
    Object.assign(this.queue, { bclientInitialized: false });
    await this.within(FAREWELL_MS, this.queue.close(true));
  }

  /** A Redis that is known to be away is not waited for. */
  private patience(): number {
    return this.client('client').status === 'ready' ? FAREWELL_MS : 0;
  }

  private async within(ms: number, work: Promise<unknown>): Promise<void> {
    const patience = new AbortController();
    await Promise.race([
      work.catch(() => undefined),
      wait(ms, undefined, { signal: patience.signal }).catch(() => null),
    ]);
    patience.abort();
  }
}
