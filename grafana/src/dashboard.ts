import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder,
  CustomVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  type Dashboard,
  type Panel,
  VariableRefresh,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { now, type MetricName } from '../../prometheus/src/promql.js';
import { SOURCE } from './panels.js';

const TAG = 'darkroom';

export interface Row {
  readonly title: string;
  readonly panels: readonly Builder<Panel>[];
}

export interface DashboardSpec {
  /** Part of every link to it: never change it. */
  readonly uid: `darkroom-${string}`;
  readonly title: string;
  /** The question that it answers. */
  readonly description: string;
  readonly rows: readonly Row[];
  readonly variables?: readonly Builder<VariableModel>[];
  /** How far back it shows at first, `1h`. */
  readonly since?: string;
}

/** A choice of one, several or all of these. */
export const choice = (name: string, label: string, values: readonly string[]): CustomVariableBuilder =>
  new CustomVariableBuilder(name)
    .label(label)
    .values(values.join(','))
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });

/** A choice of the values that a label has, one, several or all of them. The variable has the label's name. */
export const choiceOfLabel = (spec: {
  readonly name: string;
  readonly label: string;
  readonly metric: MetricName;
}): QueryVariableBuilder =>
  new QueryVariableBuilder(spec.name)
    .label(spec.label)
    .datasource(SOURCE)
    .query(`label_values(${spec.metric}, ${spec.name})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });

const builds = now('darkroom_build_info', { by: ['version'] });

/** A version that was not there before. */
const deployments = (): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name('Deployments')
    .datasource(SOURCE)
    .enable(true)
    .iconColor('blue')
    .expr(`${builds} unless ${builds.replace('darkroom_build_info', 'darkroom_build_info offset 2m')}`)
    .titleFormat('Version {{version}}')
    .step('30s');

const withRows = (builder: DashboardBuilder, rows: readonly Row[]): DashboardBuilder => {
  for (const { title, panels } of rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  return builder;
};

/** The SDK numbers neither panels nor queries: Grafana would mix them up. */
const numbered = (made: Dashboard): Dashboard => ({
  ...made,
  panels: (made.panels ?? []).map((panel, index) => ({
    ...panel,
    id: index + 1,
    ...('targets' in panel && {
      targets: panel.targets.map((target, position) => ({
        ...target,
        refId: String.fromCodePoint(65 + position),
      })),
    }),
  })),
});

export const dashboardOf = (spec: DashboardSpec): Dashboard => {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([TAG])
    .readonly()
    .refresh('30s')
    .time({ from: `now-${spec.since ?? '1h'}`, to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .annotation(deployments())
    .link(
      new DashboardLinkBuilder('Darkroom')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(
      new DatasourceVariableBuilder('datasource')
        .label('Prometheus')
        .type('prometheus')
        .current({ selected: true, text: 'Prometheus', value: 'prometheus' }),
    );
  for (const variable of spec.variables ?? []) builder.withVariable(variable);
  return numbered(withRows(builder, spec.rows).build());
};
