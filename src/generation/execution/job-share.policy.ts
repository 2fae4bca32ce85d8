import type { Job } from '../../platform/queue/job-queue.port.js';
import type { Priority } from '../generation.events.js';

/** Whose turns the attempts of a run take, and how urgent it is among theirs. */
export interface RunOwner {
  readonly userId: number;
  readonly priority: Priority;
}

/** Turns that a user has for each turn of one who is not named here. */
export type UserWeights = ReadonlyMap<number, number>;

export type JobShare = Pick<Job, 'group' | 'weight' | 'priority'>;

/** Around the queue's default, so that a job that says nothing is a normal one. */
const URGENCY: Readonly<Record<Priority, number>> = { high: 4, normal: 5, low: 6 };

export const shareOf = ({ userId, priority }: RunOwner, weights: UserWeights): JobShare => {
  const weight = weights.get(userId);
  return { group: String(userId), ...(weight !== undefined && { weight }), priority: URGENCY[priority] };
};
