import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { EventMetadata } from '../../eventsourcing/event.js';
import { activeTraceparent } from '../../eventsourcing/traces.js';

/** What correlates a request with its events and log lines. */
export interface RequestContext {
  readonly requestId: string;
  /** W3C Trace Context header, version 00. */
  readonly traceparent: string;
  /** The 32 hexadecimal digits of the trace id inside `traceparent`. */
  readonly traceId: string;
  /** Whether somebody records the trace: this process, or the caller who says so. */
  readonly isSampled: boolean;
}

type TraceContext = Omit<RequestContext, 'requestId'>;

const SAFE_REQUEST_ID = /^[\w.~:/+=@-]{1,128}$/;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const contexts = new AsyncLocalStorage<RequestContext>();

/** The trace id and the normalised header, or null where the header breaks the grammar of W3C Trace Context §3.2. */
export const readTraceparent = (header: string): TraceContext | null => {
  const [, version, traceId, parentId, flags, rest] = TRACEPARENT.exec(header) ?? [];
  if (version === undefined || traceId === undefined || parentId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceparent: `00-${traceId}-${parentId}-${flags}`, traceId, isSampled };
};

/** Names what belongs together in the log and in the answers; nobody records it, and its flags say so. */
const freshTrace = (): TraceContext => {
  const traceId = randomBytes(16).toString('hex');
  return { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-00`, traceId, isSampled: false };
};

/** Context of the given headers; an unsafe request id or an invalid traceparent is replaced, never refused. */
export const contextOf = (requestId: string | undefined, traceparent: string | undefined): RequestContext => ({
  requestId: requestId !== undefined && SAFE_REQUEST_ID.test(requestId) ? requestId : randomUUID(),
  ...((traceparent === undefined ? null : readTraceparent(traceparent)) ?? freshTrace()),
});

/** Context of the request that is being served, or null outside of one. */
export const currentRequest = (): RequestContext | null => contexts.getStore() ?? null;

/** The same with fresh ids outside of a request, so that no caller needs a branch. */
export const requestContext = (): RequestContext => currentRequest() ?? contextOf(undefined, undefined);

/** The trace that a header, or what an event keeps of one, belongs to; null where it tells none. */
export const traceIdOf = (traceparent: string | undefined): string | null =>
  (traceparent === undefined ? null : readTraceparent(traceparent))?.traceId ?? null;

/** Of what the request that is being served leads to. @param correlationId of everything that it sets off */
export const requestMetadata = (actor: string, correlationId: string): EventMetadata => {
  const { requestId, traceparent } = requestContext();
  return { correlation_id: correlationId, causation_id: requestId, actor, request_id: requestId, traceparent };
};

/**
 * Express middleware: opens the context and answers both headers on every response. The trace is that of the request's span, where it has one,
 * and so goes on from that of the caller.
 */
export const openRequestContext = (request: Request, response: Response, next: NextFunction): void => {
  const context = contextOf(request.get('x-request-id'), activeTraceparent() ?? request.get('traceparent'));
  response.setHeader('X-Request-Id', context.requestId);
  response.setHeader('traceparent', context.traceparent);
  contexts.run(context, next);
};
