import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';

/** What is asked of others for a scrape. */
export const COLLECTORS = ['log', 'runs', 'queue'] as const;
/** What a process cannot serve without, or misses. */
export const DEPENDENCIES = ['database', 'queue', 'storage'] as const;

/** Of a process, what it depends on and what it tells. */
export const PROCESS_METRICS = {
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
