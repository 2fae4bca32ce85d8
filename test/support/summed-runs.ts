import type { Status } from '../../src/generation/status/generation.queries.js';
import type { PresetFigures } from '../../src/statistics/figures.policy.js';
import type { RandomRun } from './random-log.js';

/** What is known of runs together, told from the runs one by one. */
export interface SummedRuns {
  readonly statuses: Readonly<Record<Status, number>>;
  readonly retried: number;
  readonly cached: number;
  readonly costMicros: number;
  readonly savedMicros: number;
  readonly qualityMicros: number;
  readonly durations: readonly number[];
  readonly breakdown: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly presets: Readonly<Record<string, PresetFigures>>;
}

export const dayOf = ({ state }: RandomRun): string => state.run.createdAt.slice(0, 10);

const DIMENSIONS = ['mode', 'type', 'provider', 'model', 'preset'] as const;

/** Every sum that a run belongs to: of everybody, its user, its project, its user in its project, on its day. */
export const scopesOf = (run: RandomRun): string[] => {
  const { user_id: user, project_id: project } = run.state.run.order;
  return [
    ...new Set([0, user].flatMap((u) => [0, project ?? 0].map((p) => `${dayOf(run)} ${String(u)} ${String(p)}`))),
  ];
};

const countBy = (values: readonly (string | null | undefined)[]): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const value of values)
    if (value !== null && value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
};

/** What a run that goes on has paid since its last end is counted with the next one. */
const costOf = (state: RandomRun['state']): number =>
  Math.round(('endedAt' in state ? state.run.costUsd : state.run.costUsd - state.run.roundCostUsd) * 1e6);

const presetsOf = (runs: readonly RandomRun[]): Record<string, PresetFigures> => {
  const ids = runs.flatMap(({ state }) => state.run.order.preset ?? []);
  return Object.fromEntries(
    [...new Set(ids)].map((id) => {
      const own = runs.filter(({ state }) => state.run.order.preset === id).map(({ state }) => state);
      const completed = own.flatMap((state) => (state.status === 'completed' ? [state.completion] : []));
      return [
        id,
        {
          ...{ runs: own.length, completed: completed.length },
          failed: own.filter(({ status }) => status === 'failed').length,
          timeMs: completed.reduce((sum, { generation_time: seconds }) => sum + Math.round(seconds * 1000), 0),
        },
      ];
    }),
  );
};

/** The obvious way: look at where each run ended and add. */
export const sumUp = (runs: readonly RandomRun[]): SummedRuns => {
  const completed = runs.flatMap(({ state }) => (state.status === 'completed' ? [state.completion] : []));
  const having = (status: Status): number => runs.filter(({ state }) => state.status === status).length;
  return {
    statuses: {
      pending: having('pending'),
      processing: having('processing'),
      completed: having('completed'),
      failed: having('failed'),
      cancelled: having('cancelled'),
    },
    retried: runs.filter(({ state }) => state.run.attempt > 1).length,
    cached: completed.filter(({ cached }) => cached).length,
    costMicros: runs.reduce((sum, { state }) => sum + costOf(state), 0),
    savedMicros: completed.reduce((sum, { source }) => sum + Math.round((source?.saved_usd ?? 0) * 1e6), 0),
    qualityMicros: completed.reduce((sum, { quality_score: score }) => sum + Math.round(score * 1e6), 0),
    durations: completed.map(({ generation_time: seconds }) => Math.round(seconds * 1000)),
    breakdown: Object.fromEntries(
      DIMENSIONS.map((dimension) => [dimension, countBy(runs.map(({ state }) => state.run.order[dimension]))]),
    ),
    presets: presetsOf(runs),
  };
};
