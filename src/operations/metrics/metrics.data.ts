import { ERROR_CATEGORIES } from '../../providers/image-provider.port.js';
import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';

const TYPES = ['image', 'video'] as const;
const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;
const YES_NO = ['true', 'false'] as const;
/** The empty one says that there was no error. */
const ERRORS = ['', ...ERROR_CATEGORIES] as const;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What is asked of others for a scrape. */
export const COLLECTORS = ['log', 'runs', 'queue'] as const;

/** What a process cannot serve without, or misses. */
export const DEPENDENCIES = ['database', 'queue', 'storage'] as const;

/** Seconds of a run: the objectives ask about 0.1 (from the cache) and 30. */
const RUN_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];
/** A route that waits for its run answers after two minutes at the latest. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 15, 30, 60, 120];
/** The objective asks about 10. */
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];
/** The edges that the OpenTelemetry conventions for generative AI advise, and two more for videos. */
const PROVIDER_SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68,
];
const STATEMENT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Of files, from 16 KiB to 256 MiB. */
const FILE_BYTES = [16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864, 268_435_456];
const STORAGE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The objective asks about 0.1. */
const DELIVERY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/**
 * Every metric of Darkroom: what is registered, docs/metrics.md, and what dashboards and alerts may name. Counters count where something
 * happens, after its commit, and never in a projection: a rebuild would count everything again.
 */
