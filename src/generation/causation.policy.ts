import type { EventMetadata, RecordedEvent } from '../eventsourcing/event.js';

/** Of what follows from an event of the log: it belongs to the request that the event goes back to, however long ago that was. */
export const causedBy = ({ id, metadata }: RecordedEvent, runId: string, actor: string): EventMetadata => {
  const { request_id, traceparent } = metadata;
  return {
    ...{ correlation_id: runId, causation_id: id, actor },
    ...(request_id !== undefined && { request_id }),
    ...(traceparent !== undefined && { traceparent }),
  };
};
