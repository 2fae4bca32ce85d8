import { buckets, now, quantile, rate, share } from '../../prometheus/src/promql.js';
import type { DashboardSpec } from './dashboard.js';
import { heatmap, lines, stat } from './panels.js';
import { STEP } from './windows.js';

const WAITS = 'darkroom_job_queue_wait_seconds';
const BUSY = share(now('darkroom_worker_slots_busy'), now('darkroom_worker_slots'));

const QUEUE = [
  lines({
    title: 'Wake-ups in the queue',
    description:
      'Due, due later, and at a worker. The log says what there is to do; an empty queue beside runs that are due is filled again by itself.',
    unit: 'short',
    shape: 'stack',
    queries: [{ expr: now('darkroom_queue_jobs', { by: ['state'] }), legend: '{{state}}' }],
  }),
  lines({
    title: 'Longest wait now',
    description: 'How long the attempt has been due that waits longest for a worker, by the log.',
    unit: 's',
    limit: 300,
    alert: 'DarkroomQueueBacklog',
    queries: [{ expr: now('darkroom_jobs_oldest_due_age_seconds'), legend: 'oldest due' }],
  }),
  heatmap({
    title: 'How long attempts wait',
    description: 'From when an attempt was due to its start; a point leads to the trace of its run.',
    unit: 's',
    queries: [{ expr: buckets(WAITS, STEP), legend: '{{le}}', exemplar: true }],
  }),
  lines({
    title: 'Wait, by type',
    description: 'The objective: 95 % within 10 seconds.',
    unit: 's',
    limit: 10,
    alert: 'DarkroomQueueWaitBudgetBurn',
    queries: [0.5, 0.95].map((part) => ({
      expr: quantile(part, WAITS, STEP, { by: ['type'] }),
      legend: `{{type}} p${String(part * 100)}`,
      exemplar: true,
    })),
  }),
];

const WORKERS = [
  stat({
    title: 'Workers',
    description: 'Worker processes whose lease holds.',
    unit: 'short',
    width: 6,
    limit: 1,
    isBadBelow: true,
    alert: 'DarkroomWorkersAbsent',
    queries: [{ expr: now('darkroom_workers_alive'), legend: 'workers' }],
  }),
  stat({
    title: 'Busy slots',
    description: 'Share of the attempts that all workers together could run at the same time.',
    unit: 'percentunit',
    width: 6,
    limit: 0.9,
    alert: 'DarkroomWorkersSaturated',
    queries: [{ expr: BUSY, legend: 'busy' }],
  }),
  stat({
    title: 'Longest run now',
    description: 'How long the run has been processed that is at it longest.',
    unit: 's',
    width: 6,
    limit: 900,
    alert: 'DarkroomJobStuck',
    queries: [{ expr: now('darkroom_jobs_oldest_processing_age_seconds'), legend: 'oldest' }],
  }),
  stat({
    title: 'Wait, 95th percentile',
    description: 'Over half an hour, of all types.',
    unit: 's',
    width: 6,
    limit: 10,
    alert: 'DarkroomQueueStuck',
    queries: [{ expr: quantile(0.95, WAITS, '30m'), legend: 'p95' }],
  }),
  lines({
    title: 'Slots',
    description: 'Attempts that all workers together can run at the same time, and those that they run.',
    unit: 'short',
    queries: [
      { expr: now('darkroom_worker_slots'), legend: 'slots' },
      { expr: now('darkroom_worker_slots_busy'), legend: 'busy' },
    ],
  }),
  lines({
    title: 'Starts of each worker',
    description: 'Attempts in a minute. One that stays at 0 beside busy ones does not get work, or hangs.',
    unit: 'short',
    queries: [{ expr: `60 * ${rate(WAITS, STEP, { by: ['instance'] })}`, legend: '{{instance}}' }],
  }),
  lines({
    title: 'Longest run',
    description: 'How long the run has been processed that is at it longest.',
    unit: 's',
    limit: 900,
    alert: 'DarkroomJobStuck',
    queries: [{ expr: now('darkroom_jobs_oldest_processing_age_seconds'), legend: 'oldest' }],
  }),
  lines({
    title: 'Taken over',
    description: 'Attempts in a minute that went on at another worker because theirs was gone, by type.',
    unit: 'short',
    alert: 'DarkroomWorkersDying',
    queries: [{ expr: `60 * ${rate('darkroom_job_takeovers_total', STEP, { by: ['type'] })}`, legend: '{{type}}' }],
  }),
];

export const QUEUE_AND_WORKERS: DashboardSpec = {
  uid: 'darkroom-queue',
  title: 'Darkroom / Queue and workers',
  description: 'Who waits, how long, and are there enough workers?',
  rows: [
    { title: 'Waiting', panels: QUEUE },
    { title: 'Working', panels: WORKERS },
  ],
};
