import type { AlertCase, Series } from './alert-case.js';
import { LOG_CASES } from './log-cases.js';
import { PROCESS_CASES } from './process-cases.js';
import { COST_CASES, RUN_CASES } from './run-cases.js';
import { ALERTS } from './rule-files.js';
import { SLO_CASES } from './slo-cases.js';
import { WORKER_CASES } from './worker-cases.js';

interface TestFile {
  readonly cases: readonly AlertCase[];
  readonly rules: readonly string[];
  /** How often rules are evaluated; a day of minutes would take minutes. */
  readonly every: string;
}

const of = (cases: readonly AlertCase[]): TestFile => ({ cases, rules: ['alerts.yml'], every: '1m' });

const BY_FILE: Readonly<Record<string, TestFile>> = {
  slo: { cases: SLO_CASES, rules: ['slo-recording.yml', 'slo-alerts.yml'], every: '1m' },
  runs: of(RUN_CASES),
  cost: { cases: COST_CASES, rules: ['alerts.yml'], every: '10m' },
  log: of(LOG_CASES),
  workers: of(WORKER_CASES),
  processes: of(PROCESS_CASES),
};

/** Of every alert, what makes it fire and what does not. */
export const CASES: readonly AlertCase[] = Object.values(BY_FILE).flatMap(({ cases }) => cases);

/** A series as Prometheus writes it. */
export const seriesOf = ({ name, labels }: Series): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;

/** In the notation of promtool, a sample a minute. */
const inputOf = (series: Series, minutes: number): object => {
  const { from, perMinute, beginsAt = 0 } = series;
  const before = beginsAt === 0 ? '' : `_x${beginsAt} `;
  return { series: seriesOf(series), values: `${before}${from}+${perMinute}x${minutes - beginsAt}` };
};

const firing = (alert: string): string =>
  `count by (alertname, severity) (ALERTS{alertname="${alert}", alertstate="firing"})`;

const severitiesOf = (alert: string): string[] =>
  ALERTS.filter(({ name }) => name === alert).map(({ severity }) => severity);

interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly object[];
  readonly promql_expr_test: readonly object[];
}

/** @param fires how often each severity is expected to fire */
const testOf = (
  { alert, minutes }: AlertCase,
  { name, series, fires }: { readonly name: string; readonly series: readonly Series[]; readonly fires: boolean },
): RuleTest => ({
  name,
  interval: '1m',
  input_series: series.map((each) => inputOf(each, minutes)),
  promql_expr_test: [
    {
      expr: firing(alert),
      eval_time: `${minutes}m`,
      exp_samples: fires
        ? severitiesOf(alert).map((severity) => ({
            labels: `{alertname="${alert}", severity="${severity}"}`,
            value: 1,
          }))
        : [],
    },
  ],
});

const testsOf = (each: AlertCase): RuleTest[] => [
  testOf(each, { name: `${each.alert} fires`, series: each.fires, fires: true }),
  ...each.silent.map((series, index) =>
    testOf(each, { name: `${each.alert} is silent (${index + 1})`, series, fires: false }),
  ),
];

/** What stands in `prometheus/tests`, by the name of the file. */
export const RULE_TEST_FILES: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(BY_FILE).map(([name, { cases, rules, every }]) => [
    `${name}.test.yml`,
    {
      rule_files: rules.map((file) => `../rules/${file}`),
      evaluation_interval: every,
      tests: cases.flatMap(testsOf),
    },
  ]),
);
