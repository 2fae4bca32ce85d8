import type { MetricCatalogue } from '../../src/platform/telemetry/metric-set.js';

/** What dashboards and alerts use of that which prom-client tells of Node.js and of the process; each process tells of itself. */
export const RUNTIME = {
  nodejs_eventloop_lag_p50_seconds: { type: 'gauge', help: 'Delay of the event loop, median.', across: 'max' },
  nodejs_eventloop_lag_p99_seconds: { type: 'gauge', help: 'Delay of the event loop, 99th percentile.', across: 'max' },
  nodejs_heap_size_used_bytes: { type: 'gauge', help: 'Heap in use.', across: 'sum' },
  nodejs_external_memory_bytes: { type: 'gauge', help: 'Memory of buffers outside the heap.', across: 'sum' },
  nodejs_gc_duration_seconds: {
    type: 'histogram',
    help: 'Time of collections of garbage, by their kind.',
    labels: { kind: 'registered' },
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    across: 'sum',
  },
  process_cpu_seconds_total: { type: 'counter', help: 'Processor time.', across: 'sum' },
  process_resident_memory_bytes: { type: 'gauge', help: 'Resident memory.', across: 'sum' },
  process_open_fds: { type: 'gauge', help: 'Open file descriptors.', across: 'max' },
  process_start_time_seconds: { type: 'gauge', help: 'When the process started.', across: 'max' },
} as const satisfies MetricCatalogue;
