import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { recordedSpan } from '../../eventsourcing/traces.js';
import { Meter } from '../telemetry/meter.js';
import type { Fault } from './fault.js';
import { requestContext } from './request-context.js';

/** A request whose answer was sent, or whose connection broke. */
export interface MeasuredRequest {
  readonly method: string;
  /** Pattern of the route, `/api/generate/:id`, never the path itself; null where no route takes it. */
  readonly pattern: string | null;
  readonly status: number;
  /** From the request's head to the last byte of the answer; null of event streams, and where the client hung up before. */
  readonly seconds: number | null;
  /** From the request's head until the answer or the connection ended, whatever it was. */
  readonly milliseconds: number;
  /** Whether the whole answer left; the client may have hung up before. */
  readonly isWhole: boolean;
  /** The error that was answered. */
  readonly problem: { readonly code: string; readonly detail: string } | null;
  readonly requestId: string;
  readonly traceId: string;
  /** Whether there is something to find under the trace id. */
  readonly isSampled: boolean;
  /** The span of the request; null where this process records none. */
  readonly spanId: string | null;
  readonly at: Date;
}

const problems = new WeakMap<Response, NonNullable<MeasuredRequest['problem']>>();

/** Has a request's measure tell which error was answered. */
export const noteProblem = (response: Response, { code, detail }: Fault): void => {
  problems.set(response, { code, detail });
};

/** The error that a request was answered with; null where it was none. */
export const problemOf = (response: Response): MeasuredRequest['problem'] => problems.get(response) ?? null;

/** What Express keeps of each route, more than its types say. */
type RouteLayer = Request['app']['router']['stack'][number] & {
  match(path: string): boolean;
  readonly route?: { readonly methods?: Readonly<Record<string, boolean>> };
};

/** What takes every path, as Nest registers middleware, is no route. */
const patternOf = (route: unknown): string | null => {
  const path: unknown = typeof route === 'object' && route !== null ? Reflect.get(route, 'path') : null;
  return typeof path === 'string' && !path.includes('*') ? path : null;
};

/**
 * The pattern of the route that takes a request; null where none does. A request that is refused before Express looks for its route, for its body
 * or its caller, has one all the same.
 */
export const routeOf = (request: Request): string | null => {
  const taken = patternOf(request.route);
  if (taken !== null) return taken;
  const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
  const takes = (layer: RouteLayer): boolean =>
    patternOf(layer.route) !== null && layer.route?.methods?.[method] === true && layer.match(request.path);
  try {
    return patternOf((request.app.router.stack as RouteLayer[]).find(takes)?.route);
  } catch {
    // A path that cannot be decoded belongs to no route.
    return null;
  }
};

/** Measures every request of this process and tells of it after its answer. */
@Injectable()
export class RequestMeter extends Meter<MeasuredRequest> {
  private readonly answering = new Set<Response>();

  /** Requests that are being answered now, streams of events among them. */
  get open(): number {
    // The answer to a pipelined request has no connection before its turn, and never closes where the client leaves before that.
    for (const response of this.answering) if (response.req.socket.destroyed) this.answering.delete(response);
    return this.answering.size;
  }

  /** Express middleware; expects the request's context to be open. */
  readonly measure = (request: Request, response: Response, next: NextFunction): void => {
    const begun = performance.now();
    const { requestId, traceId, isSampled } = requestContext();
    const spanId = recordedSpan()?.spanId ?? null;
    this.answering.add(response);
    response.once('close', () => {
      this.answering.delete(response);
      const isStream = String(response.getHeader('content-type')).startsWith('text/event-stream');
      const milliseconds = performance.now() - begun;
      const isWhole = response.writableFinished;
      const measured: MeasuredRequest = {
        method: request.method,
        pattern: routeOf(request),
        status: response.statusCode,
        seconds: isStream || !isWhole ? null : milliseconds / 1000,
        ...{ milliseconds, isWhole },
        problem: problemOf(response),
        ...{ requestId, traceId, isSampled, spanId },
        at: new Date(),
      };
      this.tell(measured);
    });
    next();
  };
}
