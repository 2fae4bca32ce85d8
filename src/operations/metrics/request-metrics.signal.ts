import { Injectable } from '@nestjs/common';
import { RequestMeter, type MeasuredRequest } from '../../platform/http/request-meter.js';
import { StreamMeter } from '../../platform/http/stream-meter.js';
import { LogMeter } from '../../platform/logging/log-meter.js';
import { Metrics } from './metrics.provider.js';

const UNMATCHED = 'unmatched';

/** Counts requests, streams and log lines as they come. */
@Injectable()
export class RequestMetrics {
  constructor(
    private readonly metrics: Metrics,
    requests: RequestMeter,
    streams: StreamMeter,
    log: LogMeter,
  ) {
    requests.subscribe((request) => {
      this.count(request);
    });
    streams.subscribe((value) => {
      metrics.observe('darkroom_sse_delivery_seconds', {}, { value });
    });
    streams.ends.subscribe((reason) => {
      metrics.count('darkroom_sse_disconnects_total', { reason });
    });
    log.subscribe((level) => {
      metrics.count('darkroom_log_messages_total', { level });
    });
  }

  private count({ method, pattern, status, seconds, problem, traceId, isSampled }: MeasuredRequest): void {
    if (problem) this.metrics.count('darkroom_http_problems_total', { code: problem.code });
    if (seconds === null) return;
    const labels = {
      http_request_method: method,
      http_route: pattern ?? UNMATCHED,
      http_response_status_code: String(status),
    };
    const exemplar = isSampled ? { traceId } : null;
    this.metrics.observe('http_server_request_duration_seconds', labels, { value: seconds, exemplar });
  }
}
