import type { EventMetadata } from '../../eventsourcing/event.js';
import { requestMetadata } from './request-context.js';

/**
 * When a command was issued and by which request, as its events keep it.
 * @param correlationId of the stream: a worker that goes on later knows that id and not the request
 */
export const originOf = (
  actor: string,
  correlationId: string,
): { readonly now: Date; readonly metadata: EventMetadata } => ({
  now: new Date(),
  metadata: requestMetadata(actor, correlationId),
});
