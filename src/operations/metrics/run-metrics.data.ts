import { ERROR_CATEGORIES } from '../../providers/image-provider.port.js';
import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';

const TYPES = ['image', 'video'] as const;
const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;
const YES_NO = ['true', 'false'] as const;
/** The empty one says that there was no error. */
const ERRORS = ['', ...ERROR_CATEGORIES] as const;
/** Seconds of a run: the objectives ask about 0.1 (from the cache) and 30. */
const RUN_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];
/** The objective asks about 10. */
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];
/** The edges that the OpenTelemetry conventions for generative AI advise, and two more for videos. */
const PROVIDER_SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68,
];

/** Of runs, their attempts and what they cost or save. */
export const RUN_METRICS = {
  darkroom_jobs_created_total: {
    type: 'counter',
    help: 'Runs that were accepted.',
    labels: { type: TYPES, provider: 'registered', model: 'registered', mode: ['ai', 'manual'] },
    across: 'sum',
  },
  darkroom_jobs_finished_total: {
    type: 'counter',
    help: 'Runs that came to an end. `error_type` is empty where none failed.',
    labels: {
      type: TYPES,
      provider: 'registered',
      model: 'registered',
      outcome: OUTCOMES,
      error_type: ERRORS,
      cached: YES_NO,
    },
    across: 'sum',
  },
  darkroom_job_retries_total: {
    type: 'counter',
    help: 'Further attempts of a run: automatic ones after an error, and those that a person asked for.',
    labels: { type: TYPES, provider: 'registered', error_type: ERRORS, trigger: ['auto', 'manual'] },
    across: 'sum',
  },
  darkroom_job_takeovers_total: {
    type: 'counter',
    help: 'Attempts that went on at another worker because theirs was gone.',
    labels: { type: TYPES, provider: 'registered' },
    across: 'sum',
  },
  darkroom_job_attempts: {
    type: 'histogram',
    help: 'Attempts that a run took to its end.',
    labels: { type: TYPES, outcome: OUTCOMES },
    buckets: [1, 2, 3, 4, 5, 6],
    across: 'sum',
  },
  darkroom_job_duration_seconds: {
    type: 'histogram',
    help: 'Time from the acceptance of a run to its end, with all waits and retries.',
    labels: { type: TYPES, provider: 'registered', outcome: OUTCOMES, cached: YES_NO },
    buckets: RUN_SECONDS,
    across: 'sum',
  },
  darkroom_job_queue_wait_seconds: {
    type: 'histogram',
    help: 'Time from when an attempt was due to its start; the pause before a retry is no wait.',
    labels: { type: TYPES },
    buckets: WAIT_SECONDS,
    across: 'sum',
  },
  darkroom_cost_usd_total: {
    type: 'counter',
    help: 'What providers were paid for results, in US dollars.',
    labels: { type: TYPES, provider: 'registered', model: 'registered' },
    across: 'sum',
  },
  darkroom_cost_saved_usd_total: {
    type: 'counter',
    help: 'What results would have cost that came from the cache or from another run, in US dollars.',
    labels: { type: TYPES, provider: 'registered', model: 'registered' },
    across: 'sum',
  },
  darkroom_cache_requests_total: {
    type: 'counter',
    help: 'Looks into a tier of the prompt cache, for runs, estimates and the question what it has; a miss is looked for in the next tier.',
    labels: { tier: ['memory', 'redis', 'database'], result: ['hit', 'miss'] },
    across: 'sum',
  },
  darkroom_cache_results_total: {
    type: 'counter',
    help: 'Runs that completed, by what the prompt cache did for them: had the result, had them wait for one that was being made, had none, or was not asked.',
    labels: { result: ['hit', 'joined', 'miss', 'bypass'] },
    across: 'sum',
  },
  gen_ai_client_operation_duration_seconds: {
    type: 'histogram',
    help: 'Time of an attempt at its provider, by the OpenTelemetry conventions for generative AI.',
    labels: {
      gen_ai_operation_name: ['generate_content'],
      gen_ai_provider_name: 'registered',
      gen_ai_request_model: 'registered',
      error_type: ERRORS,
    },
    buckets: PROVIDER_SECONDS,
    across: 'sum',
  },
  darkroom_provider_postponements_total: {
    type: 'counter',
    help: 'Times that an attempt was put off because its provider had no room within PROVIDER_LIMITS; one that waits long is put off again and again.',
    labels: { provider: 'registered' },
    across: 'sum',
  },
} as const satisfies MetricCatalogue;
