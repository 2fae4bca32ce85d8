import type { Job, JobHandler, JobQueue, QueueWorker } from '../../src/platform/queue/job-queue.port.js';

/** One empty queue and what a test may do to it. */
export interface QueueUnderTest {
  readonly queue: JobQueue;
  /** The same queue as another process sees it, over connections of its own. */
  another(): Promise<JobQueue>;
  /** A process whose worker takes up to `concurrency` jobs and never finishes one; `kill` gives it no time for a word. */
  hangingProcess(concurrency: number): Promise<{ kill(): Promise<void> }>;
  /** The server drops all connections of all processes, once. */
  breakConnections(): Promise<void>;
  /** Closes the queues that this made, ends its processes, removes what it stored. */
  dispose(): Promise<void>;
}

/** Makes a queue whose claims last `claimSeconds` and whose failed jobs come again after `redeliverySeconds`. */
export type MakeQueue = (timing: { claimSeconds: number; redeliverySeconds: number }) => Promise<QueueUnderTest>;

export const TIMING = { claimSeconds: 1.5, redeliverySeconds: 0.3 };

export const job = (id: string, rest: Partial<Job> = {}): Job => ({ id, data: { run_id: id, attempt: 1 }, ...rest });
export const jobs = (count: number, prefix = 'job'): Job[] =>
  Array.from({ length: count }, (_, index) => job(`${prefix}-${String(index).padStart(4, '0')}`));
export const inMs = (ms: number): Date => new Date(Date.now() + ms);

/** A handler that holds each job until the test releases it. */
export class Gate {
  readonly started: string[] = [];
  readonly signals = new Map<string, AbortSignal>();
  running = 0;
  mostAtOnce = 0;
  private readonly waiting = new Map<string, () => void>();

  readonly handler: JobHandler = async ({ id }, signal) => {
    this.started.push(id);
    this.signals.set(id, signal);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await new Promise<void>((resolve) => this.waiting.set(id, resolve));
    this.running -= 1;
  };

  release(id: string): void {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  }

  releaseAll(): void {
    for (const id of [...this.waiting.keys()]) this.release(id);
  }
}

/** What the test at hand works with; made anew for each. */
export class QueueFixture {
  readonly handled: string[] = [];
  private readonly workers: QueueWorker[] = [];

  constructor(readonly test: QueueUnderTest) {}

  get queue(): JobQueue {
    return this.test.queue;
  }

  /** A handler that notes the id and succeeds. */
  readonly note: JobHandler = ({ id }) => {
    this.handled.push(id);
    return Promise.resolve();
  };

  /** A worker that ends with the test. */
  work(handler: JobHandler, concurrency = 4, on: JobQueue = this.queue): QueueWorker {
    const worker = on.work(handler, { concurrency });
    this.workers.push(worker);
    return worker;
  }

  readonly empty = async (): Promise<boolean> => {
    const { waiting, delayed, active } = await this.queue.counts();
    return waiting + delayed + active === 0;
  };

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop(0)));
    await this.test.dispose();
  }
}
