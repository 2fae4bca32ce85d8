import type { Alert } from './alert.js';
import { increase, now, orNothing, share } from './promql.js';

const OLDEST_DUE = 'darkroom_jobs_oldest_due_age_seconds';
const BUSY = share(now('darkroom_worker_slots_busy'), now('darkroom_worker_slots'));

/** About the queue and the processes that work at it. */
export const WORKER_ALERTS: readonly Alert[] = [
  {
    name: 'DarkroomWorkersAbsent',
    severity: 'page',
    summary: 'There is no worker',
    description: 'The lease of no worker holds: runs are accepted and none is made.',
    dashboard: 'darkroom-queue',
    value: now('darkroom_workers_alive'),
    isWrong: '< 1',
    for: '1m',
  },
  {
    name: 'DarkroomWorkersDying',
    severity: 'ticket',
    summary: 'Attempts are taken over from workers that are gone',
    description:
      '{{ $value | humanize }} attempts of the last 15 minutes went on at another worker because theirs was gone.',
    dashboard: 'darkroom-queue',
    value: orNothing(increase('darkroom_job_takeovers_total', '15m')),
    isWrong: '> 5',
    for: '1m',
  },
  {
    name: 'DarkroomQueueBacklog',
    severity: 'page',
    summary: 'An attempt has been due for more than 5 minutes, and all workers are busy',
    description: 'The attempt that waits longest has been due for {{ $value | humanizeDuration }}.',
    dashboard: 'darkroom-queue',
    value: now(OLDEST_DUE),
    isWrong: '> 300',
    and: `${BUSY} > 0.8`,
    for: '2m',
  },
  {
    name: 'DarkroomQueueStuck',
    severity: 'page',
    summary: 'Attempts are due, workers are there, and no run comes to an end',
    description:
      'The attempt that waits longest has been due for {{ $value | humanizeDuration }}; no run ended in the last 10 minutes.',
    dashboard: 'darkroom-queue',
    value: now(OLDEST_DUE),
    isWrong: '> 60',
    and: `${orNothing(increase('darkroom_jobs_finished_total', '10m'))} == 0 and ${now('darkroom_workers_alive')} > 0`,
    for: '10m',
  },
  {
    name: 'DarkroomWorkersSaturated',
    severity: 'ticket',
    summary: 'More than 90 % of the slots have been busy for a quarter of an hour',
    description: '{{ $value | humanizePercentage }} of the slots of all workers are busy.',
    dashboard: 'darkroom-queue',
    value: BUSY,
    isWrong: '> 0.9',
    for: '15m',
  },
];
