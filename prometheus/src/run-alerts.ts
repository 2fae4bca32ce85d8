import type { Alert } from './alert.js';
import { increase, now, orNothing, rate, share } from './promql.js';

const FINISHED = 'darkroom_jobs_finished_total';
const CALLS = 'gen_ai_client_operation_duration_seconds';
const COST = 'darkroom_cost_usd_total';
const PROVIDER = ['gen_ai_provider_name'] as const;

/** What is the provider's fault, or that of the account there: not that of the request. */
const PROVIDER_FAULTS = '!~|invalid_request|moderated';
/** What only whoever holds the account can put right. */
const ACCOUNT_FAULTS = '=~unauthorized|insufficient_credit';

/** US dollars in a day; change it to what you are ready to spend. */
const DAILY_BUDGET_USD = 100;

const callShare = (error_type: '=rate_limited' | typeof PROVIDER_FAULTS, window: string): string =>
  `${rate(CALLS, window, { where: { error_type }, by: PROVIDER })} / ${rate(CALLS, window, { by: PROVIDER })}`;

const atLeast = (calls: number, window: string): string => `${increase(CALLS, window, { by: PROVIDER })} > ${calls}`;

/** About what becomes of runs, and what their providers do. */
export const RUN_ALERTS: readonly Alert[] = [
  {
    name: 'DarkroomSuccessRatioLow',
    severity: 'ticket',
    summary: 'Fewer than 95 % of the runs complete',
    description: '{{ $value | humanizePercentage }} of the runs of the last half hour completed.',
    dashboard: 'darkroom-pipeline',
    value: share(
      orNothing(rate(FINISHED, '30m', { where: { outcome: '=completed' } })),
      rate(FINISHED, '30m', { where: { outcome: '=~completed|failed' } }),
    ),
    isWrong: '< 0.95',
    and: `${increase(FINISHED, '30m', { where: { outcome: '=~completed|failed' } })} > 20`,
    for: '10m',
  },
  {
    name: 'DarkroomRetryRateHigh',
    severity: 'ticket',
    summary: 'More than 5 % of the attempts are retried',
    description: '{{ $value | humanizePercentage }} of the attempts of the last half hour were retried by themselves.',
    dashboard: 'darkroom-pipeline',
    value: share(
      orNothing(rate('darkroom_job_retries_total', '30m', { where: { trigger: '=auto' } })),
      rate('darkroom_job_queue_wait_seconds', '30m'),
    ),
    isWrong: '> 0.05',
    and: `${increase('darkroom_job_queue_wait_seconds', '30m')} > 20`,
    for: '10m',
  },
  {
    name: 'DarkroomCacheHitRatioLow',
    severity: 'info',
    summary: 'Fewer than 60 % of the results come from the cache',
    description:
      '{{ $value | humanizePercentage }} of the results of the last six hours came from the cache. What was asked for without it counts too.',
    dashboard: 'darkroom-pipeline',
    value: share(
      orNothing(rate(FINISHED, '6h', { where: { outcome: '=completed', cached: '=true' } })),
      rate(FINISHED, '6h', { where: { outcome: '=completed' } }),
    ),
    isWrong: '< 0.6',
    and: `${increase(FINISHED, '6h', { where: { outcome: '=completed' } })} > 100`,
    for: '1h',
  },
  {
    name: 'DarkroomJobStuck',
    severity: 'ticket',
    summary: 'A run has been processed for more than 15 minutes',
    description: 'The run that is at it longest has been processed for {{ $value | humanizeDuration }}.',
    dashboard: 'darkroom-queue',
    value: now('darkroom_jobs_oldest_processing_age_seconds'),
    isWrong: '> 900',
    for: '5m',
  },
  {
    name: 'DarkroomProviderDown',
    severity: 'page',
    summary: '{{ $labels.gen_ai_provider_name }} fails in more than half of the attempts',
    description:
      '{{ $value | humanizePercentage }} of the attempts at {{ $labels.gen_ai_provider_name }} failed in the last 5 minutes.',
    dashboard: 'darkroom-providers',
    value: callShare(PROVIDER_FAULTS, '5m'),
    isWrong: '> 0.5',
    and: atLeast(5, '5m'),
    for: '2m',
  },
  {
    name: 'DarkroomProviderRateLimited',
    severity: 'ticket',
    summary: '{{ $labels.gen_ai_provider_name }} refuses attempts because there are too many',
    description:
      '{{ $value | humanizePercentage }} of the attempts at {{ $labels.gen_ai_provider_name }} were refused with rate_limited in the last 15 minutes.',
    dashboard: 'darkroom-providers',
    value: callShare('=rate_limited', '15m'),
    isWrong: '> 0.1',
    and: atLeast(10, '15m'),
    for: '10m',
  },
  {
    name: 'DarkroomProviderAccountRefused',
    severity: 'page',
    summary: '{{ $labels.provider }} refuses our key or our credit',
    description:
      '{{ $value | humanize }} runs at {{ $labels.provider }} failed with unauthorized or insufficient_credit in the last 10 minutes. They are not retried.',
    dashboard: 'darkroom-providers',
    value: increase(FINISHED, '10m', { where: { error_type: ACCOUNT_FAULTS }, by: ['provider'] }),
    isWrong: '> 1',
    for: '1m',
  },
  {
    name: 'DarkroomCostSpike',
    severity: 'ticket',
    summary: 'An hour costs three times as much as the same hour of yesterday',
    description: 'Providers were paid {{ $value | printf "%.2f" }} US dollars for the last hour.',
    dashboard: 'darkroom-providers',
    value: increase(COST, '1h'),
    isWrong: '> 1',
    and: `${increase(COST, '1h')} > 3 * ${increase(COST, '1h', { offset: '1d' })}`,
    for: '10m',
  },
  {
    name: 'DarkroomDailyBudgetSpent',
    severity: 'ticket',
    summary: `More than ${DAILY_BUDGET_USD} US dollars were spent within a day`,
    description: 'Providers were paid {{ $value | printf "%.2f" }} US dollars within the last 24 hours.',
    dashboard: 'darkroom-providers',
    value: increase(COST, '1d'),
    isWrong: `> ${DAILY_BUDGET_USD}`,
    for: '10m',
  },
];
