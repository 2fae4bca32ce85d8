import type { DurationSketch } from '../platform/measures/duration-sketch.policy.js';

/** The kinds of jobs that are counted each for itself; whatever else somebody reports is counted as `other`, so that rows stay few. */
export const JOB_TYPES = ['image', 'video', 'workflow', 'dataset', 'training', 'download', 'other'] as const;
export type JobType = (typeof JOB_TYPES)[number];

export const jobTypeOf = (word: string): JobType => JOB_TYPES.find((type) => type === word) ?? 'other';

/** The jobs of one type that one model made, or that were reported from elsewhere. */
export interface JobKind {
  readonly type: JobType;
  /** `provider/model`; empty for jobs that ran elsewhere. */
  readonly model: string;
}

/** What is known of the jobs of one kind together: since the last reset, but for `open`. */
export interface JobCounts {
  created: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Jobs that have not ended, whenever they were created: a reset changes nothing about these. */
  open: number;
  /** Pictures, videos, data sets …: what completed jobs made themselves. */
  results: number;
  /** Completed jobs whose duration is known, and its sum in milliseconds. */
  timed: number;
  timeMs: number;
  /** In milliseconds. */
  readonly durations: DurationSketch;
}

export const noJobs = (): JobCounts => ({
  created: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  open: 0,
  results: 0,
  timed: 0,
  timeMs: 0,
  durations: new Map(),
});

export const kindKey = ({ type, model }: JobKind): string => `${type} ${model}`;
