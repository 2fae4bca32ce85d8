/** What can be told of a job that ran elsewhere. */
export const JOB_STEPS = ['created', 'completed', 'failed'] as const;
export type JobStep = (typeof JOB_STEPS)[number];

/** A step of a job that Darkroom did not run itself, as its caller tells it. */
export interface TrackedJob {
  readonly event: JobStep;
  /** Any word; those that the usage counts are in job-counts.policy.ts. */
  readonly job_type: string;
  /** Seconds, of a job that has ended; null where the caller did not say. */
  readonly duration: number | null;
  /** The caller's own name for it. */
  readonly run_id: string | null;
}

interface Fact<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

/** Times are RFC 3339 in UTC. */
export type JobTracked = Fact<'JobTracked', TrackedJob & { tracked_at: string }>;

/** Somebody had the counts start again from zero: they are of what comes after it in the log. */
export type MonitoringReset = Fact<'MonitoringReset', { reset_at: string }>;

export type MonitoringEvent = JobTracked | MonitoringReset;

export const MONITORING_EVENTS = {
  current: ['JobTracked', 'MonitoringReset'] satisfies MonitoringEvent['type'][],
};

/** Each report and each reset is a stream of its own, with one event: no two callers ever wait for each other. */
export const TRACKED_JOB_STREAM = 'tracked_job';
export const RESET_STREAM = 'monitoring_reset';
