import { increase, now, quantile, rate, sumRate } from '../../prometheus/src/promql.js';
import type { DashboardSpec } from './dashboard.js';
import { lines } from './panels.js';
import { SERVER_ROWS } from './servers.js';
import { STEP } from './windows.js';

const STORAGE_TIME = 'darkroom_storage_operation_duration_seconds';
const PROCESS = ['instance'] as const;

const NODE = [
  lines({
    title: 'Delay of the event loop',
    description:
      '99th percentile, by process. While it is long, everything in this process is late, its heartbeats too.',
    unit: 's',
    limit: 0.25,
    alert: 'DarkroomEventLoopBlocked',
    queries: [{ expr: now('nodejs_eventloop_lag_p99_seconds', { by: PROCESS }), legend: '{{instance}}' }],
  }),
  lines({
    title: 'Delay of the event loop, median',
    description: 'By process. Some ten milliseconds are what the measuring itself takes.',
    unit: 's',
    queries: [{ expr: now('nodejs_eventloop_lag_p50_seconds', { by: PROCESS }), legend: '{{instance}}' }],
  }),
  lines({
    title: 'Utilisation of the event loop',
    description:
      'Share of the time in which the event loop of a process had something to do. Near 1 it is full: another process helps, a faster database does not.',
    unit: 'percentunit',
    limit: 0.9,
    queries: [{ expr: now('nodejs_eventloop_utilization_ratio', { by: PROCESS }), legend: '{{instance}}' }],
  }),
  lines({
    title: 'Heap in use',
    description: 'Share of what Node.js may use (--max-old-space-size). At its end the process dies.',
    unit: 'percentunit',
    limit: 0.9,
    alert: 'DarkroomHeapNearLimit',
    queries: [
      {
        expr: `${now('nodejs_heap_size_used_bytes', { by: PROCESS })} / ${now('darkroom_heap_limit_bytes', { by: PROCESS })}`,
        legend: '{{instance}}',
      },
    ],
  }),
  lines({
    title: 'Memory',
    description:
      'Resident, by process: what the limit of a container is about. Pictures are in the external part, outside of the heap.',
    unit: 'bytes',
    queries: [
      { expr: now('process_resident_memory_bytes', { by: PROCESS }), legend: '{{instance}}' },
      { expr: now('nodejs_external_memory_bytes', { by: PROCESS }), legend: '{{instance}} external' },
    ],
  }),
  lines({
    title: 'Processor',
    description: 'Seconds of processor time in a second, by process; 1 is one core.',
    unit: 'short',
    queries: [{ expr: rate('process_cpu_seconds_total', STEP, { by: PROCESS }), legend: '{{instance}}' }],
  }),
  lines({
    title: 'Collection of garbage',
    description: 'Seconds of it in a second, by its kind.',
    unit: 's',
    shape: 'stack',
    queries: [{ expr: sumRate('nodejs_gc_duration_seconds', STEP, { by: ['kind'] }), legend: '{{kind}}' }],
  }),
  lines({
    title: 'Open file descriptors',
    description: 'By process; a slope without end is a leak.',
    unit: 'short',
    queries: [{ expr: now('process_open_fds', { by: PROCESS }), legend: '{{instance}}' }],
  }),
  lines({
    title: 'Running for',
    description: 'By process. One that begins again and again is killed, or kills itself.',
    unit: 'dtdhms',
    alert: 'DarkroomTargetDown',
    queries: [{ expr: `time() - ${now('process_start_time_seconds', { by: PROCESS })}`, legend: '{{instance}}' }],
  }),
];

const DATABASE = [
  lines({
    title: 'Pooled connections',
    description: 'Of all processes, against what they may have together.',
    unit: 'short',
    queries: [
      { expr: now('darkroom_db_pool_connections', { by: ['state'] }), legend: '{{state}}' },
      { expr: now('darkroom_db_pool_max'), legend: 'at most' },
    ],
  }),
  lines({
    title: 'Waiting for a connection',
    description:
      'Statements, by process. More than a moment of it: DATABASE_POOL_SIZE is too small, or the database is slow.',
    unit: 'short',
    limit: 1,
    alert: 'DarkroomDbPoolExhausted',
    queries: [{ expr: now('darkroom_db_pool_pending', { by: PROCESS }), legend: '{{instance}}' }],
  }),
];

