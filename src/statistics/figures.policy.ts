import type { Status } from '../generation/status/generation.queries.js';
import type { DurationSketch } from '../platform/measures/duration-sketch.policy.js';

/** By which runs are counted one property at a time. */
export const DIMENSIONS = ['mode', 'type', 'provider', 'model', 'preset'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Runs by the values of each property. Maps, because a value may be any word that an object has a meaning for. */
export type Breakdown = Readonly<Record<Dimension, Map<string, number>>>;

/** What became of the runs that a preset was applied to. */
export interface PresetFigures {
  runs: number;
  completed: number;
  failed: number;
  /** Milliseconds, over completed runs. */
  timeMs: number;
}

/** What is known of a number of runs together; sums are whole numbers, so that they come out the same in any order. */
export interface Figures {
  statuses: Record<Status, number>;
  /** Runs with more than one attempt. */
  retried: number;
  /** Completed runs that took the result of another one: from the cache, or by waiting for it. */
  cached: number;
  /** Millionths of a US dollar that runs had paid when they ended, whatever the end was. */
  costMicros: number;
  /** Millionths of a US dollar that making the results again would have cost, of runs that took one which was there. */
  savedMicros: number;
  /** Millionths of a score, over completed runs. */
  qualityMicros: number;
  /** Milliseconds, over completed runs. */
  timeMs: number;
  readonly breakdown: Breakdown;
  /** By the preset's id. */
  readonly presets: Map<string, PresetFigures>;
  readonly durations: DurationSketch;
}

export const noFigures = (): Figures => ({
  statuses: { pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0 },
  retried: 0,
  cached: 0,
  costMicros: 0,
  savedMicros: 0,
  qualityMicros: 0,
  timeMs: 0,
  breakdown: { mode: new Map(), type: new Map(), provider: new Map(), model: new Map(), preset: new Map() },
  presets: new Map(),
  durations: new Map(),
});

export const count = (counts: Map<string, number>, value: string, runs = 1): void => {
  counts.set(value, (counts.get(value) ?? 0) + runs);
};

/** The figures of a preset, to be added to. */
export const figuresOfPreset = ({ presets }: Pick<Figures, 'presets'>, id: string): PresetFigures => {
  let figures = presets.get(id);
  if (!figures) presets.set(id, (figures = { runs: 0, completed: 0, failed: 0, timeMs: 0 }));
  return figures;
};

/** All but the durations, which stay in another form where nobody asks for those of this part alone. */
export type Counts = Omit<Figures, 'durations'>;

export const addCounts = (sum: Counts, more: Counts): void => {
  for (const status of Object.keys(sum.statuses) as Status[]) sum.statuses[status] += more.statuses[status];
  sum.retried += more.retried;
  sum.cached += more.cached;
  sum.costMicros += more.costMicros;
  sum.savedMicros += more.savedMicros;
  sum.qualityMicros += more.qualityMicros;
  sum.timeMs += more.timeMs;
  for (const dimension of DIMENSIONS)
    for (const [value, runs] of more.breakdown[dimension]) count(sum.breakdown[dimension], value, runs);
  for (const [id, { runs, completed, failed, timeMs }] of more.presets) {
    const preset = figuresOfPreset(sum, id);
    preset.runs += runs;
    preset.completed += completed;
    preset.failed += failed;
    preset.timeMs += timeMs;
  }
};

export const runsOf = ({ statuses }: Pick<Figures, 'statuses'>): number =>
  Object.values(statuses).reduce((sum, runs) => sum + runs, 0);

type BreakdownJson = Partial<Record<Dimension, Readonly<Record<string, number>>>>;

export const breakdownToJson = (breakdown: Breakdown): BreakdownJson =>
  Object.fromEntries(
    DIMENSIONS.filter((dimension) => breakdown[dimension].size > 0).map((dimension) => [
      dimension,
      Object.fromEntries(breakdown[dimension]),
    ]),
  );

export const breakdownFromJson = (json: BreakdownJson): Breakdown => {
  const of = (dimension: Dimension): Map<string, number> => new Map(Object.entries(json[dimension] ?? {}));
  return { mode: of('mode'), type: of('type'), provider: of('provider'), model: of('model'), preset: of('preset') };
};

type PresetsJson = Readonly<
  Record<
    string,
    { readonly runs: number; readonly completed: number; readonly failed: number; readonly time_ms: number }
  >
>;

export const presetsToJson = (presets: ReadonlyMap<string, PresetFigures>): PresetsJson =>
  Object.fromEntries(
    [...presets].map(([id, { runs, completed, failed, timeMs }]) => [id, { runs, completed, failed, time_ms: timeMs }]),
  );

export const presetsFromJson = (json: PresetsJson): Map<string, PresetFigures> =>
  new Map(
    Object.entries(json).map(([id, { runs, completed, failed, time_ms: timeMs }]) => [
      id,
      { runs, completed, failed, timeMs },
    ]),
  );
