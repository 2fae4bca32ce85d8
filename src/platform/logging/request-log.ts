import { Injectable, Logger } from '@nestjs/common';
import { type MeasuredRequest, RequestMeter } from '../http/request-meter.js';
import { ProcessLog } from './process-log.js';

const UNMATCHED = 'unmatched';

/** What machines ask every few seconds, and what a page loads. */
const QUIET = /^\/(?:health|metrics|static|docs)(?:\/|$)/;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

const succeeded = ({ status }: MeasuredRequest): boolean => status < 400;

const lineOf = (request: MeasuredRequest): Record<string, unknown> => {
  const { method, pattern, status, milliseconds, isWhole, problem, requestId, traceId, spanId } = request;
  const route = pattern ?? UNMATCHED;
  const duration_ms = Math.round(milliseconds * 10) / 10;
  return {
    msg: `${method} ${route} ${String(status)} in ${duration_ms.toFixed(0)} ms${isWhole ? '' : ', client gone'}`,
    ...{ method, route, status, duration_ms, request_id: requestId, trace_id: traceId },
    ...(spanId !== null && { span_id: spanId }),
    ...(problem && { code: problem.code }),
    ...(!isWhole && { aborted: true }),
  };
};

/** One line for each request, when it is over: the route by its pattern, and nothing of what was sent. */
@Injectable()
export class RequestLog {
  private readonly logger = new Logger('HTTP');

  constructor(
    requests: RequestMeter,
    private readonly log: ProcessLog,
  ) {
    requests.subscribe((request) => {
      if (this.isQuiet(request)) this.logger.debug(lineOf(request));
      else this.logger.log(lineOf(request));
    });
  }

  /** Only a file is found without a route. A person at a terminal has a page open that asks all the time, and has no use for its questions. */
  private isQuiet(request: MeasuredRequest): boolean {
    const { method, pattern } = request;
    if (pattern === null ? succeeded(request) : QUIET.test(pattern)) return true;
    return this.log.isPretty && succeeded(request) && READS.has(method);
  }
}
