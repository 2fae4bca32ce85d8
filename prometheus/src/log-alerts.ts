import type { Alert } from './alert.js';
import { increase, now, orNothing, quantile, rate, share } from './promql.js';

const APPENDS = 'darkroom_eventstore_append_duration_seconds';
const FOLLOWER = ['subscription'] as const;

/** About the log, and those that follow it. */
export const LOG_ALERTS: readonly Alert[] = [
  {
    name: 'DarkroomProjectionStalled',
    severity: 'page',
    summary: '{{ $labels.subscription }} is more than 30 seconds behind the log',
    description:
      'The oldest event that {{ $labels.subscription }} has not passed is {{ $value | humanizeDuration }} old.',
    dashboard: 'darkroom-eventstore',
    value: now('darkroom_subscription_lag_seconds', { by: FOLLOWER }),
    isWrong: '> 30',
    for: '2m',
  },
  {
    name: 'DarkroomProjectionFailed',
    severity: 'page',
    summary: '{{ $labels.subscription }} stands still at an event that it cannot take in',
    description:
      '{{ $labels.subscription }} tries the same event again and again; what it shows or does stays as it was.',
    dashboard: 'darkroom-eventstore',
    value: now('darkroom_subscription_failing', { by: FOLLOWER }),
    isWrong: '> 0',
    for: '1m',
  },
  {
    name: 'DarkroomEventsParked',
    severity: 'ticket',
    summary: '{{ $labels.subscription }} has put events aside',
    description:
      '{{ $labels.subscription }} could not deal with {{ $value }} events; it went on without them, and nobody tries them again.',
    dashboard: 'darkroom-eventstore',
    value: now('darkroom_subscription_parked_events', { by: FOLLOWER }),
    isWrong: '> 0',
    for: '5m',
  },
  {
    name: 'DarkroomEventstoreSlow',
    severity: 'ticket',
    summary: 'One append in a hundred takes longer than a quarter of a second',
    description:
      'The 99th percentile of the last 10 minutes is {{ $value | humanizeDuration }}, the wait for the lock included.',
    dashboard: 'darkroom-eventstore',
    value: quantile(0.99, APPENDS, '10m'),
    isWrong: '> 0.25',
    and: `${increase(APPENDS, '10m')} > 100`,
    for: '10m',
  },
  {
    name: 'DarkroomEventstoreAppendsRefused',
    severity: 'ticket',
    summary: 'More than a fifth of the appends leave nothing in the log',
    description: '{{ $value | humanizePercentage }} of the appends of the last 10 minutes failed or were refused.',
    dashboard: 'darkroom-eventstore',
    value: share(orNothing(rate(APPENDS, '10m', { where: { outcome: '=nothing' } })), rate(APPENDS, '10m')),
    isWrong: '> 0.2',
    and: `${increase(APPENDS, '10m')} > 100`,
    for: '10m',
  },
];
