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
  TableSortByFieldStateBuilder,
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
import { coloursOf, type Meaning } from './colours.js';

/** Every query goes to what the reader of the dashboard chose, never to a fixed Prometheus. */
export const SOURCE = { type: 'prometheus', uid: `\${datasource}` } as const;

export interface Query {
  readonly expr: string;
  /** Of a line; labels in braces, `{{outcome}}`. Of a column of a table: its title. */
  readonly legend: string;
  /** Points that lead to traces; only histograms have them. */
  readonly exemplar?: true;
  /** Of a column of a table whose unit is not that of the others. */
  readonly unit?: string;
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
/** What can be neither good nor bad. */
const NEUTRAL = 'text';

const steps = (below: string, limit?: number, above = RED): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: below }, ...(limit === undefined ? [] : [{ value: limit, color: above }])]);

const thresholds = ({ limit, isBadBelow }: Described): ThresholdsConfigBuilder => {
  if (limit === undefined) return steps(NEUTRAL);
  return isBadBelow === true ? steps(RED, limit, GREEN) : steps(GREEN, limit);
};

/** How far an axis goes at least, by unit: Grafana shows a line of zeros between 0 and 100, which is 10,000 % of a share. */
const LEAST: Readonly<Record<string, number>> = { percentunit: 0.01, s: 0.1, short: 1, reqps: 0.1, currencyUSD: 0.01 };

/** A limit that is near is in the picture; one that is far would press the line down to the ground. */
const leastTop = ({ limit = 0, unit }: Described): number | undefined =>
  limit > 0 && limit <= 1 ? limit : LEAST[unit];

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

interface Lines extends Described {
  /** `stack` for parts of a whole. */
  readonly shape?: 'stack';
  /** What the names of the lines mean. */
  readonly meaning?: Meaning;
  /** The bottom of the picture, 0 where it is not told. */
  readonly min?: number;
}

/** Below the picture, the names of more than two lines would take its place; beside a narrow one there is no place, so that they stand in one line. */
const legendOf = ({ queries, width = 12 }: Described): VizLegendOptionsBuilder => {
  const isNarrow = width < 12;
  const isLong = queries.length > 2 || queries.some(({ legend }) => legend.includes('{{'));
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(isNarrow ? LegendDisplayMode.List : LegendDisplayMode.Table)
    .placement(isLong && !isNarrow ? LegendPlacement.Right : LegendPlacement.Bottom)
    .calcs(isNarrow ? ['lastNotNull'] : ['lastNotNull', 'max'])
    .sortBy('Max')
    .sortDesc(true);
};

/** Values over time. */
export const lines = (spec: Lines): Builder<Panel> => {
  const isStacked = spec.shape === 'stack';
  const top = leastTop(spec);
  const panel = described(new LinesBuilder(), spec, 8)
    // The colour of a limit is that of its line; the lines themselves have colours of their own.
    .thresholds(steps(GREEN, spec.limit))
    .min(spec.min ?? 0)
    .drawStyle(GraphDrawStyle.Line)
    .fillOpacity(isStacked ? 40 : 8)
    .showPoints(VisibilityMode.Never)
    .axisPlacement(AxisPlacement.Left)
    .legend(legendOf(spec))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .targets(spec.queries.map((query) => asked(query).range()));
  if (top !== undefined) panel.axisSoftMax(top);
  if (spec.meaning !== undefined)
    for (const { pattern, properties } of coloursOf(spec.meaning)) panel.overrideByRegexp(pattern, properties);
  if (isStacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (spec.limit !== undefined)
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return panel;
};

/** One number for now, above a line of how it came about. In the wide form, the line runs through the number. */
export const stat = (spec: Described): Builder<Panel> =>
  described(new StatBuilder(), { width: 4, ...spec }, 5)
    .wideLayout(false)
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

/** Alone in its line it may be higher; beside another panel it is as high as that. */
const heightBeside = ({ width = 12 }: Described): number => (width === 24 ? 9 : 8);

/** How many measurements fell between the edges of a histogram, over time. */
export const heatmap = (spec: Described): Builder<Panel> =>
  described(new HeatmapBuilder(), spec, heightBeside(spec))
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').steps(64))
    .yAxis(new YAxisConfigBuilder().unit(spec.unit))
    .exemplarsColor('rgba(0,120,255,0.9)')
    .targets(spec.queries.map((query) => asked(query).format(PromQueryFormat.Heatmap).range()));

interface Table extends Described {
  /** Titles of the columns that are labels; a label that is not told is its own title. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Title of the column by which rows are ordered, the greatest first. */
  readonly orderedBy?: string;
}

/** Pixels; what is left is for names, which are longer. */
const NUMBER_WIDTH = 150;

/** One row for each set of labels, one column for each query. */
export const table = (spec: Table): Builder<Panel> => {
  const letters = spec.queries.map((_, index) => String.fromCodePoint(65 + index));
  const names = Object.fromEntries(
    spec.queries.map(({ legend }, index) => [
      spec.queries.length === 1 ? 'Value' : `Value #${letters[index] ?? ''}`,
      legend,
    ]),
  );
  const whole = { width: 24, ...spec };
  const panel = described(new TableBuilder(), whole, heightBeside(whole))
    .filterable(true)
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true }, renameByName: { ...spec.labels, ...names } },
    })
    .targets(spec.queries.map((query) => asked(query).format(PromQueryFormat.Table).instant()));
  for (const { legend, unit } of spec.queries)
    panel.overrideByName(legend, [
      { id: 'custom.width', value: NUMBER_WIDTH },
      ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ]);
  if (spec.orderedBy !== undefined)
    panel.sortBy([new TableSortByFieldStateBuilder().displayName(spec.orderedBy).desc(true)]);
  return panel;
};
