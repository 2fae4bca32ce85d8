import { percentile } from '../platform/measures/duration-sketch.policy.js';
import type { JobCounts, JobKind, JobType } from './job-counts.policy.js';
import type { DurationBucket, JobDurations, SystemStatistics, UsageStatistics } from './monitoring.dto.js';

/** The jobs of one kind. */
export interface CountedKind {
  readonly kind: JobKind;
  readonly counts: JobCounts;
}

/** Upper bounds in seconds: pictures take from milliseconds to a minute, videos and jobs elsewhere longer. */
const BOUNDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800] as const;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const sumOf = (kinds: readonly CountedKind[], of: (counts: JobCounts) => number): number =>
  kinds.reduce((sum, { counts }) => sum + of(counts), 0);

/** @param uptime whole seconds of the process @param since RFC 3339 */
export const systemOf = (kinds: readonly CountedKind[], uptime: number, since: string | null): SystemStatistics => {
  const generated = kinds.filter(({ kind: { type } }) => type === 'image' || type === 'video');
  const timed = sumOf(generated, (counts) => counts.timed);
  return {
    total_jobs: sumOf(kinds, ({ created }) => created),
    jobs_completed: sumOf(kinds, ({ completed }) => completed),
    jobs_failed: sumOf(kinds, ({ failed }) => failed),
    jobs_cancelled: sumOf(kinds, ({ cancelled }) => cancelled),
    jobs_pending: sumOf(kinds, ({ open }) => open),
    avg_generation_time: timed === 0 ? null : rounded(sumOf(generated, ({ timeMs }) => timeMs) / timed / 1000, 4),
    uptime_seconds: uptime,
    since,
  };
};

export const usageOf = (kinds: readonly CountedKind[]): UsageStatistics => {
  const results = (wanted: JobType): number =>
    sumOf(
      kinds.filter(({ kind: { type } }) => type === wanted),
      (counts) => counts.results,
    );
  return {
    total_images_generated: results('image'),
    total_videos_generated: results('video'),
    total_workflows_executed: results('workflow'),
    total_datasets_created: results('dataset'),
    total_training_jobs: results('training'),
    total_downloads: results('download'),
  };
};

const bucketsOf = ({ durations }: JobCounts): DurationBucket[] => {
  const buckets: DurationBucket[] = [...BOUNDS, null].map((le) => ({ le, count: 0 }));
  for (const [bucket, count] of durations) {
    // The sketch of one bucket alone tells where that bucket lies.
    const middle = (percentile(new Map([[bucket, 1]]), 0) ?? 0) / 1000;
    const found = buckets.find(({ le }) => le === null || middle <= le);
    if (found) found.count += count;
  }
  return buckets;
};

/** Seconds with five significant digits, which leaves the error of the sketch as it is. */
const secondsAt = ({ durations }: JobCounts, p: number): number =>
  Number(((percentile(durations, p) ?? 0) / 1000).toPrecision(5));

/** Those with most jobs first. */
export const durationsOf = (kinds: readonly CountedKind[]): JobDurations[] =>
  kinds
    .filter(({ counts }) => counts.timed > 0)
    .sort((a, b) => b.counts.timed - a.counts.timed)
    .map(({ kind, counts }) => ({
      type: kind.type,
      model: kind.model === '' ? null : kind.model,
      count: counts.timed,
      average: rounded(counts.timeMs / counts.timed / 1000, 4),
      p50: secondsAt(counts, 0.5),
      p95: secondsAt(counts, 0.95),
      buckets: bucketsOf(counts),
    }));
