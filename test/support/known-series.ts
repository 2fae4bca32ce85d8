import { collectDefaultMetrics, Registry } from 'prom-client';
import { METRICS } from '../../src/operations/metrics/metrics.data.js';
import type { MetricDefinition } from '../../src/platform/telemetry/metric-set.js';
import { EXPORTED } from '../../prometheus/src/exporter-metrics.js';
import { RUNTIME } from '../../prometheus/src/runtime-metrics.js';
import { RULE_FILES } from '../../prometheus/src/rule-files.js';

/** Of a scrape, not of a metric. */
export const OF_A_SCRAPE = ['instance', 'job'] as const;

const seriesOf = (name: string, { type, labels = {} }: MetricDefinition): [string, readonly string[]][] => {
  const own = Object.keys(labels);
  return type === 'histogram'
    ? [
        [`${name}_bucket`, [...own, 'le']],
        [`${name}_sum`, own],
        [`${name}_count`, own],
      ]
    : [[name, own]];
};

const RECORDED = Object.values(RULE_FILES)
  .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
  .flatMap((rule): [string, readonly string[]][] => ('record' in rule ? [[rule.record, ['slo']]] : []));

/** The labels of every series that Prometheus can have of Darkroom and of the servers that it stands on, by its name. */
export const KNOWN_SERIES: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.entries({ ...METRICS, ...RUNTIME, ...EXPORTED }).flatMap(([name, definition]) =>
    seriesOf(name, definition),
  ),
  ...RECORDED,
  ['up', []],
  ['ALERTS', ['alertname', 'alertstate', 'severity']],
]);

/** What prom-client tells of Node.js and of the process, with the labels of each. */
export const runtimeMetrics = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  const labelsOf = (name: string): readonly string[] => {
    const labels: unknown = Reflect.get(registry.getSingleMetric(name) ?? {}, 'labelNames');
    return Array.isArray(labels) ? labels.map(String) : [];
  };
  return new Map(names.map((name) => [name, labelsOf(name)]));
};

/** The metric that a series belongs to, by any of its names; those of the exporters have a single one. */
export const metricOf = (series: string): string =>
  series in METRICS || series in EXPORTED ? series : series.replace(/_(?:bucket|sum|count)$/, '');
