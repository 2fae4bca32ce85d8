import { v7 as uuidv7 } from 'uuid';
import { fold, type Decider } from './decider.js';
import { IdempotencyMismatch, WrongExpectedVersion } from './errors.js';
import type { DomainEvent, EventMetadata, RecordedEvent } from './event.js';
import type { EventStore, IdempotencyKey, InlineRows } from './event-store.js';

/** A stream's state together with the version that it belongs to. */
export interface Known<State> {
  readonly state: State;
  readonly version: number;
  /** W3C traceparent of the last event, where it was read. */
  readonly traceparent?: string;
}

export interface DecideOptions<State> {
  readonly metadata: EventMetadata;
  readonly idempotencyKey?: IdempotencyKey;
  /** Saves the read where the caller has just seen the stream; stale knowledge costs a read, and changes no decision. */
  readonly known?: Known<State>;
  /** Called with what is decided on, again for each new try; throws to refuse, for example another version than the caller wants. */
  readonly precondition?: (known: Known<State>) => void;
}

/** The idempotency key had made another stream. */
export interface Replay {
  readonly outcome: 'replay';
  readonly streamId: string;
}

export type Decision<State> =
  /** `position` is that of the last event appended; null where nothing had to happen. */
  (Known<State> & { readonly outcome: 'decided'; readonly position: number | null }) | Replay;

const MAX_TRIES = 8;

/** What a kind of stream is made of. */
export interface StreamKind<State, Command, E extends DomainEvent> {
  readonly type: string;
  readonly decider: Decider<State, Command, E>;
  /**
   * The read-model rows that are written with an append of `events`, which led to `state`. A rebuild repeats it with the whole history
   * as one append, and has to come to the same rows.
   */
  readonly inlineRows: (state: State, events: readonly E[]) => InlineRows;
}

/** Load, decide, append; decides again when somebody else appended in between. */
export class DecisionHandler<State, Command, E extends DomainEvent> {
  constructor(
    private readonly store: EventStore,
    private readonly kind: StreamKind<State, Command, E>,
  ) {}

  /** The events of a stream now; none for one that does not exist. */
  async history(streamId: string): Promise<readonly RecordedEvent<E>[]> {
    return (await this.store.readStream(streamId)) as RecordedEvent<E>[];
  }

  /** What a whole history leads to. */
  knownFrom(history: readonly RecordedEvent<E>[]): Known<State> {
    const last = history.at(-1);
    const traceparent = last?.metadata.traceparent;
    return {
      ...{ state: fold(this.kind.decider, history), version: last?.version ?? 0 },
      ...(traceparent !== undefined && { traceparent }),
    };
  }

  /** The state of a stream now; version 0 and the initial state for one that does not exist. */
  async load(streamId: string): Promise<Known<State>> {
    return this.knownFrom(await this.history(streamId));
  }

  /**
   * What a key has led to before, for a caller who has something to find out before it can decide. Null is no promise that the append will
   * find nothing: it alone judges keys that come at the same time.
   * @throws IdempotencyMismatch, EventStoreUnavailable
   */
  async findReplay(key: IdempotencyKey): Promise<Replay | null> {
    const known = await this.store.findKey(key);
    if (known && known.bodyHash !== key.bodyHash)
      throw new IdempotencyMismatch('The idempotency key was used with another body');
    return known && { outcome: 'replay', streamId: known.streamId };
  }

  /**
   * @throws whatever the decider or the precondition throws to reject the command; WrongExpectedVersion when the stream kept changing;
   * IdempotencyMismatch; EventStoreUnavailable
   */
  async decide(streamId: string, command: Command, options: DecideOptions<State>): Promise<Decision<State>> {
    let known =
      options.known && this.leadsToAppend(command, options.known, options) ? options.known : await this.load(streamId);
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const decision = await this.tryOnce(streamId, command, known, options);
      if (decision) return decision;
      known = await this.load(streamId);
    }
    throw new WrongExpectedVersion(streamId, MAX_TRIES);
  }

  /** What may be stale is good enough for an append, whose version is checked, but not to refuse or to leave out. */
  private leadsToAppend(command: Command, known: Known<State>, options: DecideOptions<State>): boolean {
    try {
      return this.judge(command, known, options).length > 0;
    } catch {
      // Whatever it is, the stream itself is asked next.
      return false;
    }
  }

  private judge(command: Command, known: Known<State>, { precondition }: DecideOptions<State>): readonly E[] {
    precondition?.(known);
    return this.kind.decider.decide(command, known.state);
  }

  private async tryOnce(
    streamId: string,
    command: Command,
    known: Known<State>,
    options: DecideOptions<State>,
  ): Promise<Decision<State> | null> {
    const { metadata, idempotencyKey } = options;
    let events: readonly E[];
    try {
      events = this.judge(command, known, options);
    } catch (refusal) {
      // It may be this command's own doing, from the first time that it came.
      const replay = idempotencyKey && (await this.findReplay(idempotencyKey));
      if (replay) return replay;
      throw refusal;
    }
    if (events.length === 0) return { outcome: 'decided', ...known, position: null };
    const state = events.reduce(this.kind.decider.evolve, known.state);
    const outcome = await this.store.append({
      streamId,
      streamType: this.kind.type,
      expectedVersion: known.version,
      events: events.map((event) => ({ id: uuidv7(), event, metadata })),
      ...(idempotencyKey && { idempotencyKey }),
      inlineRows: this.kind.inlineRows(state, events),
      ...(known.traceparent !== undefined && { follows: known.traceparent }),
    });
    switch (outcome.outcome) {
      case 'ok':
      case 'duplicate':
        return { outcome: 'decided', state, version: outcome.version, position: outcome.position };
      case 'conflict':
        return null;
      case 'replay':
        return { outcome: 'replay', streamId: outcome.streamId };
      case 'mismatch':
        throw new IdempotencyMismatch('The idempotency key was used with another body');
      default:
        return outcome satisfies never;
    }
  }
}
