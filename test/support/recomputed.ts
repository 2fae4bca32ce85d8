import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEntry } from '../../src/generation/history/history.dto.js';
import type { Statistics } from '../../src/statistics/statistics.dto.js';

/** What test/fixtures/recompute.sql finds in the raw events. */
export interface Recomputed {
  readonly history: readonly HistoryEntry[];
  readonly total: number;
  readonly breakdowns: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly presets: Readonly<
    Record<
      string,
      { readonly runs: number; readonly completed: number; readonly failed: number; readonly seconds: number | null }
    >
  >;
  readonly retried: number;
  readonly cached: number;
  /** Exact, as text. */
  readonly cost: string;
  readonly saved: string;
  readonly average_seconds: number | null;
  readonly p50_seconds: number | null;
  readonly p95_seconds: number | null;
  readonly average_score: number | null;
  readonly days: Readonly<
    Record<string, { readonly total: number; readonly completed: number; readonly failed: number }>
  >;
}

const SQL = readFileSync(join(__dirname, '../fixtures/recompute.sql'), 'utf8');

/** @param days the first and the last of them bound the creation of the runs */
export const recompute = async (
  log: { sql<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> },
  of: { readonly userId: number | null; readonly projectId: number | null; readonly days: readonly string[] },
): Promise<Recomputed> => {
  const [row] = await log.sql<Recomputed>(SQL, [of.userId, of.projectId, of.days[0], of.days.at(-1)]);
  if (!row) throw new Error('The recomputation answered nothing');
  return row;
};

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 10_000) / whole) / 100);

/** The answer of the API that follows from it; its percentiles are exact, those of the API are within 1 %. */
export const statisticsOf = (
  found: Recomputed,
  days: readonly string[],
): Omit<Statistics, `p${string}_generation_time`> => ({
  period_days: days.length,
  total_generations: found.total,
  status_breakdown: { pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0, ...found.breakdowns['status'] },
  mode_breakdown: { ai: 0, manual: 0, ...found.breakdowns['mode'] },
  type_breakdown: found.breakdowns['type'] ?? {},
  provider_breakdown: found.breakdowns['provider'] ?? {},
  preset_breakdown: found.breakdowns['preset'] ?? {},
  preset_usage: Object.fromEntries(
    Object.entries(found.presets).map(([id, { seconds, ...ends }]) => [
      id,
      {
        ...ends,
        ...{ success_rate: percent(ends.completed, ends.runs), average_generation_time: seconds },
      },
    ]),
  ),
  average_generation_time: found.average_seconds,
  average_quality_score: found.average_score,
  success_rate: percent(found.breakdowns['status']?.['completed'] ?? 0, found.total),
  cache_hit_rate: percent(found.cached, found.total),
  retry_rate: percent(found.retried, found.total),
  total_cost_usd: Number(found.cost),
  saved_usd: Number(found.saved),
  daily: days.map((date) => ({ date, ...(found.days[date] ?? { total: 0, completed: 0, failed: 0 }) })),
});
