import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';
import { beginSpan, contextFrom, linkSpan } from '../../eventsourcing/traces.js';
import { readTraceparent } from './request-context.js';
import { problemOf, routeOf } from './request-meter.js';

/** Of requests that are under way. */
const spans = new WeakMap<Response, Span>();

/** Probes, scrapes, pages and what pages are made of are no work that anybody follows. */
const TRACED = '/api/';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodOf = ({ method }: Request): string => (METHODS.has(method) ? method : '_OTHER');

/**
 * Express middleware, the first of all: begins the span that everything which the request does is a part of, in the trace of its caller. It
 * says which route was taken and how it ended, and never what was in the path, the query, a header or the body.
 */
export const openRequestSpan = (request: Request, response: Response, next: NextFunction): void => {
  if (!request.path.startsWith(TRACED)) {
    next();
    return;
  }
  const method = methodOf(request);
  const parent = contextFrom(readTraceparent(request.get('traceparent') ?? '')?.traceparent);
  const span = beginSpan(method, { kind: SpanKind.SERVER, parent, attributes: { 'http.request.method': method } });
  spans.set(response, span);
  response.once('close', () => {
    endRequestSpan(response);
  });
  context.with(trace.setSpan(parent, span), next);
};

/** Links the span of a request to what the answer tells of. @param traceparent of that */
export const linkRequestSpan = (response: Response, traceparent: string | undefined): void => {
  const span = spans.get(response);
  if (span) linkSpan(span, traceparent);
};

/** Ends the span of a request whose answer goes on for as long as somebody listens; all others end by themselves. */
export const endRequestSpan = (response: Response): void => {
  const span = spans.get(response);
  if (!span) return;
  spans.delete(response);
  const { statusCode: status, req: request } = response;
  const route = routeOf(request);
  if (route !== null) span.updateName(`${methodOf(request)} ${route}`).setAttribute('http.route', route);
  span.setAttribute('http.response.status_code', status);
  if (response.getHeader('idempotent-replayed') !== undefined) span.setAttribute('darkroom.idempotency.replayed', true);
  const problem = problemOf(response);
  if (problem) span.setAttribute('error.type', problem.code);
  // A client that asks for what it cannot have is no failure of this program.
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
};
