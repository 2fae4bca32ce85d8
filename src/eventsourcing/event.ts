/** A fact as a decider returns it: plain JSON, no class instances, no undefined in arrays. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** Where a fact came from. Kept with each event, never used to decide. */
export interface EventMetadata {
  /** Groups everything that one request of the outside set off. */
  readonly correlation_id: string;
  /** The event or request that led to this event. */
  readonly causation_id: string;
  /** `user:1`, `worker:<id>`, `system`. */
  readonly actor: string;
  readonly request_id?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
}

/** A fact as the log holds it. */
export type RecordedEvent<E extends DomainEvent = DomainEvent> = E & {
  readonly id: string;
  readonly streamId: string;
  readonly streamType: string;
  /** Place in the stream, from 1, without holes. */
  readonly version: number;
  /** Place in the log, from 1, without holes, in commit order. */
  readonly position: number;
  readonly metadata: EventMetadata;
  /** RFC 3339, from the database's clock. */
  readonly recordedAt: string;
};

/** A fact as a projection sees it: where it came from explains no row, and is not even read where millions of events are folded. */
export type ReplayedEvent<E extends DomainEvent = DomainEvent> = E &
  Pick<RecordedEvent, 'streamId' | 'version' | 'position'>;

/** Of what follows from an event of the log: it belongs to the request that the event goes back to, however long ago that was. */
export const causedBy = ({ id, metadata }: RecordedEvent, correlationId: string, actor: string): EventMetadata => {
  const { request_id, traceparent } = metadata;
  return {
    ...{ correlation_id: correlationId, causation_id: id, actor },
    ...(request_id !== undefined && { request_id }),
    ...(traceparent !== undefined && { traceparent }),
  };
};
