import { counter, gauge, type AlertCase, type Series } from './alert-case.js';

const ended = (outcome: string, perMinute: number, error_type = outcome === 'failed' ? 'timeout' : ''): Series =>
  counter('darkroom_jobs_finished_total', perMinute, {
    ...{ type: 'image', provider: 'simulator', model: 'ok', cached: 'false', outcome, error_type },
  });

const fromCache = (perMinute: number): Series => {
  const { labels, ...series } = ended('completed', perMinute);
  return { ...series, labels: { ...labels, cached: 'true' } };
};

const started = (perMinute: number): Series =>
  counter('darkroom_job_queue_wait_seconds_count', perMinute, { type: 'image' });

const retried = (perMinute: number, trigger = 'auto'): Series =>
  counter('darkroom_job_retries_total', perMinute, {
    ...{ type: 'image', provider: 'simulator', trigger },
    error_type: trigger === 'auto' ? 'timeout' : '',
  });

const called = (error_type: string, perMinute: number): Series =>
  counter('gen_ai_client_operation_duration_seconds_count', perMinute, {
    ...{ gen_ai_operation_name: 'generate_content', gen_ai_provider_name: 'simulator', gen_ai_request_model: 'ok' },
    error_type,
  });

const paid = (perMinute: number, model = 'ok'): Series =>
  counter('darkroom_cost_usd_total', perMinute, { type: 'image', provider: 'simulator', model });

const DAY = 24 * 60;

export const RUN_CASES: readonly AlertCase[] = [
  {
    alert: 'DarkroomSuccessRatioLow',
    minutes: 45,
    fires: [ended('completed', 9), ended('failed', 1)],
    silent: [
      [ended('completed', 97), ended('failed', 3)],
      [ended('completed', 0.1), ended('failed', 0.1)],
    ],
  },
  {
    alert: 'DarkroomRetryRateHigh',
    minutes: 45,
    fires: [started(10), retried(1)],
    silent: [
      [started(10), retried(0.4), retried(5, 'manual')],
      [started(0.2), retried(0.2)],
    ],
  },
  {
    alert: 'DarkroomCacheHitRatioLow',
    minutes: 100,
    fires: [ended('completed', 5), fromCache(5)],
    silent: [[ended('completed', 3), fromCache(7)], [ended('completed', 0.2)]],
  },
  {
    alert: 'DarkroomJobStuck',
    minutes: 10,
    fires: [gauge('darkroom_jobs_oldest_processing_age_seconds', 901)],
    silent: [[gauge('darkroom_jobs_oldest_processing_age_seconds', 890)]],
  },
  {
    alert: 'DarkroomProviderDown',
    minutes: 15,
    fires: [called('', 4), called('timeout', 6)],
    silent: [
      [called('', 4), called('timeout', 3), called('moderated', 10)],
      [called('', 0), called('timeout', 0.5)],
    ],
  },
  {
    alert: 'DarkroomProviderRateLimited',
    minutes: 30,
    fires: [called('', 8), called('rate_limited', 2)],
    silent: [[called('', 95), called('rate_limited', 5)], [called('rate_limited', 0.3)]],
  },
  {
    alert: 'DarkroomProviderAccountRefused',
    minutes: 15,
    fires: [ended('completed', 5), ended('failed', 1, 'insufficient_credit')],
    silent: [[ended('completed', 5), ended('failed', 0, 'unauthorized'), ended('failed', 5)]],
  },
];

/** They look back for more than a day. */
export const COST_CASES: readonly AlertCase[] = [
  {
    alert: 'DarkroomCostSpike',
    minutes: DAY + 120,
    fires: [paid(0.001), { ...paid(0.05, 'dear'), beginsAt: DAY }],
    silent: [[paid(0.05)], [paid(0.0001)]],
  },
  {
    alert: 'DarkroomDailyBudgetSpent',
    minutes: DAY + 60,
    fires: [paid(0.1)],
    silent: [[paid(0.05)]],
  },
];
