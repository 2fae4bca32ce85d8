import type { JobQueue } from '../../platform/queue/job-queue.port.js';
import { attemptJob, attemptJobId } from './attempt-job.policy.js';
import { shareOf, type UserWeights } from './job-share.policy.js';
import { FIRST_RUN, type WaitingAttempt, type WorkerLeases } from './workers.store.js';

const PAGE = 500;
/** The second one, a second later, finds what the reactor had not met at the first. */
const ROUNDS = 2;

/**
 * Goes through everything that waits, what is due later too, whenever the queue may have forgotten it, and enqueues what it does not hold. A
 * process that starts does so once, as it cannot know what the queue forgot before.
 */
export class LostWakeUps {
  private epoch: string | null = null;
  private roundsLeft = 0;

  constructor(
    private readonly queue: JobQueue,
    private readonly leases: WorkerLeases,
    private readonly weights: UserWeights,
  ) {}

  /** @returns how many wake-ups it made. @throws QueueUnavailable; the next call begins anew */
  async bringBack(): Promise<number> {
    const epoch = await this.queue.epoch();
    if (epoch !== this.epoch) {
      this.epoch = epoch;
      this.roundsLeft = ROUNDS;
    }
    if (this.roundsLeft === 0) return 0;
    let made = 0;
    let after = FIRST_RUN;
    for (
      let page = await this.leases.waiting(after, PAGE);
      page.length > 0;
      page = await this.leases.waiting(after, PAGE)
    ) {
      made += await this.enqueueMissing(page);
      after = page.at(-1)?.runId ?? after;
    }
    this.roundsLeft -= 1;
    return made;
  }

  private async enqueueMissing(page: readonly WaitingAttempt[]): Promise<number> {
    const held = await this.queue.holds(page.map(({ runId, attempt }) => attemptJobId(runId, attempt)));
    const jobs = page
      .filter(({ runId, attempt }) => !held.has(attemptJobId(runId, attempt)))
      .map(({ runId, attempt, dueAt, owner, traceparent }) =>
        attemptJob({ runId, attempt, runAt: dueAt, traceparent }, shareOf(owner, this.weights)),
      );
    if (jobs.length > 0) await this.queue.enqueue(jobs);
    return jobs.length;
  }
}
