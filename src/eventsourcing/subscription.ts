import type { Pool } from 'pg';
import { advanceCheckpoint, Fenced, inTransaction, loadCheckpoint, recordFailure, type Checkpoint } from './checkpoints.js';
import { isConnectionError } from './errors.js';
import type { RecordedEvent } from './event.js';
import type { LogTail } from './log-tail.js';
import type { Ownership } from './ownership.js';
import type { Projection, Reactor } from './projection.js';

/** Where a batch began and where it ends, in log positions. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a subscription does with a batch; it moves the checkpoint itself, before or after its work as its guarantee asks. */
export interface Subscriber {
  readonly name: string;
  readonly version: number;
  handle(events: readonly RecordedEvent[], span: Span): Promise<void>;
  /** Called by the owner when the stored version is older than this build's. */
  upgrade(): Promise<void>;
}

const select = (events: readonly RecordedEvent[], handles: ReadonlySet<string>): RecordedEvent[] =>
  events.filter((event) => handles.has(event.type));

/** Exactly once: rows and checkpoint in one transaction, the checkpoint first so that a rebuild's swap and the owner lock in the same order. */
export const projectionSubscriber = (pool: Pool, projection: Projection, rebuild: () => Promise<void>): Subscriber => {
  const handles = new Set(projection.handles);
  return {
    name: projection.name,
    version: projection.version,
    upgrade: rebuild,
    handle: (events, span) =>
      inTransaction(pool, async (transaction) => {
        await advanceCheckpoint(transaction, projection.name, span);
        const relevant = select(events, handles);
        if (relevant.length > 0) await projection.apply(relevant, transaction);
      }),
  };
};

const TRIES_BEFORE_PARKING = 3;

/** At least once: the effect, then the checkpoint. */
export const reactorSubscriber = (pool: Pool, reactor: Reactor): Subscriber => {
  const handles = new Set(reactor.handles);

  const reactOrPark = async (event: RecordedEvent): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        await reactor.react([event]);
        return;
      } catch (error) {
        // A server that is away is nobody's poison: the subscription's own back-off deals with it.
        if (isConnectionError(error)) throw error;
        if (tries < TRIES_BEFORE_PARKING) continue;
        await pool.query(
          `insert into parked_events (subscription, position, error) values ($1, $2, $3)
               on conflict (subscription, position) do update set error = excluded.error, parked_at = clock_timestamp()`,
          [reactor.name, event.position, String(error)],
        );
        return;
      }
    }
  };

  return {
    name: reactor.name,
    version: 1,
    upgrade: () => Promise.resolve(),
    handle: async (events, span) => {
      const relevant = select(events, handles);
      try {
        if (relevant.length > 0) await reactor.react(relevant);
      } catch (error) {
        if (isConnectionError(error)) throw error;
        for (const event of relevant) await reactOrPark(event);
      }
      await advanceCheckpoint(pool, reactor.name, span);
    },
  };
};

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
  private wake: () => void = () => undefined;
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
    this.sources.tail.subscribe(() => {
      this.wake();
    });
    this.done = this.run();
  }

  /** Finishes the batch under way. */
  async stop(): Promise<void> {
    this.stopped = true;
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
        // Fenced means that another process or a rebuild moved the checkpoint: read it again.
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
      } else if (this.sources.tail.head <= this.position) await this.sleep(this.options.standbyMs);
    }
  }

  private async currentCheckpoint(): Promise<Checkpoint> {
    const { name, version } = this.subscriber;
    const checkpoint = await loadCheckpoint(this.pool, name, version);
    if (checkpoint.version > version) {
      throw new Error(`${name} was built by a newer version (${String(checkpoint.version)}) than this process has (${String(version)})`);
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

  /** Until the tail has something new, the subscription stops or the time is over. */
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
