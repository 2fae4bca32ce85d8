import type { Alert } from './alert.js';
import { increase, now } from './promql.js';

const PROCESS = ['instance'] as const;

/** The scrape jobs of Darkroom, however a deployment names them: `darkroom`, `photos/darkroom-worker`. */
const OURS = 'job=~".*darkroom.*"';

/** About single processes, and about the telling itself. */
export const PROCESS_ALERTS: readonly Alert[] = [
  {
    name: 'DarkroomTargetDown',
    severity: 'page',
    summary: '{{ $labels.instance }} cannot be scraped',
    description:
      '{{ $labels.instance }} of {{ $labels.job }} does not answer /metrics: it is gone, hangs, or cannot be reached.',
    dashboard: 'darkroom-runtime',
    value: `max by (job, instance) (up{${OURS}})`,
    isWrong: '< 1',
    for: '2m',
  },
  {
    name: 'DarkroomAbsent',
    severity: 'page',
    summary: 'No process of Darkroom is scraped',
    description: 'Prometheus knows of no process of Darkroom: every other alert is blind.',
    dashboard: 'darkroom-overview',
    value: 'absent(darkroom_build_info)',
    isWrong: '',
    for: '5m',
    isSilent: true,
  },
  {
    name: 'DarkroomMetricsCollectorStale',
    severity: 'ticket',
    summary: '{{ $labels.instance }} tells old figures of the {{ $labels.collector }}',
    description: 'The database or the queue last answered {{ $labels.instance }} {{ $value | humanizeDuration }} ago.',
    dashboard: 'darkroom-runtime',
    value: `time() - ${now('darkroom_collector_last_success_timestamp_seconds', { by: ['instance', 'collector'] })}`,
    isWrong: '> 120',
    for: '1m',
  },
  {
    name: 'DarkroomTelemetryDropped',
    severity: 'ticket',
    summary: '{{ $labels.signal }} are lost on their way out',
    description:
      '{{ $value | humanize }} {{ $labels.signal }} were lost within 15 minutes; what happened then is hard to find.',
    dashboard: 'darkroom-runtime',
    value: increase('darkroom_telemetry_dropped_total', '15m', { by: ['signal'] }),
    isWrong: '> 0',
    for: '5m',
  },
  {
    name: 'DarkroomEventLoopBlocked',
    severity: 'ticket',
    summary: 'The event loop of {{ $labels.instance }} is late by more than a quarter of a second',
    description: 'The 99th percentile of its delay is {{ $value | humanizeDuration }}.',
    dashboard: 'darkroom-runtime',
    value: now('nodejs_eventloop_lag_p99_seconds', { by: PROCESS }),
    isWrong: '> 0.25',
    for: '5m',
  },
  {
    name: 'DarkroomDbPoolExhausted',
    severity: 'page',
    summary: 'Statements of {{ $labels.instance }} wait for a connection to the database',
    description: '{{ $value }} statements wait; all pooled connections are taken.',
    dashboard: 'darkroom-runtime',
    value: now('darkroom_db_pool_pending', { by: PROCESS }),
    isWrong: '> 0',
    for: '2m',
  },
  {
    name: 'DarkroomHeapNearLimit',
    severity: 'ticket',
    summary: 'The heap of {{ $labels.instance }} is nearly full',
    description:
      '{{ $value | humanizePercentage }} of the heap that Node.js may use is in use; at its limit the process ends.',
    dashboard: 'darkroom-runtime',
    value: `${now('nodejs_heap_size_used_bytes', { by: PROCESS })} / ${now('darkroom_heap_limit_bytes', { by: PROCESS })}`,
    isWrong: '> 0.9',
    for: '5m',
  },
  {
    name: 'DarkroomLogErrors',
    severity: 'ticket',
    summary: 'Errors are logged',
    description: '{{ $value | humanize }} lines of level error or fatal were logged within 15 minutes.',
    dashboard: 'darkroom-runtime',
    value: increase('darkroom_log_messages_total', '15m', { where: { level: '=~error|fatal' } }),
    isWrong: '> 10',
    for: '5m',
  },
  {
    name: 'DarkroomVersionsMixed',
    severity: 'ticket',
    summary: 'Two versions have run side by side for an hour',
    description: '{{ $value }} versions run; a roll-out or a roll-back has not come to its end.',
    dashboard: 'darkroom-overview',
    value: `count(${now('darkroom_build_info', { by: ['version'] })})`,
    isWrong: '> 1',
    for: '1h',
  },
  {
    name: 'DarkroomWatchdog',
    severity: 'none',
    summary: 'The way of alerts works',
    description: 'It always fires: where it does not arrive, no alert does.',
    dashboard: 'darkroom-overview',
    value: 'vector(1)',
    isWrong: '',
    for: '0s',
  },
];
