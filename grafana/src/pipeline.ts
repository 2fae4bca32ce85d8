import { buckets, orNothing, quantile, rate, share, sumRate } from '../../prometheus/src/promql.js';
import type { DashboardSpec } from './dashboard.js';
import { heatmap, lines } from './panels.js';
import { STEP } from './windows.js';

const FINISHED = 'darkroom_jobs_finished_total';
const RUNS = 'darkroom_job_duration_seconds';
const WAITS = 'darkroom_job_queue_wait_seconds';
const CALLS = 'gen_ai_client_operation_duration_seconds';
const ATTEMPTS = 'darkroom_job_attempts';
const APPENDS = 'darkroom_eventstore_append_duration_seconds';
const LOOKS = 'darkroom_cache_requests_total';
const MADE = { outcome: '=completed', cached: '=false' } as const;

const FLOW = [
  lines({
    title: 'Accepted, started, completed',
    description:
      'A minute. Started counts attempts: it is above accepted while attempts are retried, and below while the cache answers.',
    unit: 'short',
    queries: [
      { expr: `60 * ${rate('darkroom_jobs_created_total', STEP)}`, legend: 'accepted' },
      { expr: `60 * ${rate(WAITS, STEP)}`, legend: 'attempts started' },
      { expr: `60 * ${rate(FINISHED, STEP, { where: { outcome: '=completed' } })}`, legend: 'completed' },
    ],
  }),
  lines({
    title: 'Accepted, by type and mode',
    description: 'Runs that were accepted in a minute.',
    unit: 'short',
    shape: 'stack',
    queries: [
      {
        expr: `60 * ${rate('darkroom_jobs_created_total', STEP, { by: ['type', 'mode'] })}`,
        legend: '{{type}} {{mode}}',
      },
    ],
  }),
  lines({
    title: 'Failures by category',
    description:
      'Runs that failed in a minute. invalid_request and moderated are no fault of the platform; unauthorized and insufficient_credit are that of its account.',
    unit: 'short',
    shape: 'stack',
    alert: 'DarkroomJobSuccessBudgetBurn',
    more: 'darkroom-providers',
    queries: [
      {
        expr: `60 * ${rate(FINISHED, STEP, { where: { outcome: '=failed' }, by: ['error_type'] })}`,
        legend: '{{error_type}}',
      },
    ],
  }),
  lines({
    title: 'From the cache',
    description: 'Share of the results that nobody had to make.',
    unit: 'percentunit',
    limit: 0.6,
    isBadBelow: true,
    alert: 'DarkroomCacheHitRatioLow',
    queries: [
      {
        expr: share(
          orNothing(rate(FINISHED, STEP, { where: { outcome: '=completed', cached: '=true' } })),
          rate(FINISHED, STEP, { where: { outcome: '=completed' } }),
        ),
        legend: 'cached',
      },
    ],
  }),
];

const TIME = [
  heatmap({
    title: 'How long runs take',
    description:
      'Runs that completed and are not from the cache, from acceptance to end; a point leads to the trace of its run.',
    unit: 's',
    width: 24,
    queries: [{ expr: buckets(RUNS, STEP, { where: MADE }), legend: '{{le}}', exemplar: true }],
  }),
  lines({
    title: 'Duration of images',
    width: 8,
    description: 'Images that are not from the cache. The objective: 95 % within 30 seconds.',
    unit: 's',
    limit: 30,
    alert: 'DarkroomImageLatencyBudgetBurn',
    queries: [0.5, 0.95, 0.99].map((part) => ({
      expr: quantile(part, RUNS, STEP, { where: { ...MADE, type: '=image' } }),
      legend: `p${String(part * 100)}`,
      exemplar: true,
    })),
  }),
  lines({
    title: 'Duration from the cache',
    width: 8,
    description: 'Results from the cache. The objective: 99 % within 0.1 seconds.',
    unit: 's',
    limit: 0.1,
    alert: 'DarkroomCachedLatencyBudgetBurn',
    queries: [0.5, 0.99].map((part) => ({
      expr: quantile(part, RUNS, STEP, { where: { outcome: '=completed', cached: '=true' } }),
      legend: `p${String(part * 100)}`,
      exemplar: true,
    })),
  }),
  lines({
    title: 'Where the time goes',
    width: 8,
    description:
      'Means for one attempt: its wait for a worker, its time at the provider with the storing of the result, and one append to the log.',
    unit: 's',
    shape: 'stack',
    more: 'darkroom-queue',
    queries: [
      { expr: share(sumRate(WAITS, STEP), rate(WAITS, STEP)), legend: 'wait' },
      { expr: share(sumRate(CALLS, STEP), rate(CALLS, STEP)), legend: 'provider' },
      { expr: share(sumRate(APPENDS, STEP), rate(APPENDS, STEP)), legend: 'append' },
    ],
  }),
];

