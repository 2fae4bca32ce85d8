import { UnknownEventType } from './errors.js';
import type { RecordedEvent } from './event.js';
import type { EventStore } from './event-store.js';

/** Tells of commits by other processes; the payload is a position, which is not relied on. */
export interface WakeUp {
  listen(channel: string, callback: (payload: string) => void): Promise<() => void>;
  onReconnect(callback: () => void): void;
}

export type TailListener = (events: readonly RecordedEvent[]) => void;

export interface LogTailOptions {
  /** Longest time between two looks at the log, in milliseconds: the floor under lost notifications. */
  readonly pollMs: number;
  /** How many of the newest events stay in memory for subscriptions at the head. */
  readonly keep: number;
  readonly onError: (error: unknown) => void;
}

const BATCH = 1_000;

/**
 * Follows the log in one process: every event after the start reaches each listener once and in order, own appends right after their
 * commit, those of other processes after a notification. Holes are impossible in the log, so `position + 1` is all the bookkeeping.
 * An event of a type that this build does not know is reported and left out.
 */
export class LogTail {
  private position = 0;
  /** The newest events, contiguous, ending at `position`. */
  private recent: RecordedEvent[] = [];
  private readonly listeners = new Set<TailListener>();
  private running = false;
  private reading: Promise<void> | null = null;
  private wanted = false;
  private timer: NodeJS.Timeout | undefined;
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly wakeUp: WakeUp,
    private readonly options: LogTailOptions,
  ) {}

  /** Begins at the head of the log. */
  async start(): Promise<void> {
    this.position = await this.store.head();
    this.running = true;
    this.wakeUp.onReconnect(() => {
      this.catchUp();
    });
    this.unlisten = await this.wakeUp.listen('events', (payload) => {
      if (Number(payload) > this.position) this.catchUp();
    });
    this.timer = setInterval(() => {
      this.catchUp();
    }, this.options.pollMs);
    // What was appended between the two looks above.
    this.catchUp();
  }

  async stop(): Promise<void> {
    this.running = false;
    clearInterval(this.timer);
    this.unlisten?.();
    await this.reading;
    this.listeners.clear();
  }

  /** Position of the last event that listeners have seen. */
  get head(): number {
    return this.position;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: TailListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Events that this process has just committed. They are taken at once where they follow the last one seen, else read from the log. */
  recorded(events: readonly RecordedEvent[]): void {
    if (!this.running || events.length === 0) return;
    if (this.reading === null && events[0]?.position === this.position + 1) this.deliver(events);
    else this.catchUp();
  }

  /**
   * At most `limit` events after a position: from memory for a reader at the head, from the log for one that is behind.
   * @throws UnknownEventType where the very next event is of an unknown type; what comes before it is answered first.
   */
  async readAfter(position: number, limit: number): Promise<readonly RecordedEvent[]> {
    if (position >= this.position) return [];
    const oldest = this.recent[0]?.position;
    if (oldest !== undefined && position + 1 >= oldest) {
      const from = position + 1 - oldest;
      return this.recent.slice(from, from + limit);
    }
    try {
      return await this.store.readAll(position, limit);
    } catch (error) {
      if (!(error instanceof UnknownEventType) || error.position === position + 1) throw error;
      return this.store.readAll(position, error.position - position - 1);
    }
  }

  private catchUp(): void {
    // A wish that comes while a read is on its way might be for an event that the read does not see: read again.
    this.wanted = true;
    if (this.running && this.reading === null) {
      this.reading = this.readNew().finally(() => {
        this.reading = null;
        if (this.wanted) this.catchUp();
      });
    }
  }

  private async readNew(): Promise<void> {
    while (this.running && this.wanted) {
      this.wanted = false;
      try {
        await this.readToHead();
      } catch (error) {
        // The floor tries again.
        this.options.onError(error);
      }
    }
  }

  private async readToHead(): Promise<void> {
    for (let full = true; full && this.running;) {
      try {
        const events = await this.store.readAll(this.position, BATCH);
        this.deliver(events);
        full = events.length === BATCH;
      } catch (error) {
        if (!(error instanceof UnknownEventType)) throw error;
        this.options.onError(error);
        await this.pass(error.position);
      }
    }
  }

  /** An event of a type that this build does not know is nothing to listeners; a reader from before it meets it in the log. */
  private async pass(position: number): Promise<void> {
    const before = position - this.position - 1;
    if (before > 0) this.deliver(await this.store.readAll(this.position, before));
    this.position = position;
    this.recent = [];
  }

  private deliver(events: readonly RecordedEvent[]): void {
    const fresh = events.filter((event) => event.position > this.position);
    const last = fresh.at(-1);
    if (!last) return;
    this.position = last.position;
    this.recent.push(...fresh);
    // Trimmed in bulk: shifting one by one would move the whole array each time.
    if (this.recent.length > this.options.keep * 2) this.recent = this.recent.slice(-this.options.keep);
    for (const listener of this.listeners) this.tell(listener, fresh);
  }

  /** A listener that throws takes nothing from the others, nor from the append that it hears of. */
  private tell(listener: TailListener, events: readonly RecordedEvent[]): void {
    try {
      listener(events);
    } catch (error) {
      this.options.onError(error);
    }
  }
}
