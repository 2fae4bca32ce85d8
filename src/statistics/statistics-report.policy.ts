import { percentile, type DurationSketch } from '../platform/measures/duration-sketch.policy.js';
import { addCounts, noFigures, runsOf, type Counts, type Figures, type PresetFigures } from './figures.policy.js';
import type { PresetUsage, Statistics } from './statistics.dto.js';

const DAY_MS = 86_400_000;

/** The days of a period that ends with the day of `now`, oldest first, as `2026-11-21` in UTC. */
export const daysUntil = (now: Date, days: number): string[] =>
  Array.from({ length: days }, (_, index) =>
    new Date(now.getTime() - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );

/** Half up. Whole numbers divide exactly where the quotient ends in a half, so that no binary fraction decides. */
const quotient = (whole: number, divisor: number): number => Math.round(whole / divisor);

const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : quotient(part * 10_000, whole) / 100);

/** With four decimals. @param sum in whole units @param unit how many of them are one, a multiple of 10,000 or a divisor of it */
const meanOf = (sum: number, unit: number, { completed }: { readonly completed: number }): number | null =>
  completed === 0 ? null : quotient(sum * 10_000, unit * completed) / 10_000;

/** Seconds with five significant digits, which leaves the error of the sketch as it is. */
const secondsAt = ({ durations }: Figures, p: number): number | null => {
  const ms = percentile(durations, p);
  return ms === null ? null : Number((ms / 1000).toPrecision(5));
};

/** The most frequent first; of two that are as frequent, in the order of the alphabet. */
const breakdownOf = (runs: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...runs].sort(([a, more], [b, fewer]) => (fewer === more ? (a < b ? -1 : 1) : fewer - more)));

/** What became of the runs of a preset. */
export const usageOf = ({ runs, completed, failed, timeMs }: PresetFigures): PresetUsage => ({
  ...{ runs, completed, failed },
  success_rate: percentOf(completed, runs),
  average_generation_time: meanOf(timeMs, 1_000, { completed }),
});

/** In the order of the breakdown. */
const usagesOf = ({ breakdown, presets }: Figures): Readonly<Record<string, PresetUsage>> =>
  Object.fromEntries(
    Object.keys(breakdownOf(breakdown.preset)).flatMap((id) => {
      const figures = presets.get(id);
      return figures ? [[id, usageOf(figures)]] : [];
    }),
  );

/** @param byDay counts of the days that have runs @param durations of all of them @param days all days of the period, oldest first */
export const reportOf = (
  byDay: ReadonlyMap<string, Counts>,
  durations: DurationSketch,
  days: readonly string[],
): Statistics => {
  const all: Figures = { ...noFigures(), durations };
  for (const counts of byDay.values()) addCounts(all, counts);
  const total = runsOf(all);
  const { completed } = all.statuses;
  return {
    period_days: days.length,
    total_generations: total,
    status_breakdown: { ...all.statuses },
    mode_breakdown: { ai: 0, manual: 0, ...breakdownOf(all.breakdown.mode) },
    type_breakdown: breakdownOf(all.breakdown.type),
    provider_breakdown: breakdownOf(all.breakdown.provider),
    preset_breakdown: breakdownOf(all.breakdown.preset),
    preset_usage: usagesOf(all),
    average_generation_time: meanOf(all.timeMs, 1_000, all.statuses),
    p50_generation_time: secondsAt(all, 0.5),
    p95_generation_time: secondsAt(all, 0.95),
    average_quality_score: meanOf(all.qualityMicros, 1_000_000, all.statuses),
    success_rate: percentOf(completed, total),
    cache_hit_rate: percentOf(all.cached, total),
    retry_rate: percentOf(all.retried, total),
    total_cost_usd: all.costMicros / 1_000_000,
    saved_usd: all.savedMicros / 1_000_000,
    daily: days.map((date) => {
      const figures = byDay.get(date) ?? noFigures();
      return { date, total: runsOf(figures), completed: figures.statuses.completed, failed: figures.statuses.failed };
    }),
  };
};