const CACHE = [
  lines({
    title: 'Found in a tier of the cache',
    description:
      'Share of the looks into a tier that found a result. The memory of a process is asked first, then Redis where there is one, then the database.',
    unit: 'percentunit',
    queries: [
      {
        expr: `${rate(LOOKS, STEP, { where: { result: '=hit' }, by: ['tier'] })} / clamp_min(${rate(LOOKS, STEP, { by: ['tier'] })}, 1e-9)`,
        legend: '{{tier}}',
      },
    ],
  }),
  lines({
    title: 'Looks into the cache',
    description: 'A minute, by tier and by whether something was there; estimates look too.',
    unit: 'short',
    shape: 'stack',
    queries: [{ expr: `60 * ${rate(LOOKS, STEP, { by: ['tier', 'result'] })}`, legend: '{{tier}} {{result}}' }],
  }),
  lines({
    title: 'What the cache did for runs',
    description:
      'Runs that completed in a minute. hit: the result was there; joined: it was being made for another run; miss: it had to be made; bypass: the cache was not asked.',
    unit: 'short',
    shape: 'stack',
    more: 'darkroom-providers',
    queries: [{ expr: `60 * ${rate('darkroom_cache_results_total', STEP, { by: ['result'] })}`, legend: '{{result}}' }],
  }),
];

const FILES = [
  lines({
    title: 'Files made',
    description: 'A minute, by what they are; a video comes with a poster and a preview.',
    unit: 'short',
    shape: 'stack',
    queries: [
      {
        expr: `60 * ${rate('darkroom_artifacts_total', STEP, { by: ['type', 'content_type'] })}`,
        legend: '{{type}} {{content_type}}',
      },
    ],
  }),
  lines({
    title: 'Size of a file, 95th percentile',
    description: 'Of those that were made, by what they are.',
    unit: 'bytes',
    queries: [{ expr: quantile(0.95, 'darkroom_artifact_size_bytes', STEP, { by: ['type'] }), legend: '{{type}}' }],
  }),
  lines({
    title: 'Bytes that come in',
    description: 'A second: made for runs, and uploaded. What nothing refers to any more is swept later.',
    unit: 'Bps',
    shape: 'stack',
    queries: [
      { expr: sumRate('darkroom_artifact_size_bytes', STEP), legend: 'made' },
      {
        expr: rate('darkroom_upload_bytes_total', STEP, { by: ['content_type'] }),
        legend: 'uploaded {{content_type}}',
      },
    ],
  }),
];

const AGAIN = [
  lines({
    title: 'Retries',
    description:
      'Further attempts in a minute: by themselves after an error of this category, and those that a person asked for.',
    unit: 'short',
    shape: 'stack',
    alert: 'DarkroomRetryRateHigh',
    queries: [
      {
        expr: `60 * ${rate('darkroom_job_retries_total', STEP, { by: ['trigger', 'error_type'] })}`,
        legend: '{{trigger}} {{error_type}}',
      },
    ],
  }),
  lines({
    title: 'Attempts of a run',
    description: 'Mean over the runs that ended, by how they did. 1 is best.',
    unit: 'short',
    meaning: 'outcome',
    width: 6,
    queries: [
      {
        expr: `${sumRate(ATTEMPTS, STEP, { by: ['outcome'] })} / (${rate(ATTEMPTS, STEP, { by: ['outcome'] })} > 0)`,
        legend: '{{outcome}}',
      },
    ],
  }),
  lines({
    title: 'Taken over',
    width: 6,
    description: 'Attempts in a minute that went on at another worker because theirs was gone.',
    unit: 'short',
    alert: 'DarkroomWorkersDying',
    more: 'darkroom-queue',
    queries: [
      { expr: `60 * ${rate('darkroom_job_takeovers_total', STEP, { by: ['provider'] })}`, legend: '{{provider}}' },
    ],
  }),
];

export const PIPELINE: DashboardSpec = {
  uid: 'darkroom-pipeline',
  title: 'Darkroom / Generation',
  description: 'What becomes of runs: how many, how fast, and why some fail.',
  rows: [
    { title: 'Flow', panels: FLOW },
    { title: 'Time', panels: TIME },
    { title: 'Prompt cache', panels: CACHE },
    { title: 'Files', panels: FILES },
    { title: 'Again', panels: AGAIN },
  ],
};
