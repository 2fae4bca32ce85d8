import { increase, mean, orNothing, quantile, rate, share } from '../../prometheus/src/promql.js';
import { choiceOfLabel, type DashboardSpec } from './dashboard.js';
import { lines, stat, table } from './panels.js';
import { SHOWN, STEP } from './windows.js';

const CALLS = 'gen_ai_client_operation_duration_seconds';
const COST = 'darkroom_cost_usd_total';
const SAVED = 'darkroom_cost_saved_usd_total';
const FINISHED = 'darkroom_jobs_finished_total';

const CALLED = { gen_ai_provider_name: '=~$provider' } as const;
const OF = { provider: '=~$provider' } as const;
const FAULTS = '!~|invalid_request|moderated';
const BY_MODEL = ['gen_ai_provider_name', 'gen_ai_request_model'] as const;

const CALL_PANELS = [
  table({
    title: 'Models',
    description:
      'Attempts in the time that is shown, by provider and model. Failed ones are those that were not the fault of the request.',
    unit: 'short',
    labels: { gen_ai_provider_name: 'Provider', gen_ai_request_model: 'Model' },
    orderedBy: 'Attempts',
    queries: [
      { expr: increase(CALLS, SHOWN, { where: CALLED, by: BY_MODEL }), legend: 'Attempts' },
      {
        expr: increase(CALLS, SHOWN, { where: { ...CALLED, error_type: FAULTS }, by: BY_MODEL }),
        legend: 'Failed',
      },
      {
        expr: `${quantile(0.5, CALLS, SHOWN, { where: { ...CALLED, error_type: '=' }, by: BY_MODEL })} >= 0`,
        legend: 'Median',
        unit: 's',
      },
      {
        expr: `${quantile(0.95, CALLS, SHOWN, { where: { ...CALLED, error_type: '=' }, by: BY_MODEL })} >= 0`,
        legend: '95th percentile',
        unit: 's',
      },
    ],
  }),
  lines({
    title: 'Share of attempts that fail',
    meaning: 'failure',
    description: 'By provider; what was invalid or moderated does not count as a failure of the provider.',
    unit: 'percentunit',
    limit: 0.5,
    alert: 'DarkroomProviderDown',
    queries: [
      {
        expr: `${rate(CALLS, STEP, { where: { ...CALLED, error_type: FAULTS }, by: ['gen_ai_provider_name'] })} / (${rate(CALLS, STEP, { where: CALLED, by: ['gen_ai_provider_name'] })} > 0)`,
        legend: '{{gen_ai_provider_name}}',
      },
    ],
  }),
  lines({
    title: 'Attempts by their error',
    description: 'A minute; those without an error are left out.',
    unit: 'short',
    shape: 'stack',
    queries: [
      {
        expr: `60 * ${rate(CALLS, STEP, { where: { ...CALLED, error_type: '!=' }, by: ['gen_ai_provider_name', 'error_type'] })}`,
        legend: '{{gen_ai_provider_name}} {{error_type}}',
      },
    ],
  }),
  lines({
    title: 'Time of an attempt, 95th percentile',
    description: 'Of attempts that had a result, the storing of it included.',
    unit: 's',
    queries: [
      {
        expr: quantile(0.95, CALLS, STEP, { where: { ...CALLED, error_type: '=' }, by: BY_MODEL }),
        legend: '{{gen_ai_provider_name}}/{{gen_ai_request_model}}',
        exemplar: true,
      },
    ],
  }),
  lines({
    title: 'Refused because there were too many',
    meaning: 'failure',
    description:
      'Share of the attempts that the provider refused with rate_limited. PROVIDER_LIMITS keeps all workers together below what a provider takes.',
    unit: 'percentunit',
    limit: 0.1,
    alert: 'DarkroomProviderRateLimited',
    queries: [
      {
        expr: share(
          orNothing(rate(CALLS, STEP, { where: { ...CALLED, error_type: '=rate_limited' } })),
          rate(CALLS, STEP, { where: CALLED }),
        ),
        legend: 'rate_limited',
      },
    ],
  }),
];

const LIMIT_PANELS = [
  lines({
    title: 'Put off by PROVIDER_LIMITS',
    description:
      'Times in a minute that an attempt found its provider without room. Above 0 for long: the limits are what keeps runs waiting, and more workers do not help.',
    unit: 'short',
    more: 'darkroom-queue',
    queries: [
      {
        expr: `60 * ${rate('darkroom_provider_postponements_total', STEP, { where: OF, by: ['provider'] })}`,
        legend: '{{provider}}',
      },
    ],
  }),
];

const COST_PANELS = [
  stat({
    title: 'Spent',
    description: 'What providers were paid in the time that is shown.',
    unit: 'currencyUSD',
    width: 6,
    alert: 'DarkroomDailyBudgetSpent',
    queries: [{ expr: increase(COST, SHOWN, { where: OF }), legend: 'spent' }],
  }),
  stat({
    title: 'Saved',
    description:
      'What results would have cost that came from the cache or from another run, in the time that is shown.',
    unit: 'currencyUSD',
    width: 6,
    queries: [{ expr: increase(SAVED, SHOWN, { where: OF }), legend: 'saved' }],
  }),
  stat({
    title: 'A result costs',
    description:
      'What was paid in the time that is shown, failed and cancelled runs included, for each completed run that is not from the cache.',
    unit: 'currencyUSD',
    width: 6,
    queries: [
      {
        expr: mean(
          increase(COST, SHOWN, { where: OF }),
          increase(FINISHED, SHOWN, { where: { ...OF, outcome: '=completed', cached: '=false' } }),
        ),
        legend: 'a result',
      },
    ],
  }),
  stat({
    title: 'A day at this speed',
    description: 'What 24 hours cost if they go on like the last hour.',
    unit: 'currencyUSD',
    width: 6,
    queries: [{ expr: `24 * ${increase(COST, '1h', { where: OF })}`, legend: 'a day' }],
  }),
  lines({
    title: 'Cost an hour',
    description: 'By provider and model, over the hour before each point.',
    unit: 'currencyUSD',
    shape: 'stack',
    alert: 'DarkroomCostSpike',
    queries: [
      { expr: increase(COST, '1h', { where: OF, by: ['provider', 'model'] }), legend: '{{provider}}/{{model}}' },
    ],
  }),
  lines({
    title: 'Saved an hour',
    description: 'By provider and model, over the hour before each point.',
    unit: 'currencyUSD',
    shape: 'stack',
    queries: [
      { expr: increase(SAVED, '1h', { where: OF, by: ['provider', 'model'] }), legend: '{{provider}}/{{model}}' },
    ],
  }),
];

export const PROVIDERS: DashboardSpec = {
  uid: 'darkroom-providers',
  title: 'Darkroom / Providers and cost',
  description: 'Which provider is slow, failing or dear?',
  variables: [choiceOfLabel({ name: 'provider', label: 'Provider', metric: 'darkroom_jobs_created_total' })],
  rows: [
    { title: 'Attempts', panels: [...CALL_PANELS, ...LIMIT_PANELS] },
    { title: 'Cost', panels: COST_PANELS },
  ],
};
