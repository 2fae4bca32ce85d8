import { METRICS } from '../../src/operations/metrics/metrics.data.js';
import type { MetricDefinition } from '../../src/platform/telemetry/metric-set.js';
import { EXPORTED } from './exporter-metrics.js';
import { RUNTIME } from './runtime-metrics.js';

const KNOWN = { ...METRICS, ...RUNTIME, ...EXPORTED } as const;

type Known = typeof KNOWN;
export type MetricName = keyof Known;
type NamesOf<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: Known[Name] extends { readonly type: Type } ? Name : never;
}[MetricName];
/** Counted from the start of a process on: counters, and how many measurements a histogram took. */
type Counted = NamesOf<'counter'> | NamesOf<'histogram'>;

type OwnLabels<Name extends MetricName> = Known[Name] extends { readonly labels: infer Labels }
  ? keyof Labels & string
  : never;
/** A scrape adds `instance`: the process. */
type LabelOf<Name extends MetricName> = OwnLabels<Name> | 'instance';

/** An operator and what it compares with: `=failed`, `!~invalid_request|moderated`. */
type Matcher = `${'=' | '!=' | '=~' | '!~'}${string}`;

export interface Selection<Name extends MetricName> {
  readonly where?: Readonly<Partial<Record<LabelOf<Name>, Matcher>>>;
  readonly by?: readonly LabelOf<Name>[];
}

const MATCHER = /^(=~|!~|!=|=)(.*)$/s;

const selector = (name: string, where: Readonly<Partial<Record<string, Matcher>>> = {}): string => {
  const matchers = Object.entries(where).map(([label, matcher]) => {
    const [, operator, value] = MATCHER.exec(matcher ?? '') ?? [];
    if (operator === undefined || value === undefined) throw new Error(`${String(matcher)} is no matcher for ${label}`);
    return `${label}${operator}"${value}"`;
  });
  return matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;
};

const over = (operation: 'sum' | 'max', by: readonly string[]): string =>
  by.length === 0 ? operation : `${operation} by (${by.join(', ')}) `;

const definitionOf = (name: MetricName): MetricDefinition => KNOWN[name];

/** The series that is counted: that of a histogram has a suffix. */
const countOf = (name: Counted): string => (definitionOf(name).type === 'histogram' ? `${name}_count` : name);

/** What a gauge stands at, over all processes as the catalogue says that they add up. */
export const now = <Name extends NamesOf<'gauge'>>(name: Name, { where, by = [] }: Selection<Name> = {}): string =>
  `${over(definitionOf(name).across, by)}(${selector(name, where)})`;

/** How many a second, over all processes. @param window a duration of Prometheus, `5m` */
export const rate = <Name extends Counted>(
  name: Name,
  window: string,
  { where, by = [] }: Selection<Name> = {},
): string => `${over('sum', by)}(rate(${selector(countOf(name), where)}[${window}]))`;

/** How many within the window, over all processes; `offset` moves the window into the past. */
export const increase = <Name extends Counted>(
  name: Name,
  window: string,
  { where, by = [], offset = '' }: Selection<Name> & { readonly offset?: string } = {},
): string => {
  const range = `${selector(countOf(name), where)}[${window}]${offset === '' ? '' : ` offset ${offset}`}`;
  return `${over('sum', by)}(increase(${range}))`;
};

/** What a histogram's measurements add up to in a second, in its unit. */
export const sumRate = <Name extends NamesOf<'histogram'>>(
  name: Name,
  window: string,
  { where, by = [] }: Selection<Name> = {},
): string => `${over('sum', by)}(rate(${selector(`${name}_sum`, where)}[${window}]))`;

/**
 * Measurements a second that are not above an edge.
 * @throws Error where the histogram has no such edge: there would be no such series
 */
export const rateWithin = <Name extends NamesOf<'histogram'>>(
  name: Name,
  edge: number,
  window: string,
  { where, by = [] }: Selection<Name> = {},
): string => {
  const definition = definitionOf(name);
  if (definition.type !== 'histogram' || !definition.buckets.includes(edge))
    throw new Error(`${name} has no edge at ${String(edge)}`);
  // Prometheus 3 writes whole edges as 30.0, Prometheus 2 as they come.
  const le: Matcher = Number.isInteger(edge) ? `=~${String(edge)}([.]0)?` : `=${String(edge)}`;
  return `${over('sum', by)}(rate(${selector(`${name}_bucket`, { ...where, le })}[${window}]))`;
};

/** The measurement that a share of all is not above, estimated from the edges. @param share 0 – 1 */
export const quantile = <Name extends NamesOf<'histogram'>>(
  share: number,
  name: Name,
  window: string,
  { where, by = [] }: Selection<Name> = {},
): string =>
  `histogram_quantile(${String(share)}, ${over('sum', [...by, 'le'])}(rate(${selector(`${name}_bucket`, where)}[${window}])))`;

/** Measurements within the window under each edge, for a heat map. */
export const buckets = <Name extends NamesOf<'histogram'>>(
  name: Name,
  window: string,
  { where }: Selection<Name> = {},
): string => `sum by (le) (increase(${selector(`${name}_bucket`, where)}[${window}]))`;

/** A share that is 0 where there is nothing to divide by: what did not happen did not fail either. */
export const share = (part: string, whole: string): string => `(${part}) / clamp_min(${whole}, 1e-9)`;

/** What each one has of a sum; nothing where there is none to have it. */
export const mean = (sum: string, count: string): string => `(${sum}) / ((${count}) > 0)`;

/** 0 where nothing of the kind has ever been counted. Only for what has no labels left. */
export const orNothing = (expression: string): string => `(${expression} or vector(0))`;
