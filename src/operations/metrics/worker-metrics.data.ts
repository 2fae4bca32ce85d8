import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';

/** Of the queue and the workers. */
export const WORKER_METRICS = {
  darkroom_queue_jobs: {
    type: 'gauge',
    help: 'Wake-ups in the queue: due, due later, and at a worker. A long queue is counted to a thousand.',
    labels: { state: ['waiting', 'delayed', 'active'] },
    across: 'max',
  },
  darkroom_jobs_oldest_due_age_seconds: {
    type: 'gauge',
    help: 'How long the attempt has been due that waits longest for a worker; 0 where none waits.',
    across: 'max',
  },
  darkroom_jobs_oldest_processing_age_seconds: {
    type: 'gauge',
    help: 'How long the run has been processed that is at it longest; 0 where none is.',
    across: 'max',
  },
  darkroom_workers_alive: {
    type: 'gauge',
    help: 'Worker processes whose lease holds.',
    across: 'max',
  },
  darkroom_worker_slots: {
    type: 'gauge',
    help: 'Attempts that this process can run at the same time; 0 without the role.',
    across: 'sum',
  },
  darkroom_worker_slots_busy: {
    type: 'gauge',
    help: 'Attempts that this process runs now.',
    across: 'sum',
  },
} as const satisfies MetricCatalogue;
