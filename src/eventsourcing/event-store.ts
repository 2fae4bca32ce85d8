import type { DomainEvent, EventMetadata, RecordedEvent, ReplayedEvent } from './event.js';

/** Remembers which stream a caller's key made, for 24 hours. */
export interface IdempotencyKey {
  /** Whose key it is and for which route. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the canonical body, hex. */
  readonly bodyHash: string;
}

export interface NewEvent<E extends DomainEvent = DomainEvent> {
  /** UUID made by the caller, so that an append that is sent again is recognised. */
  readonly id: string;
  readonly event: E;
  readonly metadata: EventMetadata;
}

/**
 * Read-model rows by kind, written in the append's transaction by the database function `write_inline_rows`. A row's fields are columns,
 * none of them named `append`, `stream` or `events`, which the store adds.
 */
export type InlineRows = Readonly<Record<string, readonly object[]>>;

export interface Append<E extends DomainEvent = DomainEvent> {
  readonly streamId: string;
  readonly streamType: string;
  /** 0: the stream must not exist; n: it stands at n; null: any. */
  readonly expectedVersion: number | null;
  readonly events: readonly NewEvent<E>[];
  readonly idempotencyKey?: IdempotencyKey;
  readonly inlineRows?: InlineRows;
  /** W3C traceparent of what the stream recorded before; an append in another trace is linked to it. */
  readonly follows?: string;
}

export type AppendOutcome =
  /** `duplicate`: these very events were there already; for the caller as good as ok. */
  | {
      readonly outcome: 'ok' | 'duplicate';
      readonly version: number;
      readonly position: number;
      readonly recordedAt: string;
    }
  | { readonly outcome: 'conflict'; readonly version: number }
  | { readonly outcome: 'replay'; readonly streamId: string }
  | { readonly outcome: 'mismatch' };

/** The log. Both implementations pass test/contract/event-store.contract.ts; each method may throw EventStoreUnavailable. */
export abstract class EventStore {
  /**
   * Checks the version, inserts the events, the idempotency key and the inline row: all or nothing.
   * @throws EmptyAppend; EventStoreUnavailable, after which the events may be in the log or not
   */
  abstract append(append: Append): Promise<AppendOutcome>;
  /** What a key has made within its 24 hours; null where nobody used it. */
  abstract findKey(key: IdempotencyKey): Promise<{ readonly streamId: string; readonly bodyHash: string } | null>;
  /** The events of one stream after `afterVersion`, in order. @throws UnknownEventType */
  abstract readStream(streamId: string, afterVersion?: number): Promise<RecordedEvent[]>;
  /** At most `limit` events of the whole log after `afterPosition`, in order. @throws UnknownEventType */
  abstract readAll(afterPosition: number, limit: number): Promise<RecordedEvent[]>;
  /** Those of the same events that are of some types, with as much of each as a projection folds. @throws UnknownEventType */
  abstract replay(afterPosition: number, limit: number, types: readonly string[]): Promise<ReplayedEvent[]>;
  /** Position of the last event; 0 for an empty log. */
  abstract head(): Promise<number>;
}
