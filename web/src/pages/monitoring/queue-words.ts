import { count } from '../../format.js';
import type { QueueFigures } from './answers.js';

/** While the queue does not answer. */
export const QUEUE_AWAY = 'The queue does not answer; jobs are accepted and wait';

/** Up to where jobs are counted. */
const COUNTED_JOBS = 1_000;

/** One of the numbers of the queue, or their sum: "1,000+" where there may be more. */
export const jobsIn = (jobs: number, { relation }: Pick<QueueFigures, 'relation'>): string =>
  relation === 'gte' && jobs >= COUNTED_JOBS ? `${count(jobs)}+` : count(jobs);

/** What pending jobs do, in the little space of a card. */
export const pendingWords = (queue: QueueFigures): string =>
  `${jobsIn(queue.active, queue)} running, ${jobsIn(queue.waiting, queue)} waiting, ${jobsIn(queue.delayed, queue)} scheduled`;

const some = (jobs: number, queue: QueueFigures): string => `${jobsIn(jobs, queue)} ${jobs === 1 ? 'job' : 'jobs'}`;

/** In one sentence what the numbers mean; it warns where nobody works. */
export const queueWords = (queue: QueueFigures): string => {
  const { waiting, delayed, active } = queue;
  if (waiting > 0 && active === 0) return `${some(waiting, queue)} due and no worker on any`;
  if (active > 0) return `${some(active, queue)} running`;
  return delayed > 0 ? 'Idle until the next job is due' : 'Idle: nothing waits';
};
