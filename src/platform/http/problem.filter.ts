import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type Fault, recognise } from './fault.js';
import { JSON_TYPE, jsonBody, PROBLEM_TYPE, problemBody } from './problem-body.js';
import { ProblemCatalogue } from './problem-codes.js';
import { withLogFields } from '../logging/log-context.js';
import { requestContext } from './request-context.js';
import { noteProblem, routeOf } from './request-meter.js';
import { sentTexts } from './sent-texts.js';
import { answerBeforeBody } from './unread-body.js';

/** Answers every error of every route in the two shapes of the contract: JSON by default, RFC 9457 when only that is accepted. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('HTTP');

  constructor(private readonly catalogue: ProblemCatalogue) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const fault = recognise(error, this.catalogue);
    const { traceId } = requestContext();
    noteProblem(response, fault);
    this.log(fault, error, request);
    if (response.headersSent) {
      // A stream that breaks must look broken to its reader, so the connection is cut in place of a clean end.
      response.destroy();
      return;
    }
    this.setHeaders(response, fault);
    const strict = request.accepts([JSON_TYPE, PROBLEM_TYPE]) === PROBLEM_TYPE;
    response.status(fault.kind.status).type(strict ? PROBLEM_TYPE : JSON_TYPE);
    const text = JSON.stringify(strict ? problemBody(fault, traceId) : jsonBody(fault, traceId));
    // Of a request that is gone there is nothing to wait for.
    const isStillComing = !request.complete && !request.destroyed && request.method !== 'HEAD';
    if (isStillComing) answerBeforeBody(request, response, text);
    else response.send(text);
  }

  private setHeaders(response: Response, fault: Fault): void {
    // Headers of the answer that was prepared before the error describe something else.
    const stale = [
      'ETag',
      'Content-Length',
      'Content-Disposition',
      ...(fault.kind.status === 416 ? [] : ['Content-Range']),
    ];
    for (const name of stale) response.removeHeader(name);
    response.vary('Accept');
    response.setHeader('X-Error-Code', fault.code);
    response.setHeader('X-Error-Retryable', String(fault.retryable));
    response.setHeader('Cache-Control', 'no-store');
    if (fault.retryAfterSeconds !== undefined) {
      response.setHeader('Retry-After', String(Math.max(1, Math.ceil(fault.retryAfterSeconds))));
    }
    if (fault.kind.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  }

  /** Faults of ours; what a caller did wrong stands in the line of its request. The words of an error may repeat what was sent. */
  private log(fault: Fault, error: unknown, request: Request): void {
    if (fault.code !== 'internal_error' && fault.kind.status !== 503) return;
    const route = routeOf(request) ?? 'unmatched';
    const line = { method: request.method, route, code: fault.code, retryable: fault.retryable };
    const write = (): void => {
      if (fault.code === 'internal_error')
        this.logger.error({ msg: `${request.method} ${route} failed`, ...line, err: error });
      else {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.warn({ msg: `${request.method} ${route} is unavailable: ${reason}`, ...line });
      }
    };
    withLogFields({}, write, sentTexts([request.body, request.query]));
  }
}
