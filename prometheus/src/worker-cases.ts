import { counter, gauge, type AlertCase, type Series } from './alert-case.js';

const oldestDue = (seconds: number): Series => gauge('darkroom_jobs_oldest_due_age_seconds', seconds);
const workers = (count: number): Series => gauge('darkroom_workers_alive', count);
const slots = (busy: number): Series[] => [
  gauge('darkroom_worker_slots', 16),
  gauge('darkroom_worker_slots_busy', busy),
];
const taken = (perMinute: number): Series =>
  counter('darkroom_job_takeovers_total', perMinute, { type: 'image', provider: 'simulator' });
const ended = (perMinute: number): Series =>
  counter('darkroom_jobs_finished_total', perMinute, {
    ...{ type: 'image', provider: 'simulator', model: 'ok', outcome: 'completed' },
    ...{ cached: 'false', error_type: '' },
  });

export const WORKER_CASES: readonly AlertCase[] = [
  {
    alert: 'DarkroomWorkersAbsent',
    minutes: 5,
    fires: [workers(0)],
    silent: [[workers(0), { ...workers(1), labels: { instance: 'two:9464' } }]],
  },
  {
    alert: 'DarkroomWorkersDying',
    minutes: 20,
    fires: [taken(0.5)],
    silent: [[taken(0.2)], []],
  },
  {
    alert: 'DarkroomQueueBacklog',
    minutes: 10,
    fires: [oldestDue(301), ...slots(15)],
    silent: [
      [oldestDue(301), ...slots(8)],
      [oldestDue(299), ...slots(16)],
    ],
  },
  {
    alert: 'DarkroomQueueStuck',
    minutes: 30,
    fires: [oldestDue(61), workers(2), ended(0)],
    silent: [
      [oldestDue(61), workers(2), ended(1)],
      [oldestDue(61), workers(0), ended(0)],
      [oldestDue(59), workers(2), ended(0)],
    ],
  },
  {
    alert: 'DarkroomWorkersSaturated',
    minutes: 30,
    fires: slots(15),
    silent: [slots(14), [gauge('darkroom_worker_slots', 0), gauge('darkroom_worker_slots_busy', 0)]],
  },
];
