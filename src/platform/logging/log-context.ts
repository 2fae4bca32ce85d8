import { AsyncLocalStorage } from 'node:async_hooks';
import { recordedSpan } from '../../eventsourcing/traces.js';
import { currentRequest } from '../http/request-context.js';

export type LogFields = Readonly<Record<string, string | number>>;

interface LogContext {
  readonly fields: LogFields;
  readonly hidden: readonly string[];
}

const contexts = new AsyncLocalStorage<LogContext>();

/**
 * Runs `work`, and puts the fields into every line that is logged within it. Contexts nest; the inner one wins.
 * @param hidden texts that may not stand in those lines: what an error says could repeat them
 */
export const withLogFields = <T>(fields: LogFields, work: () => T, hidden: readonly string[] = []): T => {
  const around = contexts.getStore();
  return contexts.run(
    { fields: { ...around?.fields, ...fields }, hidden: [...(around?.hidden ?? []), ...hidden] },
    work,
  );
};

/** What a line gets from where it is logged: the ids of the request that is served and of the span that is recorded, and what `withLogFields` added. */
export const lineFields = (): Record<string, string | number> => {
  const request = currentRequest();
  const span = recordedSpan();
  return {
    ...(request && { request_id: request.requestId, trace_id: request.traceId }),
    ...contexts.getStore()?.fields,
    ...(span && { trace_id: span.traceId, span_id: span.spanId }),
  };
};

/** The texts that a line which is logged now may not repeat. */
export const hiddenTexts = (): readonly string[] => contexts.getStore()?.hidden ?? [];
