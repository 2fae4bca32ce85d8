import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AxisPlacement,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  DashboardLinkType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** Every query goes to what the reader of the dashboard chose, never to a fixed Prometheus. */
export const SOURCE = { type: 'prometheus', uid: `\${datasource}` } as const;

export interface Query {
  readonly expr: string;
  /** Of a line; labels in braces, `{{outcome}}`. Of a column of a table: its title. */
  readonly legend: string;
  /** Points that lead to traces; only histograms have them. */
  readonly exemplar?: true;
}

interface Described {
  readonly title: string;
  /** What it tells, and what to make of it. */
  readonly description: string;
  /** Name of the unit in Grafana. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Where a value becomes bad; an objective, or what an alert asks about. */
  readonly limit?: number;
  /** A value is bad below the limit. */
  readonly isBadBelow?: true;
  /** The alert that asks about this. */
  readonly alert?: `Darkroom${string}`;
  /** uid of a dashboard that says more. */
  readonly more?: string;
  /** Of 24. */
  readonly width?: number;
}

const RED = 'red';
const GREEN = 'green';

const thresholds = ({ limit, isBadBelow }: Described): ThresholdsConfigBuilder => {
  const [below, above] = isBadBelow === true ? [RED, GREEN] : [GREEN, RED];
  const steps = limit === undefined ? [] : [{ value: limit, color: above }];
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: limit === undefined ? GREEN : below }, ...steps]);
};

const descriptionOf = ({ description, alert }: Described): string =>
  alert === undefined ? description : `${description}\n\nAlert: ${alert}, docs/runbooks/${alert}.md`;

const linksOf = ({ more }: Described): DashboardLinkBuilder[] =>
  more === undefined
    ? []
    : [
        new DashboardLinkBuilder('More about this')
          .type(DashboardLinkType.Link)
          .url(`/d/${more}?\${__url_time_range}&\${datasource:queryparam}`),
      ];

const asked = ({
  expr,
  legend,
  exemplar = false,
}: {
  expr: string;
  legend: string;
  exemplar?: boolean;
}): DataqueryBuilder => new DataqueryBuilder().datasource(SOURCE).expr(expr).legendFormat(legend).exemplar(exemplar);

interface AnyPanel extends Builder<Panel> {
  title(title: string): this;
  description(text: string): this;
  datasource(source: typeof SOURCE): this;
  unit(unit: string): this;
  thresholds(steps: ThresholdsConfigBuilder): this;
  links(links: DashboardLinkBuilder[]): this;
  span(width: number): this;
  height(height: number): this;
}

const described = <Kind extends AnyPanel>(panel: Kind, spec: Described, height: number): Kind =>
  panel
    .title(spec.title)
    .description(descriptionOf(spec))
    .datasource(SOURCE)
    .unit(spec.unit)
    .thresholds(thresholds(spec))
    .links(linksOf(spec))
    .span(spec.width ?? 12)
    .height(height);

/** Values over time. @param shape `stack` for parts of a whole */
export const lines = (spec: Described & { readonly shape?: 'stack' }): Builder<Panel> => {
  const isStacked = spec.shape === 'stack';
  const panel = described(new LinesBuilder(), spec, 8)
    .min(0)
    .drawStyle(GraphDrawStyle.Line)
    .fillOpacity(isStacked ? 40 : 8)
    .showPoints(VisibilityMode.Never)
    .axisPlacement(AxisPlacement.Left)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .targets(spec.queries.map((query) => asked(query).range()));
  if (isStacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (spec.limit !== undefined)
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return panel;
};

/** One number for now. */
export const stat = (spec: Described): Builder<Panel> =>
  described(new StatBuilder(), { width: 4, ...spec }, 4)
    .graphMode(BigValueGraphMode.Area)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .targets(
      spec.queries.map((query) => {
        // A sum over all that is shown is one number; asked for each point it would be read again and again.
        const target = asked(query);
        return query.expr.includes('$__range') ? target.instant() : target.range();
      }),
    );

/** How many measurements fell between the edges of a histogram, over time. */
export const heatmap = (spec: Described): Builder<Panel> =>
  described(new HeatmapBuilder(), spec, 9)
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .yAxis(new YAxisConfigBuilder().unit(spec.unit))
    .exemplarsColor('rgba(0,120,255,0.9)')
    .targets(spec.queries.map((query) => asked(query).format(PromQueryFormat.Heatmap).range()));

/** One row for each set of labels, one column for each query. */
export const table = (spec: Described): Builder<Panel> => {
  const letters = spec.queries.map((_, index) => String.fromCodePoint(65 + index));
  const names = Object.fromEntries(
    spec.queries.map(({ legend }, index) => [
      spec.queries.length === 1 ? 'Value' : `Value #${letters[index] ?? ''}`,
      legend,
    ]),
  );
  return described(new TableBuilder(), { width: 24, ...spec }, 9)
    .filterable(true)
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({ id: 'organize', options: { excludeByName: { Time: true }, renameByName: names } })
    .targets(spec.queries.map((query) => asked(query).format(PromQueryFormat.Table).instant()));
};
