/** A series that changes evenly; a gauge does not. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What it begins with. */
  readonly from: number;
  readonly perMinute: number;
  /** Minute of its first sample, 0 where it is not told. */
  readonly beginsAt?: number;
}

/** What a platform looks like over which an alert fires, and one over which it does not. */
export interface AlertCase {
  readonly alert: `Darkroom${string}`;
  readonly fires: readonly Series[];
  /** One or several pictures of a platform that is well, or of which nothing can be said. */
  readonly silent: readonly (readonly Series[])[];
  /** How long both last. */
  readonly minutes: number;
}

type Labels = Readonly<Record<string, string>>;

export const gauge = (name: string, value: number, labels: Labels = {}): Series => ({
  name,
  labels: { instance: 'one:9464', ...labels },
  from: value,
  perMinute: 0,
});

export const counter = (name: string, perMinute: number, labels: Labels = {}): Series => ({
  name,
  labels: { instance: 'one:9464', ...labels },
  from: 0,
  perMinute,
});

/** Measurements of which some are within an edge; that is all that rules ask about. */
export const measured = (
  name: string,
  { edge, within, all }: { readonly edge: string; readonly within: number; readonly all: number },
  labels: Labels = {},
): Series[] => [
  counter(`${name}_bucket`, within, { ...labels, le: edge }),
  counter(`${name}_bucket`, all, { ...labels, le: '+Inf' }),
  counter(`${name}_count`, all, labels),
];
