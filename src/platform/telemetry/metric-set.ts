import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * What a label may say: one of a closed set, where whatever else it is given becomes `other`, or what a registry of the program bounds, such as
 * that of its routes. Nothing that a client chooses: it could make series without end.
 */
export type LabelValues = readonly string[] | 'registered';

interface Defined {
  /** What it counts or measures, as a sentence for people. */
  readonly help: string;
  readonly labels?: Readonly<Record<string, LabelValues>>;
  /**
   * How an operator adds up what several processes tell: `sum` of what is each one's own, `max` of what all of them tell of the same
   * thing, such as the queue.
   */
  readonly across: 'sum' | 'max';
}

export interface CounterDefinition extends Defined {
  readonly type: 'counter';
}
export interface GaugeDefinition extends Defined {
  readonly type: 'gauge';
}
export interface HistogramDefinition extends Defined {
  readonly type: 'histogram';
  /** Upper edges, ascending, in the metric's unit; every threshold that an objective or an alert asks about is one of them. */
  readonly buckets: readonly number[];
}
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

/** All metrics of a program by their name: the only place that makes one. */
export type MetricCatalogue = Readonly<Record<string, MetricDefinition>>;

type LabelsOf<Definition extends MetricDefinition> = Definition extends {
  readonly labels: infer Labels extends Readonly<Record<string, LabelValues>>;
}
  ? { readonly [Name in keyof Labels]: string }
  : Readonly<Record<string, never>>;

type NamesOf<Catalogue extends MetricCatalogue, Type extends MetricDefinition['type']> = {
  [Name in keyof Catalogue]: Catalogue[Name] extends { readonly type: Type } ? Name : never;
}[keyof Catalogue] &
  string;

/** The trace that a measurement was taken in; it makes a point of a histogram lead to it. */
export interface Exemplar {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
}

export const OTHER = 'other';

/**
 * The metrics of one process, in one registry that writes OpenMetrics: prom-client may not be switched between its two formats, as counters
 * then lose their suffix for good; exposition.ts makes the older one of it.
 */
export class MetricSet<Catalogue extends MetricCatalogue> {
  readonly registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  private readonly counters = new Map<string, Counter>();
  private readonly gauges = new Map<string, Gauge>();
  private readonly histograms = new Map<string, Histogram>();

  constructor(private readonly catalogue: Catalogue) {
    this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    for (const [name, definition] of Object.entries(catalogue)) this.register(name, definition);
  }

  /** Adds to a counter. @param by at least 0 */
  count<Name extends NamesOf<Catalogue, 'counter'>>(name: Name, labels: LabelsOf<Catalogue[Name]>, by = 1): void {
    this.counters.get(name)?.inc(this.bounded(name, labels), by);
  }

  /** Says what a gauge stands at. */
  set<Name extends NamesOf<Catalogue, 'gauge'>>(name: Name, labels: LabelsOf<Catalogue[Name]>, value: number): void {
    this.gauges.get(name)?.set(this.bounded(name, labels), value);
  }

  /** Forgets every value of a gauge whose labels may be others next time. */
  clear(name: NamesOf<Catalogue, 'gauge'>): void {
    this.gauges.get(name)?.reset();
  }

  /** Takes a measurement into a histogram, in the metric's unit. */
  observe<Name extends NamesOf<Catalogue, 'histogram'>>(
    name: Name,
    labels: LabelsOf<Catalogue[Name]>,
    { value, exemplar = null }: { readonly value: number; readonly exemplar?: Exemplar | null },
  ): void {
    const exemplarLabels = exemplar === null ? {} : { exemplarLabels: { trace_id: exemplar.traceId } };
    this.histograms.get(name)?.observe({ labels: this.bounded(name, labels), value, ...exemplarLabels });
  }

  /**
   * Begins a histogram at 0, whose labels would be unknown until its first measurement: a rate of what has never happened is 0. To be called
   * before that, which would be forgotten.
   */
  begin<Name extends NamesOf<Catalogue, 'histogram'>>(name: Name, labels: LabelsOf<Catalogue[Name]>): void {
    this.histograms.get(name)?.zero(this.bounded(name, labels));
  }

  private register(name: string, definition: MetricDefinition): void {
    const labelNames = Object.keys(definition.labels ?? {});
    const common = { name, help: definition.help, labelNames, registers: [this.registry] };
    switch (definition.type) {
      case 'counter': {
        const counter = new Counter(common);
        this.counters.set(name, counter);
        // A rate of what has never happened is 0, not unknown.
        for (const labels of combinations(definition.labels ?? {})) counter.inc(labels, 0);
        return;
      }
      case 'gauge':
        this.gauges.set(name, new Gauge(common));
        return;
      case 'histogram':
        this.histograms.set(
          name,
          new Histogram({ ...common, buckets: [...definition.buckets], enableExemplars: true }),
        );
        return;
      default:
        definition satisfies never;
    }
  }

  private bounded(name: string, labels: Readonly<Record<string, string>>): Record<string, string> {
    const allowed = this.catalogue[name]?.labels ?? {};
    return Object.fromEntries(
      Object.entries(labels).map(([label, value]) => {
        const values = allowed[label];
        return [label, typeof values === 'object' && !values.includes(value) ? OTHER : value];
      }),
    );
  }
}

/** Every combination of closed labels; those of a registry are not known here. */
const combinations = (labels: Readonly<Record<string, LabelValues>>): Record<string, string>[] => {
  const sets = Object.entries(labels);
  if (sets.some(([, values]) => typeof values === 'string')) return [];
  return sets.reduce<Record<string, string>[]>(
    (made, [label, values]) =>
      made.flatMap((each) => (values as readonly string[]).map((value) => ({ ...each, [label]: value }))),
    [{}],
  );
};
