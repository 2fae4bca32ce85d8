import { expressionOf, type Alert } from './alert.js';
import { LOG_ALERTS } from './log-alerts.js';
import { PROCESS_ALERTS } from './process-alerts.js';
import { RUN_ALERTS } from './run-alerts.js';
import { SLO_ALERTS } from './slo-alerts.js';
import { LONGER_WINDOWS, SLOS } from './slos.js';
import { WORKER_ALERTS } from './worker-alerts.js';

interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Alerting {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly (Recording | Alerting)[];
}

/** A file of rules for Prometheus; a PrometheusRule takes the same groups as its `spec`. */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/** Long windows change slowly and read much. */
const SLOW = new Set<string>(['1d', '3d', '30d']);

const rates = SLOS.flatMap(({ name, bad, total }): Recording[] => [
  { record: 'darkroom_slo:bad:rate5m', expr: bad('5m'), labels: { slo: name } },
  { record: 'darkroom_slo:total:rate5m', expr: total('5m'), labels: { slo: name } },
]);

const objectives = SLOS.map(({ name, objective }): Recording => ({
  record: 'darkroom_slo:objective:ratio',
  expr: `vector(${objective})`,
  labels: { slo: name },
}));

/** Sums of rates and not means of ratios: an hour of many events counts more than one of few. */
const errorsOver = (window: string): Recording => ({
  record: `darkroom_slo:errors:ratio_rate${window}`,
  expr: `sum_over_time(darkroom_slo:bad:rate5m[${window}]) / clamp_min(sum_over_time(darkroom_slo:total:rate5m[${window}]), 1e-9)`,
});

const errorsNow: Recording = {
  record: 'darkroom_slo:errors:ratio_rate5m',
  expr: 'darkroom_slo:bad:rate5m / clamp_min(darkroom_slo:total:rate5m, 1e-9)',
};

/** Below 0 where more was bad than the objective allows. */
const budgetLeft: Recording = {
  record: 'darkroom_slo:budget_left:ratio',
  expr: '1 - darkroom_slo:errors:ratio_rate30d / (1 - darkroom_slo:objective:ratio)',
};

const asRule = (alert: Alert): Alerting => ({
  alert: alert.name,
  expr: expressionOf(alert),
  for: alert.for,
  labels: { severity: alert.severity, ...alert.labels },
  annotations: {
    summary: alert.summary,
    description: alert.description,
    dashboard: `/d/${alert.dashboard}`,
    runbook_url: `docs/runbooks/${alert.name}.md`,
  },
});

const group = (name: string, alerts: readonly Alert[]): RuleGroup => ({ name, rules: alerts.map(asRule) });

const OTHER_ALERTS = { runs: RUN_ALERTS, log: LOG_ALERTS, workers: WORKER_ALERTS, processes: PROCESS_ALERTS };

/** Every alert; those of an objective come twice, with another severity. */
export const ALERTS: readonly Alert[] = [...SLO_ALERTS, ...Object.values(OTHER_ALERTS).flat()];

/** What stands in `prometheus/rules`, by the name of the file. */
export const RULE_FILES: Readonly<Record<string, RuleFile>> = {
  'slo-recording.yml': {
    groups: [
      { name: 'darkroom-slo-rates', interval: '30s', rules: [...rates, ...objectives] },
      {
        name: 'darkroom-slo-windows',
        interval: '30s',
        rules: [errorsNow, ...LONGER_WINDOWS.filter((window) => !SLOW.has(window)).map(errorsOver)],
      },
      {
        name: 'darkroom-slo-long-windows',
        interval: '2m',
        rules: [...LONGER_WINDOWS.filter((window) => SLOW.has(window)).map(errorsOver), budgetLeft],
      },
    ],
  },
  'slo-alerts.yml': { groups: [group('darkroom-slo-alerts', SLO_ALERTS)] },
  'alerts.yml': {
    groups: Object.entries(OTHER_ALERTS).map(([name, alerts]) => group(`darkroom-${name}`, alerts)),
  },
};
