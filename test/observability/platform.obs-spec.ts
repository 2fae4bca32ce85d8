import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ALERTS, RULE_FILES } from '../../prometheus/src/rule-files.js';
import { dashboardFiles, queriesOf, type PlacedQuery } from '../support/dashboard-files.js';
import { ObservedPlatform, TRACE_ID } from '../support/observed-platform.js';
import { describeWithPrometheus } from '../support/with-prometheus.js';
import type { Answered, Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';

/** What Grafana puts in the place of its variables. */
const filledIn = (expression: string): string =>
  expression
    .replaceAll('$__rate_interval', '15s')
    .replaceAll('$__range', '5m')
    .replaceAll(/\$(?:slo|provider)\b/g, '.*');

const isTelling = (series: readonly Answered[]): boolean =>
  series.some(({ values }) => values.some(([, value]) => value !== 'NaN'));

/** Those that faults of the platform itself make fire here; all of them are shown to a Prometheus in alerts.obs-spec.ts. */
const BY_REAL_FAULTS = [
  'DarkroomWatchdog',
  'DarkroomTargetDown',
  'DarkroomWorkersDying',
  'DarkroomProviderDown',
  'DarkroomProviderRateLimited',
  'DarkroomProviderAccountRefused',
  'DarkroomJobSuccessBudgetBurn',
];

describeWithPrometheus('the platform, watched by Prometheus under load and with faults', () => {
  let platform: ObservedPlatform;
  let prometheus: Prometheus;

  beforeAll(async () => {
    platform = await ObservedPlatform.start();
    ({ prometheus } = platform.watch);
    await platform.load();
  }, 180_000);
  afterAll(() => platform.close());

  /** Asks everything again until all of it has an answer. */
  const allAnswered = async (queries: readonly PlacedQuery[]): Promise<void> => {
    let left = queries;
    const ask = async ({ expr, isInstant }: PlacedQuery): Promise<boolean> =>
      isTelling(await (isInstant ? prometheus.query(filledIn(expr)) : prometheus.queryRange(filledIn(expr), 200)));
    const look = async (): Promise<boolean> => {
      const answers = await Promise.all(left.map(ask));
      left = left.filter((_, index) => answers[index] === false);
      return left.length === 0;
    };
    await until('every query is answered', look, 40_000).catch((error: unknown) => {
      throw new Error(`No answer to\n${left.map(({ where, expr }) => `${where}: ${expr}`).join('\n')}`, {
        cause: error,
      });
    });
  };

  it('is not content with an answer that is empty, or that is no number', async () => {
    expect(isTelling(await prometheus.query('darkroom_nothing'))).toBe(false);
    expect(isTelling(await prometheus.query('vector(0) / 0'))).toBe(false);
    expect(isTelling(await prometheus.queryRange('vector(0)', 10))).toBe(true);
  });

  it.each([...dashboardFiles()])('answers every query of every panel of %s', async (_name, dashboard) => {
    const { exporters } = platform.watch;
    await allAnswered(queriesOf(dashboard).filter(({ expr }) => exporters.answer(filledIn(expr))));
  });

  it('answers what the choices of the dashboards are taken from', async () => {
    const choices = [...dashboardFiles().values()].flatMap(({ templating }) => templating.list);
    const asked = choices.flatMap(({ query = '' }) => [
      ...(/^label_values\((\w+), (\w+)\)$/.exec(query)?.slice(1) ?? []),
    ]);
    expect(asked).toEqual(['darkroom_jobs_created_total', 'provider']);
    await allAnswered([{ where: 'choice', expr: `count by (${asked[1] ?? ''}) (${asked[0] ?? ''})`, isInstant: true }]);
  });

  it('has a value for everything that is recorded, and for everything that an alert watches', async () => {
    const rules = Object.values(RULE_FILES).flatMap(({ groups }) => groups.flatMap(({ rules: each }) => each));
    await allAnswered([
      ...rules.flatMap((rule) =>
        'record' in rule
          ? [
              { where: rule.record, expr: rule.expr, isInstant: true },
              {
                where: rule.record,
                expr: `${rule.record}${rule.labels ? `{slo="${rule.labels['slo'] ?? ''}"}` : ''}`,
                isInstant: true,
              },
            ]
          : [],
      ),
      ...ALERTS.filter(({ isSilent }) => isSilent !== true).map(({ name, value }) => ({
        where: name,
        expr: value,
        isInstant: false,
      })),
    ]);
  });

  it('asks what Tempo asks about a span, and is answered', async () => {
    const { datasources } = parse(readFileSync('grafana/provisioning/datasources/datasources.yaml', 'utf8')) as {
      datasources: { name: string; jsonData: { tracesToMetrics?: { queries: { name: string; query: string }[] } } }[];
    };
    const queries = datasources.flatMap(({ jsonData }) => jsonData.tracesToMetrics?.queries ?? []);
    expect(queries).toHaveLength(3);
    await allAnswered(
      queries.map(({ name, query }) => ({
        where: name,
        expr: query.replaceAll('$$__tags', 'http_route="/api/generate"'),
        isInstant: false,
      })),
    );
  });

  it('evaluates every rule without an error', async () => {
    const rules = await prometheus.rules();
    expect(rules.length).toBeGreaterThan(70);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it.each(BY_REAL_FAULTS)('tells of %s', async (name) => {
    const { receiver } = platform.watch;
    await until(`somebody is told of ${name}`, () => receiver.firedAt().has(name), 20_000);
  });

  it('leads from a histogram to the trace of a request', async () => {
    const labels = await prometheus.exemplars('http_server_request_duration_seconds_bucket', 200);
    expect(labels.map(({ trace_id }) => trace_id)).toContain(TRACE_ID);
  });

  it.each(['http_server_request_duration_seconds_bucket', 'darkroom_job_duration_seconds_bucket'])(
    'leads from %s to traces that the collector has',
    async (series) => {
      const told = await prometheus.exemplars(series, 200);
      expect(told.length).toBeGreaterThan(0);
      const received = new Set(platform.watch.traces.spans.map(({ traceId }) => traceId));
      expect(told.map(({ trace_id }) => trace_id).filter((id) => id === undefined || !received.has(id))).toEqual([]);
    },
  );

  it('tells that no worker is left', async () => {
    await platform.killWorkers();
    const { receiver } = platform.watch;
    await until('somebody is told', () => receiver.firedAt().has('DarkroomWorkersAbsent'), 30_000);
  });
});
