import { context, type Context } from '@opentelemetry/api';
import { EventStoreUnavailable, isConnectionError } from './errors.js';
import type { Append, AppendOutcome } from './event-store.js';

interface Waiting {
  readonly append: Append;
  /** As performance.now(): from then on its caller no longer waits. */
  readonly deadline: number;
  /** What it is a part of. */
  readonly trace: Context;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends appends to the database in one transaction and waits at most so many milliseconds; one outcome for each, in order. */
export type Flush = (appends: readonly Append[], withinMs: number) => Promise<AppendOutcome[]>;

export interface AppendGroupOptions {
  /** Appends of one flush at the most. */
  readonly maxSize: number;
  /** How long an append waits for its turn and is tried while the server is away or says nothing, in milliseconds. */
  readonly giveUpAfterMs: number;
}

const MAX_WAITING = 20_000;

const PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Repeats what may be repeated while the server is away; `attempt` is told how many milliseconds are left.
 * @throws EventStoreUnavailable after `giveUpAfterMs`; whatever else the attempt throws, at once
 */
export const untilAnswered = async <T>(
  giveUpAfterMs: number,
  attempt: (withinMs: number) => Promise<T>,
): Promise<T> => {
  const deadline = performance.now() + giveUpAfterMs;
  for (let wait = PAUSE_MS; ; wait = Math.min(wait * 2, MAX_PAUSE_MS)) {
    try {
      return await attempt(Math.max(1, deadline - performance.now()));
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      if (performance.now() + wait > deadline) {
        throw new EventStoreUnavailable('The database did not answer', { cause: error });
      }
      await pause(wait);
    }
  }
};

/** Rejects those that have no time for another try: what is sent now might be committed after its caller was told that it failed. */
const stillInTime = (waiting: readonly Waiting[], cause?: Error): Waiting[] => {
  const latest = performance.now() + PAUSE_MS;
  return waiting.filter((each) => {
    if (each.deadline > latest) return true;
    each.reject(cause ?? new EventStoreUnavailable('The append waited in vain for its turn'));
    return false;
  });
};

/**
 * Group commit, as databases do it: what queued up while the last flush was on its way leaves together as the next one. No timer; a
 * lone append leaves at once.
 */
export class AppendGroup {
  private waiting: Waiting[] = [];
  private flushing = false;

  constructor(
    private readonly flush: Flush,
    private readonly options: AppendGroupOptions,
  ) {}

  /** @throws EventStoreUnavailable */
  append(append: Append): Promise<AppendOutcome> {
    if (this.waiting.length >= MAX_WAITING) {
      return Promise.reject(new EventStoreUnavailable(`${String(MAX_WAITING)} appends wait already`));
    }
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + this.options.giveUpAfterMs;
      this.waiting.push({ append, deadline, trace: context.active(), resolve, reject });
      if (!this.flushing) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.flushing = true;
    // Appends of the same turn of the event loop join the first one's flush.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      this.waiting = stillInTime(this.waiting);
      await this.send(this.nextGroup());
    }
    this.flushing = false;
  }

  /** The function takes one append per stream and per idempotency key; a second one waits for the next flush. */
  private nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    const held: Waiting[] = [];
    const taken = new Set<string>();
    for (const each of this.waiting) {
      const { streamId, idempotencyKey } = each.append;
      const claims = idempotencyKey ? [streamId, `${idempotencyKey.scope}\n${idempotencyKey.key}`] : [streamId];
      if (group.length >= this.options.maxSize || claims.some((claim) => taken.has(claim))) {
        held.push(each);
      } else {
        group.push(each);
      }
      // A held append claims its names too, so that no later one of the same stream overtakes it.
      for (const claim of claims) taken.add(claim);
    }
    this.waiting = held;
    return group;
  }

  private async send(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    try {
      const outcomes = await this.flushUntilAnswered(group);
      group.forEach((each, index) => {
        const outcome = outcomes[index];
        if (outcome) each.resolve(outcome);
        else each.reject(new Error('The append function answered fewer outcomes than it was given appends'));
      });
    } catch (error) {
      // Who came later has time left, and nothing of its stream has overtaken it.
      if (error instanceof EventStoreUnavailable) this.waiting = [...stillInTime(group, error), ...this.waiting];
      else if (group.length === 1) for (const each of group) each.reject(error);
      // One poisoned append fails the whole statement: alone, only the poisoned one fails.
      else for (const each of group) await this.send(stillInTime([each]));
    }
  }

  /**
   * Until the first of them has to be told; safe to repeat: events that were committed by a try whose answer was lost come back as
   * `duplicate`.
   */
  private flushUntilAnswered(group: readonly Waiting[]): Promise<AppendOutcome[]> {
    const appends = group.map((each) => each.append);
    const withinMs = Math.min(...group.map((each) => each.deadline)) - performance.now();
    // One statement for all of them: it stands in the trace of the first, and not in that of whoever was the last to find nobody at it.
    const trace = group[0]?.trace ?? context.active();
    return context.with(trace, () => untilAnswered(withinMs, (leftMs) => this.flush(appends, leftMs)));
  }
}
