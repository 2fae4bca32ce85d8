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
  private begun = 0;
  /** The highest position that this process was told of. */
  private heard = 0;
  /** Whether it was told since the last read began. */
  private news = false;
  /** The newest events, contiguous, ending at `position`. */
  private recent: RecordedEvent[] = [];
  private readonly listeners = new Set<TailListener>();
  private running = false;
  private reading = false;
  private done: Promise<void> = Promise.resolve();
  private appendIsOnItsWay = false;
  private timer: NodeJS.Timeout | undefined;
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly wakeUp: WakeUp,
    private readonly options: LogTailOptions,
  ) {}

  /** Begins at the head of the log. */
  async start(): Promise<void> {
    this.begun = this.position = await this.store.head();
    this.running = true;
    this.wakeUp.onReconnect(() => {
      this.lookAnyway();
    });
    this.unlisten = await this.wakeUp.listen('events', (payload) => {
      this.hear(Number(payload));
      // The notification of an own append comes before its answer, which brings the events along and looks for what is missing.
      if (!this.appendIsOnItsWay) this.look();
    });
    this.timer = setInterval(() => {
      this.lookAnyway();
    }, this.options.pollMs);
    // What was appended between the two looks above.
    this.lookAnyway();
  }

  async stop(): Promise<void> {
    this.running = false;
    clearInterval(this.timer);
    this.unlisten?.();
    await this.done;
    this.listeners.clear();
  }

  /** Where the log stood when this process began to follow it: what is behind that is news, what is before it is history. */
  get begunAt(): number {
    return this.begun;
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

  /** This process begins an append; `recorded` tells of its end. */
  appending(): void {
    this.appendIsOnItsWay = true;
  }

  /** What an append of this process has committed: taken at once where it follows the last event seen, else read from the log. */
  recorded(events: readonly RecordedEvent[]): void {
    this.appendIsOnItsWay = false;
    if (!this.running) return;
    this.hear(events.at(-1)?.position ?? 0);
    if (!this.reading && events[0]?.position === this.position + 1) this.deliver(events);
    this.look();
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

  private hear(position: number): void {
    if (!(position > this.position)) return;
    this.heard = Math.max(this.heard, position);
    this.news = true;
  }

  private hasMore(): boolean {
    return this.news && this.heard > this.position;
  }

  /** Without having heard of anything: the floor under lost notifications. */
  private lookAnyway(): void {
    this.hear(this.position + 1);
    this.look();
  }

  private look(): void {
    if (!this.running || this.reading || !this.hasMore()) return;
    this.reading = true;
    this.done = this.readWhatWasHeardOf();
  }

  private async readWhatWasHeardOf(): Promise<void> {
    try {
      while (this.running && this.hasMore()) {
        // What is told while a read is on its way might be what the read does not see.
        this.news = false;
        await this.readToHead();
      }
    } catch (error) {
      // The floor tries again.
      this.options.onError(error);
    } finally {
      this.reading = false;
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