const STORAGE = [
  lines({
    title: 'Time of an operation of the storage, 95th percentile',
    description:
      'put and keep are through when the bytes would survive a power cut, so that they show how fast the disk is.',
    unit: 's',
    queries: [{ expr: quantile(0.95, STORAGE_TIME, STEP, { by: ['operation'] }), legend: '{{operation}}' }],
  }),
  lines({
    title: 'Operations of the storage',
    description:
      'A second. failed: the medium is full, read-only or away, or a file is damaged; missing: there was no such file.',
    unit: 'ops',
    queries: [
      { expr: rate(STORAGE_TIME, STEP, { by: ['operation', 'outcome'] }), legend: '{{operation}} {{outcome}}' },
    ],
  }),
];

const DEPENDENCIES = [
  lines({
    title: 'What processes depend on',
    description:
      'How many processes the database, the queue and the storage answer. A line that falls below the others: what it stands for is away for some of them.',
    unit: 'short',
    alert: 'DarkroomMetricsCollectorStale',
    queries: [{ expr: now('darkroom_dependency_up', { by: ['dependency'] }), legend: '{{dependency}}' }],
  }),
];

const TELLING = [
  lines({
    title: 'Lines logged',
    description: 'A second, by level, of all processes together.',
    unit: 'short',
    meaning: 'level',
    shape: 'stack',
    queries: [{ expr: rate('darkroom_log_messages_total', STEP, { by: ['level'] }), legend: '{{level}}' }],
  }),
  lines({
    title: 'Errors logged',
    description: 'Lines of level error or fatal, over the quarter of an hour before each point.',
    unit: 'short',
    meaning: 'level',
    limit: 10,
    alert: 'DarkroomLogErrors',
    queries: [
      {
        expr: increase('darkroom_log_messages_total', '15m', { where: { level: '=~error|fatal' }, by: ['level'] }),
        legend: '{{level}}',
      },
    ],
  }),
  lines({
    title: 'Spans and lines that are lost',
    description:
      'Over the quarter of an hour before each point. Spans: the collector is away or too slow; lines: the disk of LOG_DIR is full or read-only.',
    unit: 'short',
    limit: 1,
    alert: 'DarkroomTelemetryDropped',
    queries: [{ expr: increase('darkroom_telemetry_dropped_total', '15m', { by: ['signal'] }), legend: '{{signal}}' }],
  }),
  lines({
    title: 'Age of what is asked for',
    description:
      'When the database or the queue last answered a scrape; gauges of the queue, of runs and of the log are as old.',
    unit: 's',
    limit: 120,
    alert: 'DarkroomMetricsCollectorStale',
    queries: [
      {
        expr: `time() - ${now('darkroom_collector_last_success_timestamp_seconds', { by: ['instance', 'collector'] })}`,
        legend: '{{instance}} {{collector}}',
      },
    ],
  }),
  lines({
    title: 'Not answered',
    description: 'Questions for a scrape that the database or the queue did not answer, a minute.',
    unit: 'short',
    queries: [
      {
        expr: `60 * ${rate('darkroom_collector_failures_total', STEP, { by: ['collector'] })}`,
        legend: '{{collector}}',
      },
    ],
  }),
];

export const RUNTIME: DashboardSpec = {
  uid: 'darkroom-runtime',
  title: 'Darkroom / Processes and database',
  description: 'Is a process at its end: processor, memory, connections?',
  rows: [
    { title: 'Node.js', panels: NODE },
    { title: 'Database', panels: [...DATABASE, ...DEPENDENCIES] },
    { title: 'Storage', panels: STORAGE },
    ...SERVER_ROWS,
    { title: 'Logs and the telling itself', panels: TELLING },
  ],
};
