import { ALERTS } from './rule-files.js';
import { SLOS } from './slos.js';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

const objectives = table(
  ['objective', 'in 30 days', 'what is good', 'alert'],
  SLOS.map(({ title, objective, good, alert }) => [
    title,
    `${String(Number((objective * 100).toPrecision(4)))} %`,
    good,
    `[${alert}](runbooks/${alert}.md)`,
  ]),
);

/** An alert of an objective comes twice and is told of above. */
const OF_OBJECTIVES = new Set<string>(SLOS.map(({ alert }) => alert));

const alerts = table(
  ['alert', 'severity', 'for', 'what is wrong'],
  ALERTS.filter(({ name }) => !OF_OBJECTIVES.has(name)).map((alert) => [
    `[${alert.name}](runbooks/${alert.name}.md)`,
    alert.severity,
    alert.for,
    alert.summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '`$1`'),
  ]),
);

const WHAT_PROVES_IT = `## What proves it

\`npm run obs:check\`: nothing is asked for that there is not, every metric is on a dashboard, promtool tries each alert over a platform over which it must fire and one over which it must not, and finds nothing to say of what a
process exposes. \`npm run obs:e2e\`: a real Prometheus scrapes real processes, and the exporters of PostgreSQL and Redis where they are on the \`PATH\`, under load with faults and answers every query of every panel and rule; every alert reaches a webhook through a real Alertmanager. Both are part of
\`npm test\` where Prometheus is on the \`PATH\`.

The keys of the dashboards, down to the options of panels and to queries, are held against the types of Grafana's SDK, which leave open what transformations and overrides hold; and all panels were looked at with \`obs:preview\`. There Grafana's own components draw lines,
numbers, tables, units, thresholds, overrides and transformations, but what Prometheus answers is made into frames by code of ours, as are the defaults of each kind of panel, and heatmaps are drawn as lines.
Not proven: that a server of Grafana provisions the files, what its heatmaps look like, the choice of variables, links, the marks of deployments, and points that lead to traces.`;

/** `docs/monitoring.md`. @param dashboards title and description of each */
export const monitoringPage = (
  dashboards: readonly { readonly uid?: string; readonly title?: string; readonly description?: string }[],
): string => `# Monitoring

What Darkroom tells of itself ([metrics](metrics.md)) is of use when somebody looks, and when somebody is told. Both are files of this repository, made from tables and checked against the
catalogue of metrics: dashboards for Grafana, rules for Prometheus, routes for Alertmanager, and a page for each alert that says what to do.

<!-- Generated from prometheus/src and grafana/src: \`npm run rules\`. -->

## See it

\`npm run obs:demo\` starts Darkroom with its simulator under a mixed load, and a Prometheus and an Alertmanager where they are on the \`PATH\` (Debian: \`prometheus\`, \`prometheus-alertmanager\`). It prints
the addresses, and the alerts as they come. \`npm run obs:preview\` draws the dashboards from such a Darkroom, or from the Prometheus that \`--prometheus\` names, where there is no
Grafana. It wants a Chromium on the \`PATH\`, and installs what it draws with on its first run.

![The overview after five minutes under a mixed load, in which one worker died](images/dashboards.webp)

This picture is not of Grafana: the libraries of its front end (\`@grafana/data\`, \`@grafana/ui\`) drew what a real Prometheus answered to the queries of the committed file.

## Bring it in

- **Prometheus**: [prometheus/prometheus.yml](../prometheus/prometheus.yml) scrapes \`api\`, \`worker\` and \`projector\` by name on port 9464; put your names in. The rules in
  \`prometheus/rules\` ask for no \`job\` or \`instance\` of theirs, but that the job's name has \`darkroom\` in it. Keep 35 days (\`--storage.tsdb.retention.time=35d\`) for objectives over 30, and exemplars
  (\`--enable-feature=exemplar-storage\`) for the ways to traces. The exporters of PostgreSQL and Redis that it scrapes too have rows of their own on "Processes and database"; without them those stay empty.
- **Alertmanager**: [prometheus/alertmanager.yml](../prometheus/alertmanager.yml), version 0.26 or newer. The addresses of receivers are secrets and stand in files: \`pages\`, \`tickets\` and
  \`heartbeat\` in \`/etc/alertmanager/receivers\`, one line each.
- **Grafana** 10 or newer, made for 12: mount \`grafana/provisioning\` to \`/etc/grafana/provisioning\` and \`grafana/dashboards\` to \`/etc/grafana/dashboards\`. The sources of data have the uids \`prometheus\`, \`tempo\`,
  \`loki\` and \`alertmanager\`; a dashboard that is imported by hand asks for its Prometheus.

A point in a histogram leads to its trace in Tempo, a span to its lines in Loki and to the metrics of its route, and a line to its trace.

## Dashboards

${table(
  ['dashboard', 'address', 'what it answers'],
  dashboards.map(({ uid = '', title = '', description = '' }) => [
    title,
    `/d/${uid}`,
    description.split(' job_success:')[0] ?? '',
  ]),
)}

## Objectives

Each has a budget of what may be bad in thirty days. A page is sent when it burns so fast that it is gone in two days (14.4 times what is allowed, over an hour and still over five minutes) or in five (6 times, six hours and
half an hour); a ticket when it will not last (3 times over a day, once over three days). With fewer than 20 events in the hour, or 100 in the day, there is no alert: one failure of ten would be a catastrophe.

${objectives}

## Other alerts

\`page\` wakes somebody, \`ticket\` waits for the day, \`info\` is only shown. A page keeps the ticket of the same name back.

${alerts}

Thresholds are in \`prometheus/src\`; after a change, \`npm run rules\` and \`npm run dashboards\` write the files, and \`npm run obs:check\` holds them against each other.

${WHAT_PROVES_IT}
`;
