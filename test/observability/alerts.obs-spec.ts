import type { AlertCase, Series } from '../../prometheus/src/alert-case.js';
import { expressionOf } from '../../prometheus/src/alert.js';
import { ALERTS } from '../../prometheus/src/rule-files.js';
import { CASES, seriesOf } from '../../prometheus/src/rule-tests.js';
import { SLOS } from '../../prometheus/src/slos.js';
import { AlertReceiver } from '../support/alert-receiver.js';
import { Alertmanager, inhibition } from '../support/alertmanager.js';
import { metricOf } from '../support/known-series.js';
import { describeWithPrometheus } from '../support/with-prometheus.js';
import { Prometheus } from '../support/prometheus.js';
import { namedIn } from '../support/promql-names.js';
import { until } from '../support/until.js';

const MINUTE_MS = 60_000;
const RECEIVERS = { page: 'pages', ticket: 'tickets', info: 'nobody', none: 'heartbeat' } as const;

/** What is recorded for an objective comes from these. */
const recordedFrom = (name: string): string[] =>
  SLOS.filter(({ alert }) => alert === name).flatMap(({ bad, total }) => [bad('5m'), total('5m')]);

/** What an alert looks at: two that look at the same would see each other's picture. */
const watchedBy = (name: string): ReadonlySet<string> => {
  const expressions = [...ALERTS.filter((alert) => alert.name === name).map(expressionOf), ...recordedFrom(name)];
  const names = expressions.flatMap((expression) => namedIn(expression).selected.map((each) => metricOf(each.name)));
  return new Set(names.filter((each) => !each.startsWith('darkroom_slo:')));
};

/** Cases that can be shown at the same time, in as few groups as come of it. */
const compatible = (inhibits: (source: string, target: string) => boolean): AlertCase[][] => {
  const disturb = (one: AlertCase, other: AlertCase): boolean =>
    [...watchedBy(one.alert)].some((name) => watchedBy(other.alert).has(name)) ||
    inhibits(one.alert, other.alert) ||
    inhibits(other.alert, one.alert);
  return CASES.reduce<AlertCase[][]>((groups, each) => {
    const free = groups.find((group) => !group.some((other) => disturb(each, other)));
    if (free) free.push(each);
    else groups.push([each]);
    return groups;
  }, []);
};

/** A sample a minute, the last one a moment ago. */
const samplesOf = (series: Series, minutes: number): string[] => {
  const { from, perMinute, beginsAt = 0 } = series;
  const start = Date.now() - minutes * MINUTE_MS - 1_000;
  return Array.from({ length: minutes - beginsAt + 1 }, (_, index) => {
    const at = (start + (beginsAt + index) * MINUTE_MS) / 1000;
    return `${seriesOf(series)} ${String(from + perMinute * index)} ${at.toFixed(3)}`;
  });
};

/** Samples of one series stand together, and of one name too. */
const historyOf = (cases: readonly AlertCase[]): string => {
  const series = cases.flatMap(({ fires, minutes }) => fires.map((each) => ({ each, minutes })));
  const byName = series.sort((one, other) => (one.each.name < other.each.name ? -1 : 1));
  return `${byName.flatMap(({ each, minutes }) => samplesOf(each, minutes)).join('\n')}\n# EOF\n`;
};

describeWithPrometheus('the alerts', () => {
  let receiver: AlertReceiver;
  /** By receiver and name. */
  let wanted: string[];

  beforeAll(async () => {
    receiver = await AlertReceiver.start();
    wanted = ALERTS.map(({ name, severity }) => `${RECEIVERS[severity]} ${name}`).sort();
  });
  afterAll(() => receiver.close());

  const show = async (cases: readonly AlertCase[]): Promise<void> => {
    const alertmanager = await Alertmanager.start(receiver.url);
    const history = historyOf(cases);
    const prometheus = await Prometheus.start({
      alertmanager: alertmanager.address,
      ...(history.startsWith('#') ? {} : { history }),
    });
    try {
      const names = cases.map(({ alert }) => alert);
      const missing = (): string[] => names.filter((name) => !receiver.firedAt().has(name));
      await until(`${names.join(', ')} are told`, () => missing().length === 0, 30_000).catch((error: unknown) => {
        throw new Error(`Nobody was told of ${missing().join(', ')}`, { cause: error });
      });
    } finally {
      await prometheus.close();
      await alertmanager.close();
    }
  };

  it('reach somebody, each of them, through a real Alertmanager and by the road of their severity', async () => {
    for (const group of compatible(await inhibition())) await show(group);
    const told = receiver.received.map(({ receiver: road, labels }) => `${road} ${labels['alertname'] ?? ''}`);
    // The page of an objective keeps its ticket back, unless the ticket is a moment faster.
    const mayBeKeptBack = new Set(SLOS.map(({ alert }) => `tickets ${alert}`));
    const without = (all: Iterable<string>): string[] => [...new Set(all)].filter((each) => !mayBeKeptBack.has(each));
    expect(without(told).sort()).toEqual(without(wanted).sort());
    expect(told.filter((each) => !wanted.includes(each))).toEqual([]);
  });

  it('say what is wrong, with every value filled in, and where the page is that helps', () => {
    expect(receiver.received.length).toBeGreaterThan(0);
    for (const { labels, annotations } of receiver.received) {
      expect(annotations['runbook_url']).toBe(`docs/runbooks/${labels['alertname'] ?? ''}.md`);
      expect(annotations['summary']).toBeTruthy();
      expect(`${annotations['summary'] ?? ''} ${annotations['description'] ?? ''}`).not.toMatch(/\{\{|<error|NaN|%!/);
    }
  });
});
