import type { Pool } from 'pg';
import { Fenced, loadCheckpoint, recordFailure, type Checkpoint } from './checkpoints.js';
import { isConnectionError } from './errors.js';
import type { RecordedEvent } from './event.js';
import type { LogTail } from './log-tail.js';
import type { Ownership } from './ownership.js';

/** Where a batch began and where it ends, in log positions. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a subscription does with a batch; it moves the checkpoint itself, before or after its work as its guarantee asks. */
export interface Subscriber {
  readonly name: string;
  readonly version: number;
  /** @throws Fenced where another process has moved the checkpoint. */
  handle(events: readonly RecordedEvent[], span: Span): Promise<void>;
  /** Called by the owner when the stored version is older than this build's. */
  upgrade(): Promise<void>;
}

export interface SubscriptionOptions {
  /** Events of one batch at the most. */
  readonly batchSize: number;
  /** How often a process that is not the owner asks for the lock, in milliseconds. */
  readonly standbyMs: number;
  readonly onError: (subscription: string, error: unknown) => void;
}

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;

/** Follows the log for one subscriber: acquires ownership, handles batches from the checkpoint on, waits for more. */
export class Subscription {
  private stopped = false;
  private done: Promise<void> = Promise.resolve();
  private unsubscribe: () => void = () => undefined;
  private wake: () => void = () => undefined;
  /** A process on standby or in its back-off is not woken by every event. */
  private atHead = false;
  private position = 0;

  constructor(
    private readonly pool: Pool,
    private readonly sources: { readonly tail: LogTail; readonly ownership: Ownership },
    private readonly subscriber: Subscriber,
    private readonly options: SubscriptionOptions,
  ) {}

  get name(): string {
    return this.subscriber.name;
  }

  start(): void {
    this.unsubscribe = this.sources.tail.subscribe(() => {
      if (this.atHead) this.wake();
    });
    this.done = this.run();
  }

  /** Finishes the batch under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    this.wake();
    await this.done;
  }

  private async run(): Promise<void> {
    let backoff = FIRST_BACKOFF_MS;
    while (!this.stopped) {
      try {
        if (await this.sources.ownership.acquire(this.name)) {
          await this.follow(() => {
            backoff = FIRST_BACKOFF_MS;
          });
        } else await this.sleep(this.options.standbyMs);
      } catch (error) {
        // Another process might be able to do what this one cannot, and one that was fenced has to ask whether it is the owner still.
        await this.sources.ownership.release(this.name);
        if (error instanceof Fenced) continue;
        await this.report(error);
        await this.sleep(backoff);
        backoff = Math.min(backoff * 2, MAX_BACKOFF_MS);
      }
    }
  }

  private async follow(onProgress: () => void): Promise<void> {
    this.position = (await this.currentCheckpoint()).position;
    while (!this.stopped && this.sources.ownership.holds(this.name)) {
      const events = await this.sources.tail.readAfter(this.position, this.options.batchSize);
      const last = events.at(-1);
      if (last) {
        await this.subscriber.handle(events, { from: this.position, to: last.position });
        this.position = last.position;
        onProgress();
      } else if (this.sources.tail.head <= this.position) {
        this.atHead = true;
        await this.sleep(this.options.standbyMs);
        this.atHead = false;
      }
    }
  }

  private async currentCheckpoint(): Promise<Checkpoint> {
    const { name, version } = this.subscriber;
    const checkpoint = await loadCheckpoint(this.pool, name, version);
    if (checkpoint.version > version) {
      throw new Error(
        `${name} was built by a newer version (${String(checkpoint.version)}) than this process has (${String(version)})`,
      );
    }
    if (checkpoint.version < version) {
      await this.subscriber.upgrade();
      return loadCheckpoint(this.pool, name, version);
    }
    return checkpoint;
  }

  private async report(error: unknown): Promise<void> {
    this.options.onError(this.name, error);
    if (isConnectionError(error)) return;
    // The reason is for people; that it could not be written must not hide the reason itself, which is logged already.
    await recordFailure(this.pool, this.name, String(error)).catch((failure: unknown) => {
      this.options.onError(this.name, failure);
    });
  }

  /** Until it is woken, the subscription stops or the time is over. */
  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.wake();
      }, ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
      if (this.stopped) this.wake();
    });
  }
}
