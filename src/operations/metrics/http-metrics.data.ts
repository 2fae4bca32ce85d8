import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** A route that waits for its run answers after two minutes at the latest. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15, 30, 60, 120];
/** The objective asks about 0.1. */
const DELIVERY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** Of requests and their answers. */
export const HTTP_METRICS = {
  http_server_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the head of a request to the last byte of its answer; streams of events are left out.',
    labels: { http_request_method: METHODS, http_route: 'registered', http_response_status_code: 'registered' },
    buckets: REQUEST_SECONDS,
    across: 'sum',
  },
  darkroom_http_requests_in_flight: {
    type: 'gauge',
    help: 'Requests on the port of the API that are being answered, those that wait for their run and probes among them; streams of events and the scrape that asks are left out.',
    across: 'sum',
  },
  darkroom_http_problems_total: {
    type: 'counter',
    help: 'Requests that were answered with a problem, by its code.',
    labels: { code: 'registered' },
    across: 'sum',
  },
} as const satisfies MetricCatalogue;

/** Of streams of server-sent events. */
export const STREAM_METRICS = {
  darkroom_sse_connections: {
    type: 'gauge',
    help: 'Open streams of server-sent events.',
    across: 'sum',
  },
  darkroom_sse_disconnects_total: {
    type: 'counter',
    help: 'Streams of server-sent events that are over, by the reason: the client left, the run ended, the process stopped, the client read too slowly, or the database was away.',
    labels: { reason: ['client', 'terminal', 'shutdown', 'slow_consumer', 'unavailable'] },
    across: 'sum',
  },
  darkroom_sse_delivery_seconds: {
    type: 'histogram',
    help: 'Time from the commit of an event, by the clock of the database, to its writing into a stream.',
    buckets: DELIVERY_SECONDS,
    across: 'sum',
  },
} as const satisfies MetricCatalogue;
