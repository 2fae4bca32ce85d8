import { counter, gauge, type AlertCase, type Series } from './alert-case.js';

const up = (value: number): Series => gauge('up', value, { job: 'photos/darkroom-worker' });

const build = (version: string): Series =>
  gauge('darkroom_build_info', 1, { version, node: '20.20.2', roles: 'api+worker+projector' });

/** The clock of a test begins at 0, that of a real Prometheus does not. */
const answeredAt = (perMinute: number): Series => ({
  ...gauge('darkroom_collector_last_success_timestamp_seconds', 0, { collector: 'queue' }),
  perMinute,
});

const logged = (level: string, perMinute: number): Series =>
  counter('darkroom_log_messages_total', perMinute, { level });

const heap = (used: number): Series[] => [
  gauge('nodejs_heap_size_used_bytes', used),
  gauge('darkroom_heap_limit_bytes', 100_000_000),
];

export const PROCESS_CASES: readonly AlertCase[] = [
  {
    alert: 'DarkroomTargetDown',
    minutes: 10,
    fires: [up(0)],
    silent: [[up(1), gauge('up', 0, { job: 'node-exporter' })]],
  },
  {
    alert: 'DarkroomAbsent',
    minutes: 10,
    fires: [],
    silent: [[build('0.1.0')]],
  },
  {
    alert: 'DarkroomMetricsCollectorStale',
    minutes: 10,
    fires: [answeredAt(0)],
    silent: [[answeredAt(60)]],
  },
  {
    alert: 'DarkroomTelemetryDropped',
    minutes: 30,
    fires: [counter('darkroom_telemetry_dropped_total', 10, { signal: 'spans' })],
    silent: [[counter('darkroom_telemetry_dropped_total', 0, { signal: 'spans' })]],
  },
  {
    alert: 'DarkroomEventLoopBlocked',
    minutes: 10,
    fires: [gauge('nodejs_eventloop_lag_p99_seconds', 0.3)],
    silent: [[gauge('nodejs_eventloop_lag_p99_seconds', 0.2)]],
  },
  {
    alert: 'DarkroomDbPoolExhausted',
    minutes: 10,
    fires: [gauge('darkroom_db_pool_pending', 3)],
    silent: [[gauge('darkroom_db_pool_pending', 0)]],
  },
  {
    alert: 'DarkroomHeapNearLimit',
    minutes: 10,
    fires: heap(95_000_000),
    silent: [heap(80_000_000)],
  },
  {
    alert: 'DarkroomLogErrors',
    minutes: 30,
    fires: [logged('error', 1), logged('info', 100)],
    silent: [[logged('error', 0.5), logged('warn', 100)]],
  },
  {
    alert: 'DarkroomVersionsMixed',
    minutes: 100,
    fires: [build('0.1.0'), build('0.2.0')],
    silent: [[build('0.1.0')]],
  },
  {
    alert: 'DarkroomWatchdog',
    minutes: 5,
    fires: [],
    silent: [],
  },
];
