import { buckets, increase, now, quantile, rate } from '../../prometheus/src/promql.js';
import type { DashboardSpec } from './dashboard.js';
import { heatmap, lines, stat } from './panels.js';
import { STEP } from './windows.js';

const APPENDS = 'darkroom_eventstore_append_duration_seconds';
const BATCHES = 'darkroom_subscription_batch_duration_seconds';
const FOLLOWER = ['subscription'] as const;

const LOG = [
  stat({
    title: 'Events',
    description: 'Position of the last event of the log.',
    unit: 'short',
    width: 6,
    queries: [{ expr: now('darkroom_eventstore_head_position'), legend: 'head' }],
  }),
  stat({
    title: 'Append, 99th percentile',
    description: 'Over ten minutes, the wait for the lock included.',
    unit: 's',
    width: 6,
    limit: 0.25,
    alert: 'DarkroomEventstoreSlow',
    queries: [{ expr: quantile(0.99, APPENDS, '10m'), legend: 'p99' }],
  }),
  stat({
    title: 'Standing still now',
    description: 'Projections and reactors that cannot take in their next event.',
    unit: 'short',
    width: 6,
    limit: 1,
    alert: 'DarkroomProjectionFailed',
    queries: [{ expr: `sum(${now('darkroom_subscription_failing', { by: FOLLOWER })})`, legend: 'standing still' }],
  }),
  stat({
    title: 'Put aside now',
    description: 'Events that reactors gave up on; somebody has to deal with each of them.',
    unit: 'short',
    width: 6,
    limit: 1,
    alert: 'DarkroomEventsParked',
    queries: [{ expr: `sum(${now('darkroom_subscription_parked_events', { by: FOLLOWER })})`, legend: 'put aside' }],
  }),
  lines({
    title: 'Events appended',
    description: 'A second, by the type of the event.',
    unit: 'short',
    shape: 'stack',
    queries: [{ expr: rate('darkroom_events_appended_total', STEP, { by: ['type'] }), legend: '{{type}}' }],
  }),
  lines({
    title: 'Growth of the log',
    description: 'Events in the log. A slope that nobody expected is a client that nobody expected.',
    unit: 'short',
    queries: [{ expr: now('darkroom_eventstore_head_position'), legend: 'head' }],
  }),
  heatmap({
    title: 'How long appends take',
    description: 'Each transaction that appends a group of events.',
    unit: 's',
    queries: [{ expr: buckets(APPENDS, STEP), legend: '{{le}}' }],
  }),
  lines({
    title: 'Appends by what came of them',
    description: 'A second. `nothing`: it failed, or all of its events were refused because somebody else was first.',
    unit: 'short',
    shape: 'stack',
    alert: 'DarkroomEventstoreAppendsRefused',
    queries: [{ expr: rate(APPENDS, STEP, { by: ['outcome'] }), legend: '{{outcome}}' }],
  }),
];

const FOLLOWERS = [
  lines({
    title: 'Lag in seconds',
    description: 'Age of the oldest event that each projection or reactor has not passed. The objective: 5 seconds.',
    unit: 's',
    limit: 5,
    alert: 'DarkroomReadFreshnessBudgetBurn',
    queries: [{ expr: now('darkroom_subscription_lag_seconds', { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Lag in events',
    description: 'Events that each has not passed. While one is built anew it falls from the whole log to 0.',
    unit: 'short',
    alert: 'DarkroomProjectionStalled',
    queries: [{ expr: now('darkroom_subscription_lag_events', { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Standing still',
    description: '1 while it tries an event again and again that it cannot take in.',
    unit: 'short',
    limit: 1,
    alert: 'DarkroomProjectionFailed',
    queries: [{ expr: now('darkroom_subscription_failing', { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Put aside',
    description: 'Events that a reactor gave up on and goes on without, until somebody deals with them.',
    unit: 'short',
    limit: 1,
    alert: 'DarkroomEventsParked',
    queries: [{ expr: now('darkroom_subscription_parked_events', { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Events dealt with',
    description: 'A second, by projection or reactor, each when it has been dealt with; a rebuild is not counted.',
    unit: 'short',
    shape: 'stack',
    queries: [{ expr: rate('darkroom_subscription_events_total', STEP, { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Time of a batch, 95th percentile',
    description: 'By projection or reactor. As long as a batch takes, nothing newer is to be seen of it.',
    unit: 's',
    queries: [{ expr: quantile(0.95, BATCHES, STEP, { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Batches that failed',
    description: 'A minute, by projection or reactor; each is tried again.',
    unit: 'short',
    alert: 'DarkroomProjectionFailed',
    queries: [
      {
        expr: `60 * ${rate(BATCHES, STEP, { where: { outcome: '=failed' }, by: FOLLOWER })}`,
        legend: '{{subscription}}',
      },
    ],
  }),
  lines({
    title: 'Where they stand',
    description:
      'Position of the last event that each has passed. One that stays level beside the others stands still.',
    unit: 'short',
    queries: [{ expr: now('darkroom_subscription_position', { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Built anew or compared',
    description:
      '1 while the tables of a projection are built beside the live ones, for a new version or to verify them.',
    unit: 'short',
    queries: [{ expr: now('darkroom_subscription_rebuilding', { by: FOLLOWER }), legend: '{{subscription}}' }],
  }),
  lines({
    title: 'Events of the last hour',
    description: 'By type, over the hour before each point: what a rebuild would have to read again.',
    unit: 'short',
    width: 24,
    shape: 'stack',
    queries: [{ expr: increase('darkroom_events_appended_total', '1h', { by: ['type'] }), legend: '{{type}}' }],
  }),
];

export const EVENTSTORE: DashboardSpec = {
  uid: 'darkroom-eventstore',
  title: 'Darkroom / Log and read models',
  description: 'Does the log take what comes, and do those that follow it keep up?',
  rows: [
    { title: 'The log', panels: LOG },
    { title: 'Those that follow it', panels: FOLLOWERS },
  ],
};
