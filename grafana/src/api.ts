import { buckets, now, quantile, rate, share } from '../../prometheus/src/promql.js';
import { AVAILABILITY } from '../../prometheus/src/slos.js';
import type { DashboardSpec } from './dashboard.js';
import { heatmap, lines, table } from './panels.js';
import { SHOWN, STEP } from './windows.js';

const REQUESTS = 'http_server_request_duration_seconds';
const DELIVERIES = 'darkroom_sse_delivery_seconds';
const ROUTE = ['http_request_method', 'http_route'] as const;

const HTTP = [
  lines({
    title: 'Requests by status',
    description: 'A second. A run that failed is told with 500 by the request that waits for it.',
    unit: 'reqps',
    meaning: 'status',
    shape: 'stack',
    queries: [
      { expr: rate(REQUESTS, STEP, { by: ['http_response_status_code'] }), legend: '{{http_response_status_code}}' },
    ],
  }),
  lines({
    title: 'Answered with 5xx',
    meaning: 'failure',
    description:
      'Share of all requests, the probes left out, and what tells of a failed run, as the objective counts them.',
    unit: 'percentunit',
    limit: 0.001,
    alert: 'DarkroomApiAvailabilityBudgetBurn',
    queries: [
      {
        expr: share(AVAILABILITY.bad(STEP), AVAILABILITY.total(STEP)),
        legend: '5xx',
      },
    ],
  }),
  lines({
    title: 'Requests in flight',
    description: 'By process. Those that wait for their run count, streams of events do not.',
    unit: 'short',
    queries: [{ expr: now('darkroom_http_requests_in_flight', { by: ['instance'] }), legend: '{{instance}}' }],
  }),
  lines({
    title: 'Requests by route',
    description: 'A second, by the pattern of the route; what no route takes is unmatched.',
    unit: 'reqps',
    queries: [{ expr: rate(REQUESTS, STEP, { by: ROUTE }), legend: '{{http_request_method}} {{http_route}}' }],
  }),
  lines({
    title: 'Time of an answer, 95th percentile',
    description:
      'By route. Requests that wait for their run take as long as the run does, a minute at the most (WAIT_LIMIT_SECONDS).',
    unit: 's',
    queries: [
      {
        expr: quantile(0.95, REQUESTS, STEP, { by: ROUTE }),
        legend: '{{http_request_method}} {{http_route}}',
        exemplar: true,
      },
    ],
  }),
  heatmap({
    title: 'How long answers take',
    description: 'All routes but probes and metrics; a point leads to the trace of its request.',
    unit: 's',
    width: 24,
    queries: [
      {
        expr: buckets(REQUESTS, STEP, { where: { http_route: '!~/health/.*|/metrics' } }),
        legend: '{{le}}',
        exemplar: true,
      },
    ],
  }),
  lines({
    title: 'Problems',
    description:
      'Answers that tell of a problem, a second, by its code; what each means and what helps stands under /docs/problems of the API.',
    unit: 'reqps',
    shape: 'stack',
    queries: [{ expr: rate('darkroom_http_problems_total', STEP, { by: ['code'] }), legend: '{{code}}' }],
  }),
  table({
    title: 'Routes',
    description: 'Requests in the time that is shown; no time where there was none.',
    unit: 'short',
    width: 12,
    labels: { http_request_method: 'Method', http_route: 'Route' },
    orderedBy: 'A second',
    queries: [
      { expr: rate(REQUESTS, SHOWN, { by: ROUTE }), legend: 'A second' },
      { expr: `${quantile(0.5, REQUESTS, SHOWN, { by: ROUTE })} >= 0`, legend: 'Median', unit: 's' },
      { expr: `${quantile(0.99, REQUESTS, SHOWN, { by: ROUTE })} >= 0`, legend: '99th percentile', unit: 's' },
    ],
  }),
];

const STREAMS = [
  lines({
    title: 'Open streams',
    width: 8,
    description: 'Streams of server-sent events, by process.',
    unit: 'short',
    shape: 'stack',
    queries: [{ expr: now('darkroom_sse_connections', { by: ['instance'] }), legend: '{{instance}}' }],
  }),
  lines({
    title: 'From commit to stream',
    width: 8,
    description: 'The objective: 99 % within 0.1 seconds.',
    unit: 's',
    limit: 0.1,
    alert: 'DarkroomPushBudgetBurn',
    queries: [0.5, 0.99].map((part) => ({
      expr: quantile(part, DELIVERIES, STEP),
      legend: `p${String(part * 100)}`,
    })),
  }),
  lines({
    title: 'Streams that are over',
    description:
      'A minute, by the reason. terminal: the run of the stream ended; slow_consumer: the client was four megabytes behind and comes again with its last id; unavailable: the database was away.',
    unit: 'short',
    shape: 'stack',
    queries: [
      { expr: `60 * ${rate('darkroom_sse_disconnects_total', STEP, { by: ['reason'] })}`, legend: '{{reason}}' },
    ],
  }),
  lines({
    title: 'Events pushed',
    width: 8,
    description: 'A second, over all streams.',
    unit: 'short',
    queries: [{ expr: rate(DELIVERIES, STEP), legend: 'pushed' }],
  }),
];

export const API: DashboardSpec = {
  uid: 'darkroom-api',
  title: 'Darkroom / API and streams',
  description: 'What callers ask for, what they are answered, and how fast.',
  rows: [
    { title: 'Requests', panels: HTTP },
    { title: 'Streams', panels: STREAMS },
  ],
};
