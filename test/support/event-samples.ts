import { randomUUID } from 'node:crypto';
import type { DomainEvent, EventMetadata, RecordedEvent } from '../../src/eventsourcing/event.js';
import type { Append, NewEvent } from '../../src/eventsourcing/event-store.js';

/** The one kind of event that kernel tests write. */
export interface Noted extends DomainEvent {
  readonly type: 'Noted';
  readonly data: { readonly note: unknown };
}

export const NOTED = { current: ['Noted'] };
export const METADATA: EventMetadata = { correlation_id: 'c-1', causation_id: 'r-1', actor: 'user:1' };

export const noted = (note: unknown): NewEvent<Noted> => ({
  id: randomUUID(),
  event: { type: 'Noted', data: { note } },
  metadata: METADATA,
});

/** An append of one event per note to a new stream, unless told otherwise. */
export const appendOf = (notes: readonly unknown[], rest: Partial<Append> = {}): Append => ({
  streamId: randomUUID(),
  streamType: 'notebook',
  expectedVersion: null,
  events: notes.map(noted),
  ...rest,
});

export const noteOf = (event: RecordedEvent): unknown => (event as RecordedEvent<Noted>).data.note;
export const positionsOf = (events: readonly RecordedEvent[]): number[] => events.map(({ position }) => position);
/** Does something n times, one after the other. */
export const times = async (n: number, work: (round: number) => Promise<unknown>): Promise<void> => {
  for (let round = 1; round <= n; round++) await work(round);
};
/** 1, 2, … n */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);
