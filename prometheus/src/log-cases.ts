import { counter, gauge, measured, type AlertCase, type Series } from './alert-case.js';

const APPENDS = 'darkroom_eventstore_append_duration_seconds';
const MINUTES = 30;

const ofFollower = (name: string, value: number): Series => gauge(name, value, { subscription: 'statistics' });

const appended = (outcome: string, perMinute: number): Series => counter(`${APPENDS}_count`, perMinute, { outcome });

export const LOG_CASES: readonly AlertCase[] = [
  {
    alert: 'DarkroomProjectionStalled',
    minutes: 10,
    fires: [ofFollower('darkroom_subscription_lag_seconds', 31)],
    silent: [[ofFollower('darkroom_subscription_lag_seconds', 29)]],
  },
  {
    alert: 'DarkroomProjectionFailed',
    minutes: 10,
    fires: [ofFollower('darkroom_subscription_failing', 1)],
    silent: [[ofFollower('darkroom_subscription_failing', 0)]],
  },
  {
    alert: 'DarkroomEventsParked',
    minutes: 10,
    fires: [ofFollower('darkroom_subscription_parked_events', 2)],
    silent: [[ofFollower('darkroom_subscription_parked_events', 0)]],
  },
  {
    alert: 'DarkroomEventstoreSlow',
    minutes: MINUTES,
    fires: [
      counter(`${APPENDS}_bucket`, 60, { outcome: 'ok', le: '0.5' }),
      ...measured(APPENDS, { edge: '0.25', within: 58, all: 60 }, { outcome: 'ok' }),
    ],
    silent: [
      measured(APPENDS, { edge: '0.25', within: 60, all: 60 }, { outcome: 'ok' }),
      measured(APPENDS, { edge: '0.25', within: 0, all: 1 }, { outcome: 'ok' }),
    ],
  },
  {
    alert: 'DarkroomEventstoreAppendsRefused',
    minutes: MINUTES,
    fires: [appended('ok', 40), appended('nothing', 20)],
    silent: [[appended('ok', 50), appended('nothing', 10)], [appended('nothing', 2)]],
  },
];
