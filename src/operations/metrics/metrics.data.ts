import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';
import { FILE_METRICS } from './file-metrics.data.js';
import { HTTP_METRICS, STREAM_METRICS } from './http-metrics.data.js';
import { LOG_METRICS } from './log-metrics.data.js';
import { PROCESS_METRICS } from './process-metrics.data.js';
import { RUN_METRICS } from './run-metrics.data.js';
import { WORKER_METRICS } from './worker-metrics.data.js';

/**
 * Every metric of Darkroom: what is registered, docs/metrics.md, and what dashboards and alerts may name. Counters count where something
 * happens, after its commit, and never in a projection: a rebuild would count everything again.
 */
export const METRICS = {
  ...HTTP_METRICS,
  ...RUN_METRICS,
  ...FILE_METRICS,
  ...LOG_METRICS,
  ...WORKER_METRICS,
  ...STREAM_METRICS,
  ...PROCESS_METRICS,
} as const satisfies MetricCatalogue;
