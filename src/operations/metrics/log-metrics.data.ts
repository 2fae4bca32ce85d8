import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';

const STATEMENT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Of the log and of what follows it. */
export const LOG_METRICS = {
  darkroom_events_appended_total: {
    type: 'counter',
    help: 'Events that this process appended to the log.',
    labels: { type: 'registered' },
    across: 'sum',
  },
  darkroom_eventstore_append_duration_seconds: {
    type: 'histogram',
    help: 'Time of a transaction that appends a group of events, its wait for the lock included; `nothing`: it failed, or all were refused.',
    labels: { outcome: ['ok', 'nothing'] },
    buckets: STATEMENT_SECONDS,
    across: 'sum',
  },
  darkroom_eventstore_head_position: {
    type: 'gauge',
    help: 'Position of the last event of the log.',
    across: 'max',
  },
  darkroom_subscription_events_total: {
    type: 'counter',
    help: 'Events that a projection or reactor dealt with as it followed the log; a rebuild beside the live tables is not counted.',
    labels: { subscription: 'registered' },
    across: 'sum',
  },
  darkroom_subscription_batch_duration_seconds: {
    type: 'histogram',
    help: 'Time in which a projection or reactor dealt with a batch of events as it followed the log; one that failed is tried again.',
    labels: { subscription: 'registered', outcome: ['ok', 'failed'] },
    buckets: STATEMENT_SECONDS,
    across: 'sum',
  },
  darkroom_subscription_position: {
    type: 'gauge',
    help: 'Position of the last event that a projection or reactor has passed.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_rebuilding: {
    type: 'gauge',
    help: '1 while the tables of a projection are built beside the live ones, to take their place or to be compared with them.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_lag_events: {
    type: 'gauge',
    help: 'Events of the log that a projection or reactor has not passed yet.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_lag_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event that a projection or reactor has not passed yet; 0 where there is none.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_failing: {
    type: 'gauge',
    help: '1 while a projection or reactor stands still at an event that it cannot take in.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
  darkroom_subscription_parked_events: {
    type: 'gauge',
    help: 'Events that a reactor has given up on and put aside, until somebody deals with them.',
    labels: { subscription: 'registered' },
    across: 'max',
  },
} as const satisfies MetricCatalogue;
