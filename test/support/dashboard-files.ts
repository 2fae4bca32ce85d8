import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly links?: readonly { readonly url?: string }[];
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat?: string;
    readonly instant?: boolean;
    readonly exemplar?: boolean;
    readonly datasource: { readonly uid: string };
  }[];
}

interface VariableJson {
  readonly name: string;
  readonly type: string;
  readonly query?: string;
}

export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelJson[];
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}

/** A query and where it stands. */
export interface PlacedQuery {
  readonly where: string;
  readonly expr: string;
  readonly isInstant: boolean;
}

const FOLDER = 'grafana/dashboards';

/** The dashboards as they lie in the folder that Grafana reads. */
export const dashboardFiles = (): ReadonlyMap<string, DashboardJson> =>
  new Map(
    readdirSync(FOLDER).map((name) => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as DashboardJson]),
  );

/** What every panel and every annotation asks Prometheus. */
export const queriesOf = ({ title, panels, annotations }: DashboardJson): PlacedQuery[] => [
  ...panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ refId, expr, instant = false }) => ({
      where: `${title} › ${panel.title ?? ''} ${refId}`,
      expr,
      isInstant: instant,
    })),
  ),
  ...annotations.list.flatMap(({ name, expr }) =>
    expr === undefined ? [] : [{ where: `${title} › ${name}`, expr, isInstant: false }],
  ),
];
