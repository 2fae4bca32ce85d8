import { counted } from '../../format.js';
import type { QueueFigures } from './answers.js';

/** While the queue does not answer. */
export const QUEUE_AWAY = 'The queue does not answer; jobs are accepted and wait';

/** In one sentence what the numbers mean; it warns where nobody works. */
export const queueWords = ({ waiting, delayed, active }: QueueFigures): string => {
  if (waiting > 0 && active === 0) return `${counted(waiting, 'job')} due and no worker on any`;
  if (active > 0) return `${counted(active, 'job')} running`;
  return delayed > 0 ? 'Idle until the next job is due' : 'Idle: nothing waits';
};
