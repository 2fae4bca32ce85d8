import { now, orNothing, rate, rateWithin } from './promql.js';

/** What users may expect, as a share of all events that may be good over thirty days. */
export interface Slo {
  /** Value of the label `slo`. */
  readonly name: string;
  readonly title: string;
  /** What counts as good, as a sentence for people. */
  readonly good: string;
  /** Share of good ones, 0 – 1. */
  readonly objective: number;
  /** Name of the alerts when the budget burns. */
  readonly alert: `Darkroom${string}`;
  /** uid of the dashboard that shows why. */
  readonly dashboard: string;
  /** Bad events a second, without labels. */
  readonly bad: (window: string) => string;
  /** All events a second, without labels. */
  readonly total: (window: string) => string;
}

/** Bad ones are what is left; differences of rates may be a little below 0. */
const beyond = (total: string, good: string): string => `clamp_min(${total} - ${good}, 0)`;

/** What a request asked for and could not have, or what its provider refuses to show, is no failure of the platform. */
const FAILED = { outcome: '=failed', error_type: '!~invalid_request|moderated' } as const;
const ENDED = { outcome: '=~completed|failed' } as const;

/** Probes and scrapes are no users, and a process that drains answers them 503 on purpose. */
const OF_USERS = '!~/health/.*|/metrics';
const REQUESTS = 'http_server_request_duration_seconds';
const RUNS = 'darkroom_job_duration_seconds';
const WAITS = 'darkroom_job_queue_wait_seconds';
const DELIVERIES = 'darkroom_sse_delivery_seconds';

const IMAGES = { type: '=image', outcome: '=completed', cached: '=false' } as const;
const CACHED = { outcome: '=completed', cached: '=true' } as const;

/** Requests that are not answered, and all that users make; the 500 that tells of a failed run belongs to the runs. */
export const AVAILABILITY = {
  bad: (window: string): string =>
    beyond(
      orNothing(rate(REQUESTS, window, { where: { http_response_status_code: '=~5..', http_route: OF_USERS } })),
      orNothing(rate('darkroom_http_problems_total', window, { where: { code: '=generation_failed' } })),
    ),
  total: (window: string): string => rate(REQUESTS, window, { where: { http_route: OF_USERS } }),
} as const;

export const SLOS: readonly Slo[] = [
  {
    name: 'job_success',
    title: 'Runs that complete',
    good: 'A run that completes; one that fails as invalid or moderated, or is cancelled, does not count.',
    objective: 0.99,
    alert: 'DarkroomJobSuccessBudgetBurn',
    dashboard: 'darkroom-pipeline',
    bad: (window) => orNothing(rate('darkroom_jobs_finished_total', window, { where: FAILED })),
    total: (window) => rate('darkroom_jobs_finished_total', window, { where: ENDED }),
  },
  {
    name: 'api_availability',
    title: 'Requests that are answered',
    good: 'A request that is not answered with 5xx; the 500 that tells of a failed run belongs to the runs.',
    objective: 0.999,
    alert: 'DarkroomApiAvailabilityBudgetBurn',
    dashboard: 'darkroom-api',
    ...AVAILABILITY,
  },
  {
    name: 'image_latency',
    title: 'Images within 30 seconds',
    good: 'An image that is not from the cache and is there 30 seconds after its request was accepted.',
    objective: 0.95,
    alert: 'DarkroomImageLatencyBudgetBurn',
    dashboard: 'darkroom-pipeline',
    bad: (window) => beyond(rate(RUNS, window, { where: IMAGES }), rateWithin(RUNS, 30, window, { where: IMAGES })),
    total: (window) => rate(RUNS, window, { where: IMAGES }),
  },
  {
    name: 'cached_latency',
    title: 'Cached results within 100 milliseconds',
    good: 'A result from the cache that is there 0.1 seconds after its request was accepted.',
    objective: 0.99,
    alert: 'DarkroomCachedLatencyBudgetBurn',
    dashboard: 'darkroom-pipeline',
    bad: (window) => beyond(rate(RUNS, window, { where: CACHED }), rateWithin(RUNS, 0.1, window, { where: CACHED })),
    total: (window) => rate(RUNS, window, { where: CACHED }),
  },
  {
    name: 'queue_wait',
    title: 'Attempts that start within 10 seconds',
    good: 'An attempt that starts 10 seconds after it was due; the pause before a retry is no wait.',
    objective: 0.95,
    alert: 'DarkroomQueueWaitBudgetBurn',
    dashboard: 'darkroom-queue',
    bad: (window) => beyond(rate(WAITS, window), rateWithin(WAITS, 10, window)),
    total: (window) => rate(WAITS, window),
  },
  {
    name: 'read_freshness',
    title: 'Time that reads are fresh',
    good: 'A moment in which no projection or reactor is more than 5 seconds behind the log.',
    objective: 0.999,
    alert: 'DarkroomReadFreshnessBudgetBurn',
    dashboard: 'darkroom-eventstore',
    bad: (window) => `avg_over_time((${now('darkroom_subscription_lag_seconds')} > bool 5)[${window}:15s])`,
    // Each moment counts as one.
    total: () => `count(${now('darkroom_subscription_lag_seconds')})`,
  },
  {
    name: 'push',
    title: 'Events pushed within 100 milliseconds',
    good: 'An event that is written into a stream 0.1 seconds after its commit.',
    objective: 0.99,
    alert: 'DarkroomPushBudgetBurn',
    dashboard: 'darkroom-api',
    bad: (window) => beyond(rate(DELIVERIES, window), rateWithin(DELIVERIES, 0.1, window)),
    total: (window) => rate(DELIVERIES, window),
  },
];

/** What the recorded rates of an SLO are looked at over. */
export const LONGER_WINDOWS = ['30m', '1h', '2h', '6h', '1d', '3d', '30d'] as const;
export type Window = '5m' | (typeof LONGER_WINDOWS)[number];

/** Burning at this factor, the budget of thirty days is gone in 30 days / factor (Google, The Site Reliability Workbook, chapter 5). */
export interface Burn {
  readonly factor: number;
  readonly long: Window;
  /** A twelfth of the long one: the alert ends soon after the burning does. */
  readonly short: Window;
}

export const BURNS = [
  {
    severity: 'page',
    guard: { window: '1h', seconds: 3600, events: 20 },
    burns: [
      { factor: 14.4, long: '1h', short: '5m' },
      { factor: 6, long: '6h', short: '30m' },
    ],
  },
  {
    severity: 'ticket',
    guard: { window: '1d', seconds: 86_400, events: 100 },
    burns: [
      { factor: 3, long: '1d', short: '2h' },
      { factor: 1, long: '3d', short: '6h' },
    ],
  },
] as const satisfies readonly {
  readonly severity: string;
  /** With fewer events in its window one failure would be a catastrophe in per cent. */
  readonly guard: { readonly window: Window; readonly seconds: number; readonly events: number };
  readonly burns: readonly Burn[];
}[];
