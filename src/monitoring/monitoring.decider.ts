import type { Decider } from '../eventsourcing/decider.js';
import type { JobTracked, MonitoringReset, TrackedJob } from './monitoring.events.js';

export interface RecordJob {
  readonly type: 'RecordJob';
  readonly job: TrackedJob;
  readonly now: Date;
}

export interface RecordReset {
  readonly type: 'RecordReset';
  readonly now: Date;
}

/** When it was recorded; null before. A report or a reset happens once for each stream. */
export type Recorded = string | null;

export const trackedJobDecider: Decider<Recorded, RecordJob, JobTracked> = {
  initialState: null,
  decide: ({ job, now }, state) =>
    state === null ? [{ type: 'JobTracked', data: { ...job, tracked_at: now.toISOString() } }] : [],
  evolve: (_state, { data }) => data.tracked_at,
};

export const resetDecider: Decider<Recorded, RecordReset, MonitoringReset> = {
  initialState: null,
  decide: ({ now }, state) =>
    state === null ? [{ type: 'MonitoringReset', data: { reset_at: now.toISOString() } }] : [],
  evolve: (_state, { data }) => data.reset_at,
};
