import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { EXPORTED } from '../../prometheus/src/exporter-metrics.js';
import { ALERTS, RULE_FILES } from '../../prometheus/src/rule-files.js';
import { CASES } from '../../prometheus/src/rule-tests.js';
import { RUNTIME } from '../../prometheus/src/runtime-metrics.js';
import { METRICS } from '../../src/operations/metrics/metrics.data.js';
import type { MetricDefinition } from '../../src/platform/telemetry/metric-set.js';
import { dashboardFiles, queriesOf, type PanelJson } from '../support/dashboard-files.js';
import { KNOWN_SERIES, metricOf, OF_A_SCRAPE, runtimeMetrics } from '../support/known-series.js';
import { namedIn } from '../support/promql-names.js';

/** Metrics that no dashboard shows, each with the reason. */
const NOT_SHOWN: Readonly<Record<string, string>> = {};

const dashboards = dashboardFiles();
const RULES = Object.values(RULE_FILES).flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));
const UIDS = [...dashboards.values()].map(({ uid }) => uid);
const ALERT_NAMES = [...new Set(ALERTS.map(({ name }) => name))];

/** What the queries of dashboards and rules ask for that there is not. */
const unknownIn = (where: string, expression: string): string[] => {
  const { selected, grouped } = namedIn(expression.replaceAll(/\$\w+/g, '1'));
  const labelsOf = (name: string): readonly string[] => [...(KNOWN_SERIES.get(name) ?? []), ...OF_A_SCRAPE];
  const all = new Set(selected.flatMap(({ name }) => labelsOf(name)));
  return [
    ...selected.filter(({ name }) => !KNOWN_SERIES.has(name)).map(({ name }) => `${where}: there is no ${name}`),
    ...selected.flatMap(({ name, labels }) =>
      labels
        .filter((label) => !labelsOf(name).includes(label))
        .map((label) => `${where}: ${name} has no label ${label}`),
    ),
    ...grouped.filter((label) => !all.has(label)).map((label) => `${where}: nothing in it has a label ${label}`),
  ];
};

const duplicatesIn = <T>(values: readonly T[]): T[] => values.filter((value, index) => values.indexOf(value) !== index);

describe('what reads PromQL here', () => {
  it('finds names, labels and groupings', () => {
    expect(
      namedIn(
        'sum by (le, type) (rate(a_bucket{x="y,z}", le=~"30([.]0)?"}[5m:15s] offset 1d)) / clamp_min(b, 1e-9) > bool 5 and c or vector(0)',
      ),
    ).toEqual({
      selected: [
        { name: 'a_bucket', labels: ['x', 'le'] },
        { name: 'b', labels: [] },
        { name: 'c', labels: [] },
      ],
      grouped: ['le', 'type'],
    });
  });

  it('tells of what there is not', () => {
    expect(unknownIn('here', 'sum by (colour) (darkroom_jobs_created_total{size="1"}) / darkroom_nothing')).toEqual([
      'here: there is no darkroom_nothing',
      'here: darkroom_jobs_created_total has no label size',
      'here: nothing in it has a label colour',
    ]);
  });
});