export const METRICS = {
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
  darkroom_artifacts_total: {
    type: 'counter',
    help: 'Files that were made for runs; what a run takes from another one was made once.',
    labels: {
      type: ['image', 'video', 'poster', 'preview'],
      content_type: ['image/png', 'image/jpeg', 'image/webp', 'video/mp4'],
    },
    across: 'sum',
  },
  darkroom_artifact_size_bytes: {
    type: 'histogram',
    help: 'Size of the files that were made for runs.',
    labels: { type: ['image', 'video', 'poster', 'preview'] },
    buckets: FILE_BYTES,
    across: 'sum',
  },
  darkroom_upload_bytes_total: {
    type: 'counter',
    help: 'Bytes of uploads that were taken in.',
    labels: { content_type: ['image/png', 'image/jpeg', 'image/webp'] },
    across: 'sum',
  },
  darkroom_storage_operation_duration_seconds: {
    type: 'histogram',
    help: 'Time of an operation of the storage: `keep` makes a file of an upload that has arrived, `open` looks at a whole file before its first byte, `missing`: there was no file to `read` or `open`.',
    labels: {
      operation: ['put', 'keep', 'read', 'open', 'stat', 'remove', 'check'],
      outcome: ['ok', 'missing', 'failed'],
    },
    buckets: STORAGE_SECONDS,
    across: 'sum',
  },
  darkroom_events_appended_total: {
    type: 'counter',
    help: 'Events that this process appended to the log.',
    labels: { type: 'registered' },
    across: 'sum',
  },
  darkroom_eventstore_append_duration_seconds: {
    type: 'histogram',
    help: 'Time of a transaction that appends a group of events, its wait for the lock included; `nothing`: it failed, or all were refused.',
    labels: { outcome: ['ok', 'nothing'] },
    buckets: STATEMENT_SECONDS,
    across: 'sum',
  },
  darkroom_eventstore_head_position: {
    type: 'gauge',
    help: 'Position of the last event of the log.',
    across: 'max',
  },
  darkroom_subscription_events_total: {
    type: 'counter',
    help: 'Events that a projection or reactor dealt with as it followed the log; a rebuild beside the live tables is not counted.',
    labels: { subscription: 'registered' },
    across: 'sum',
  },
  darkroom_subscription_batch_duration_seconds: {
    type: 'histogram',
    help: 'Time in which a projection or reactor dealt with a batch of events as it followed the log; one that failed is tried again.',
    labels: { subscription: 'registered', outcome: ['ok', 'failed'] },
    buckets: STATEMENT_SECONDS,
    across: 'sum',
  },
  darkroom_subscription_position: {
    type: 'gauge',
    help: 'Position of the last event that a projection or reactor has passed.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_rebuilding: {
    type: 'gauge',
    help: '1 while the tables of a projection are built beside the live ones, to take their place or to be compared with them.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_lag_events: {
    type: 'gauge',
    help: 'Events of the log that a projection or reactor has not passed yet.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event that a projection or reactor has not passed yet; 0 where there is none.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_failing: {
    type: 'gauge',
    help: '1 while a projection or reactor stands still at an event that it cannot take in.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_parked_events: {
    type: 'gauge',
    help: 'Events that a reactor has given up on and put aside, until somebody deals with them.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_queue_jobs: {
    type: 'gauge',
    help: 'Wake-ups in the queue: due, due later, and at a worker. A long queue is counted to a thousand.',
    labels: { state: ['waiting', 'delayed', 'active'] },
    across: 'max',
  },
  darkroom_jobs_oldest_due_age_seconds: {
    type: 'gauge',
    help: 'How long the attempt has been due that waits longest for a worker; 0 where none waits.',
    across: 'max',
  },
  darkroom_jobs_oldest_processing_age_seconds: {
    type: 'gauge',
    help: 'How long the run has been processed that is at it longest; 0 where none is.',
    across: 'max',
  },
  darkroom_workers_alive: {
    type: 'gauge',
    help: 'Worker processes whose lease holds.',
    across: 'max',
  },
  darkroom_worker_slots: {
    type: 'gauge',
    help: 'Attempts that this process can run at the same time; 0 without the role.',
    across: 'sum',
  },
  darkroom_worker_slots_busy: {
    type: 'gauge',
    help: 'Attempts that this process runs now.',
    across: 'sum',
  },
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
  darkroom_db_pool_connections: {
    type: 'gauge',
    help: 'Pooled connections to the database.',
    labels: { state: ['idle', 'used'] },
    across: 'sum',
  },
  darkroom_db_pool_pending: {
    type: 'gauge',
    help: 'Statements that wait for a pooled connection.',
    across: 'sum',
  },
  darkroom_db_pool_max: {
    type: 'gauge',
    help: 'Pooled connections that this process may have at most.',
    across: 'sum',
  },
  darkroom_dependency_up: {
    type: 'gauge',
    help: '1 while what this process depends on answers it as the readiness probe asks: the database, the queue (Redis where there is one), the storage; asked behind the scrape before.',
    labels: { dependency: DEPENDENCIES },
    across: 'sum',
  },
  darkroom_heap_limit_bytes: {
    type: 'gauge',
    help: 'Heap that Node.js may use; at its end the process dies.',
    across: 'sum',
  },
  nodejs_eventloop_utilization_ratio: {
    type: 'gauge',
    help: 'Share of the time in which the event loop had something to do, over some ten seconds or since the scrape before, whichever is longer.',
    across: 'max',
  },
  darkroom_log_messages_total: {
    type: 'counter',
    help: 'Lines that were logged, by their level.',
    labels: { level: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] },
    across: 'sum',
  },
  darkroom_telemetry_dropped_total: {
    type: 'counter',
    help: 'What this process had to tell and nobody has: spans that the collector did not take or the queue had no room for, and lines of the log that their file did not take.',
    labels: { signal: ['spans', 'log_lines'] },
    across: 'sum',
  },
  darkroom_collector_failures_total: {
    type: 'counter',
    help: 'Questions for a scrape that the database or the queue did not answer.',
    labels: { collector: COLLECTORS },
    across: 'sum',
  },
  darkroom_collector_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When what is asked of the database or the queue for a scrape was last answered; older than a minute means that those gauges are.',
    labels: { collector: COLLECTORS },
    across: 'max',
  },
  darkroom_build_info: {
    type: 'gauge',
    help: 'Always 1; what runs is in the labels.',
    labels: { version: 'registered', node: 'registered', roles: 'registered' },
    across: 'max',
  },
} as const satisfies MetricCatalogue;
