import type { Pool } from 'pg';
import {
  advanceCheckpoint,
  clearFailure,
  Fenced,
  loadCheckpoint,
  recordFailure,
  type Checkpoint,
} from './checkpoints.js';
import { isConnectionError } from './errors.js';
import type { RecordedEvent } from './event.js';
import type { LogTail } from './log-tail.js';
import type { Ownership } from './ownership.js';
import { projectInSpans } from './traces.js';

/** Where a batch began and where it ends, in log positions. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a subscription does with the events that it is for. */
export interface Subscriber {
  readonly name: string;
  readonly version: number;
  readonly handles: ReadonlySet<string>;
  /** Between two batches, in milliseconds. */
  readonly gatherMs: number;
  /** Whether `handle` moves the checkpoint together with its work, which makes the work happen exactly once. */
  readonly advancesItself: boolean;
  /**
   * @param events those of a batch that it handles, at least one
   * @throws Fenced where another process has moved the checkpoint.
   */
  handle(events: readonly RecordedEvent[], span: Span): Promise<void>;
  /** Called by the owner when the stored version is older than this build's. */
  upgrade(): Promise<void>;
}

export interface SubscriptionOptions {
  /** Events of one batch at the most. */
  readonly batchSize: number;
  /** How often a process that is not the owner asks for the lock, in milliseconds. */
  readonly standbyMs: number;
  /** Told of each standstill, and of each event that was parked. */
  readonly onError: (subscription: string, error: unknown) => void;
}

/**
 * Longest time that a checkpoint lags behind what was dealt with: it costs a commit, and passing events that are nobody's here, or
 * repeating an effect that may be repeated, does not need one for each batch.
 */
const CHECKPOINT_MS = 250;
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
  private gathering = false;
  /** Somebody waits for what there is. */
  private hurried = false;
  /** Up to where this process has dealt with the log, and up to where the database knows it. */
  private position = 0;
  private checkpoint = 0;
  private checkpointAt = -Infinity;
  /** Whether this owner has got on, and so no older failure holds any more. */
  private hasGotOn = false;

  constructor(
    private readonly pool: Pool,
    private readonly sources: { readonly tail: LogTail; readonly ownership: Ownership },
    private readonly subscriber: Subscriber,
    private readonly options: SubscriptionOptions,
  ) {}

  get name(): string {
    return this.subscriber.name;
  }

  /** The checkpoint, as far as this process moved it. */
  get reached(): number {
    return this.checkpoint;
  }

  start(): void {
    this.unsubscribe = this.sources.tail.subscribe(() => {
      if (this.atHead) this.wake();
    });
    this.done = this.run();
  }

  /** Deals with what there is at once, for a reader that waits. */
  hurry(): void {
    this.hurried = true;
    if (this.gathering) this.wake();
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
    this.hasGotOn = false;
    this.position = this.checkpoint = (await this.currentCheckpoint()).position;
    while (!this.stopped && this.sources.ownership.holds(this.name)) {
      const events = await this.sources.tail.readAfter(this.position, this.options.batchSize);
      const last = events.at(-1);
      if (last) {
        await this.deal(events, last.position);
        await this.getOn();
        onProgress();
        if (events.length < this.options.batchSize) await this.gather();
      } else if (this.sources.tail.head <= this.position) {
        await this.getOn();
        this.hurried = false;
        this.atHead = true;
        await this.sleep(this.position > this.checkpoint ? CHECKPOINT_MS : this.options.standbyMs);
        this.atHead = false;
      }
      if (performance.now() - this.checkpointAt >= CHECKPOINT_MS) await this.moveCheckpoint();
    }
    if (this.sources.ownership.holds(this.name)) await this.moveCheckpoint();
  }

  private async deal(events: readonly RecordedEvent[], to: number): Promise<void> {
    const relevant = events.filter((event) => this.subscriber.handles.has(event.type));
    if (relevant.length > 0) {
      await this.handle(relevant, to, events.length);
      if (this.subscriber.advancesItself) this.checkpoint = to;
    }
    this.position = to;
  }

  /** A projection that catches up repeats what was done before, or makes up for it: that belongs to no trace any more. */
  private handle(events: readonly RecordedEvent[], to: number, read: number): Promise<void> {
    const work = (): Promise<void> => this.subscriber.handle(events, { from: this.checkpoint, to });
    const isNews = read < this.options.batchSize && (events[0]?.position ?? 0) > this.sources.tail.begunAt;
    return this.subscriber.advancesItself && isNews ? projectInSpans(this.name, events, work) : work();
  }

  private async gather(): Promise<void> {
    if (this.subscriber.gatherMs === 0 || this.hurried) return;
    this.gathering = true;
    await this.sleep(this.subscriber.gatherMs);
    this.gathering = false;
  }

  private async getOn(): Promise<void> {
    if (this.hasGotOn) return;
    await clearFailure(this.pool, this.name);
    this.hasGotOn = true;
  }

  private async moveCheckpoint(): Promise<void> {
    if (this.position === this.checkpoint) return;
    const { name, version } = this.subscriber;
    await advanceCheckpoint(this.pool, { name, version, from: this.checkpoint, to: this.position });
    this.checkpoint = this.position;
    this.checkpointAt = performance.now();
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
