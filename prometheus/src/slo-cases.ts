import { counter, gauge, measured, type AlertCase, type Series } from './alert-case.js';

const MINUTES = 25;
/** Too few for an opinion: three in an hour, and seventy-two in a day. */
const FEW = 0.05;
const MANY = 60;

const ended = (outcome: string, perMinute: number, error_type = ''): Series =>
  counter('darkroom_jobs_finished_total', perMinute, {
    ...{ type: 'image', provider: 'simulator', model: 'ok', cached: 'false' },
    ...{ outcome, error_type },
  });

const answered = (status: string, perMinute: number, route = '/api/generate'): Series =>
  counter('http_server_request_duration_seconds_count', perMinute, {
    ...{ http_request_method: 'POST', http_route: route, http_response_status_code: status },
  });

const told = (code: string, perMinute: number): Series => counter('darkroom_http_problems_total', perMinute, { code });

/** Good ones of all in a minute, of a histogram. */
type Picture = (within: number, all: number) => readonly Series[];

const ofRuns =
  (edge: string, cached: string): Picture =>
  (within, all) =>
    measured(
      'darkroom_job_duration_seconds',
      { edge, within, all },
      { type: 'image', provider: 'simulator', outcome: 'completed', cached },
    );

const of =
  (name: string, edge: string, labels: Readonly<Record<string, string>> = {}): Picture =>
  (within, all) =>
    measured(name, { edge, within, all }, labels);

const latency = (alert: AlertCase['alert'], picture: Picture): AlertCase => ({
  alert,
  minutes: MINUTES,
  fires: picture(MANY / 10, MANY),
  silent: [picture(MANY, MANY), picture(0, FEW)],
});

/** Each of them is to wake somebody and to write a ticket. */
export const SLO_CASES: readonly AlertCase[] = [
  {
    alert: 'DarkroomJobSuccessBudgetBurn',
    minutes: MINUTES,
    fires: [ended('completed', 40), ended('failed', 20, 'provider_unavailable')],
    silent: [
      [ended('completed', 40), ended('failed', 20, 'moderated'), ended('cancelled', 20)],
      [ended('completed', 0), ended('failed', FEW, 'timeout')],
    ],
  },
  {
    alert: 'DarkroomApiAvailabilityBudgetBurn',
    minutes: MINUTES,
    fires: [answered('200', 50), answered('500', 10), told('generation_failed', 5), answered('503', 5)],
    silent: [
      [answered('200', 50), answered('500', 10), told('generation_failed', 10)],
      [answered('200', 50), answered('503', 50, '/health/ready')],
      [answered('200', 0), answered('503', FEW)],
    ],
  },
  latency('DarkroomImageLatencyBudgetBurn', ofRuns('30', 'false')),
  latency('DarkroomCachedLatencyBudgetBurn', ofRuns('0.1', 'true')),
  latency('DarkroomQueueWaitBudgetBurn', of('darkroom_job_queue_wait_seconds', '10', { type: 'image' })),
  {
    alert: 'DarkroomReadFreshnessBudgetBurn',
    minutes: MINUTES,
    fires: [
      gauge('darkroom_subscription_lag_seconds', 0, { subscription: 'statistics' }),
      gauge('darkroom_subscription_lag_seconds', 6, { subscription: 'history' }),
    ],
    silent: [[gauge('darkroom_subscription_lag_seconds', 4, { subscription: 'history' })]],
  },
  latency('DarkroomPushBudgetBurn', of('darkroom_sse_delivery_seconds', '0.1')),
];