describe('the dashboards', () => {
  const each = [...dashboards.entries()];

  it.each(each)('%s asks for nothing that there is not', (_name, dashboard) => {
    expect(queriesOf(dashboard).flatMap(({ where, expr }) => unknownIn(where, expr))).toEqual([]);
  });

  const shown = new Set(
    each
      .flatMap(([, dashboard]) => queriesOf(dashboard))
      .flatMap(({ expr }) => namedIn(expr.replaceAll(/\$\w+/g, '1')).selected)
      .map(({ name }) => metricOf(name)),
  );

  it('show every metric of the catalogue, but for those with a reason', () => {
    expect(Object.keys(METRICS).filter((name) => !shown.has(name) && !(name in NOT_SHOWN))).toEqual([]);
    expect(Object.keys(NOT_SHOWN).filter((name) => shown.has(name))).toEqual([]);
  });

  it('show of the servers what the list of foreign metrics has, and nothing else', () => {
    const foreign = [...shown].filter((name) => /^(?:pg|redis)_/.test(name));
    expect(foreign.sort()).toEqual(Object.keys(EXPORTED).sort());
  });

  it.each(each)('%s numbers its panels and queries, describes each panel, and fixes no data source', (_name, made) => {
    const panels = made.panels.filter(({ type }) => type !== 'row');
    expect(duplicatesIn(made.panels.map(({ id }) => id))).toEqual([]);
    expect(duplicatesIn(panels.map(({ title }) => title))).toEqual([]);
    for (const { title, description, datasource, fieldConfig, targets = [] } of panels) {
      expect({ title, described: (description ?? '').length > 20 }).toEqual({ title, described: true });
      expect({ title, unit: typeof fieldConfig?.defaults.unit }).toEqual({ title, unit: 'string' });
      expect(duplicatesIn(targets.map(({ refId }) => refId))).toEqual([]);
      expect(targets.length).toBeGreaterThan(0);
      for (const source of [datasource, ...targets.map((target) => target.datasource)])
        expect(source?.uid).toBe(`\${datasource}`);
    }
    expect(made.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
  });

  it.each(each)('%s has no two panels in one place', (_name, { panels }) => {
    const meet = (one: PanelJson['gridPos'], other: PanelJson['gridPos']): boolean =>
      one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
    const pairs = panels.flatMap((one, index) => panels.slice(index + 1).map((other) => [one, other] as const));
    expect(pairs.filter(([one, other]) => meet(one.gridPos, other.gridPos))).toEqual([]);
  });

  it('have addresses and names of their own, and lead to dashboards and alerts that there are', () => {
    const all = [...dashboards.values()];
    expect(duplicatesIn(UIDS)).toEqual([]);
    expect(duplicatesIn(all.map(({ title }) => title))).toEqual([]);
    expect([...dashboards].filter(([name, { uid }]) => name !== `${uid}.json`)).toEqual([]);
    const text = JSON.stringify(all);
    const leadTo = [...text.matchAll(/\/d\/([a-z-]+)/g)].map(([, uid]) => uid ?? '');
    expect(leadTo.filter((uid) => !UIDS.includes(uid))).toEqual([]);
    const named = [...text.matchAll(/Alert: (Darkroom\w+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !ALERT_NAMES.some((alert) => alert === name))).toEqual([]);
  });

  it('ask histograms alone for the ways to traces', () => {
    const wrong = [...dashboards.values()]
      .flatMap(({ panels }) => panels.flatMap(({ targets = [] }) => targets))
      .filter(({ exemplar = false, expr }) => exemplar && !expr.includes('_bucket'));
    expect(wrong).toEqual([]);
  });
});

describe('the rules', () => {
  it('ask for nothing that there is not', () => {
    const told = RULES.flatMap((rule) => unknownIn('record' in rule ? rule.record : rule.alert, rule.expr));
    expect(told).toEqual([]);
  });

  it('use of Node.js only what prom-client has', async () => {
    const real = await runtimeMetrics();
    const used = Object.entries<MetricDefinition>(RUNTIME).map(([name, { labels = {} }]) => [
      name,
      Object.keys(labels),
    ]);
    expect(used.filter(([name]) => !real.has(String(name)))).toEqual([]);
    expect(used).toEqual(used.map(([name]) => [name, real.get(String(name))?.filter((label) => label !== 'le')]));
  });

  it('name every alert once for each severity, with a dashboard that there is', () => {
    expect(duplicatesIn(ALERTS.map(({ name, severity }) => `${name} ${severity}`))).toEqual([]);
    expect(ALERTS.filter(({ dashboard }) => !UIDS.includes(dashboard))).toEqual([]);
  });

  it('have for every alert a picture over which it fires, and one over which it does not', () => {
    expect(CASES.map(({ alert }) => alert).sort()).toEqual([...ALERT_NAMES].sort());
    expect(CASES.filter(({ silent }) => silent.length === 0).map(({ alert }) => alert)).toEqual(['DarkroomWatchdog']);
  });

  it('are tried over series that there are', () => {
    const wrong = CASES.flatMap(({ alert, fires, silent }) =>
      [...fires, ...silent.flat()]
        .filter(({ name, labels }) => {
          const known = KNOWN_SERIES.get(name);
          return !known || Object.keys(labels).some((label) => ![...known, ...OF_A_SCRAPE].includes(label));
        })
        .map(({ name }) => `${alert}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the runbooks', () => {
  const HEADINGS = ['What it means', 'What users notice', 'What to look at', 'What to do'];

  it('are there for every alert, and for no other', () => {
    expect(readdirSync('docs/runbooks').sort()).toEqual(
      [...ALERT_NAMES.map((name) => `${name}.md`), 'README.md'].sort(),
    );
  });

  it.each(ALERT_NAMES)('%s says what it means, what users notice, what to look at and what to do', (name) => {
    const text = readFileSync(`docs/runbooks/${name}.md`, 'utf8');
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(HEADINGS);
    expect(text.startsWith(`# ${name}\n`)).toBe(true);
    const uids = [...text.matchAll(/`(darkroom-[a-z]+)`/g)].map(([, uid]) => uid ?? '');
    expect(uids.filter((uid) => !UIDS.includes(uid))).toEqual([]);
  });
});

describe('what Grafana is provisioned with', () => {
  const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));
  const sources = read('grafana/provisioning/datasources/datasources.yaml') as {
    readonly datasources: readonly { readonly uid: string; readonly jsonData: object }[];
  };

  it('leads from one source of data to others that there are', () => {
    const uids = sources.datasources.map(({ uid }) => uid);
    expect(uids).toEqual(['prometheus', 'tempo', 'loki', 'alertmanager']);
    const leadTo = [...JSON.stringify(sources).matchAll(/"datasourceUid":"(\w+)"/g)].map(([, uid]) => uid ?? '');
    expect(leadTo.length).toBeGreaterThan(3);
    expect(leadTo.filter((uid) => !uids.includes(uid))).toEqual([]);
  });

  it('asks Prometheus for nothing that there is not', () => {
    const queries = [...JSON.stringify(sources).matchAll(/"query":"(sum[^"]*|histogram[^"]*)"/g)];
    const told = queries.flatMap(([, query = '']) => unknownIn('tempo', query.replaceAll('$$__tags', '')));
    expect(queries).toHaveLength(3);
    expect(told).toEqual([]);
  });

  it('finds the dashboards in one folder that there is', () => {
    const { providers } = read('grafana/provisioning/dashboards/dashboards.yaml') as {
      readonly providers: readonly { readonly options: { readonly path: string } }[];
    };
    expect(providers.map(({ options }) => options.path)).toEqual(['/etc/grafana/dashboards']);
    expect(existsSync('grafana/dashboards')).toBe(true);
  });
});
