import { type JobQueue, type Job, QueueUnavailable } from '../../platform/queue/job-queue.port.js';
import type { AttemptClaims } from './claim-attempt.processor.js';
import { attemptJob, attemptJobId } from './attempt-job.policy.js';
import { shareOf, type UserWeights } from './job-share.policy.js';
import type { LostWakeUps } from './lost-wake-ups.processor.js';
import { FIRST_RUN, type UnfinishedAttempt, type WorkerLeases } from './workers.store.js';

const PAGE = 500;
/** How long an attempt may be due before its absence from the queue is a loss and not just latency. */
const OVERDUE_SECONDS = 5;

/** The attempt's version makes the id new for each takeover, so that a spent wake-up does not hide the next one. */
const takeoverJob = (
  { runId, attempt, version, owner, traceparent }: UnfinishedAttempt,
  weights: UserWeights,
): Job => ({
  id: `${attemptJobId(runId, attempt)}:v${String(version)}`,
  data: { run_id: runId, attempt },
  ...shareOf(owner, weights),
  ...(traceparent !== null && { traceparent }),
  // Before all turns: the run has had its turn.
  priority: 1,
});

/**
 * Compares the log's view with the queue's and wakes workers for what fell between them: attempts whose worker died, and due attempts that
 * no queue knows, and all of them when the queue has forgotten what it held. Any number of processes may do it at once; the job ids make it harmless.
 */
export class Reconciler {
  private cursor = FIRST_RUN;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly queue: JobQueue,
    private readonly leases: WorkerLeases,
    private readonly known: { readonly claims: AttemptClaims; readonly lost: LostWakeUps },
    private readonly options: {
      readonly everyMs: number;
      readonly weights: UserWeights;
      readonly onError: (error: unknown) => void;
    },
  ) {}

  start(): void {
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** One round; returns the number of wake-ups that it made. None while the queue is away: there is nothing to compare with. */
  async reconcile(): Promise<number> {
    try {
      return (await this.bringWhatFellBetween()) + (await this.known.lost.bringBack());
    } catch (error) {
      if (error instanceof QueueUnavailable) return 0;
      throw error;
    }
  }

  private async bringWhatFellBetween(): Promise<number> {
    const lost = await this.leases.orphaned(this.known.claims.runningRuns, PAGE);
    const forgotten = await this.forgotten();
    const { weights } = this.options;
    const jobs = [
      ...lost.map((attempt) => takeoverJob(attempt, weights)),
      ...forgotten.map(({ runId, attempt, owner, traceparent }) =>
        attemptJob({ runId, attempt, runAt: null, traceparent }, shareOf(owner, weights)),
      ),
    ];
    if (jobs.length > 0) await this.queue.enqueue(jobs);
    return jobs.length;
  }

  /** One page of overdue attempts a round, so that a long queue costs no more than a short one. */
  private async forgotten(): Promise<UnfinishedAttempt[]> {
    const page = await this.leases.overdue(OVERDUE_SECONDS, this.cursor, PAGE);
    this.cursor = page.length < PAGE ? FIRST_RUN : (page.at(-1)?.runId ?? FIRST_RUN);
    if (page.length === 0) return [];
    const held = await this.queue.holds(page.map(({ runId, attempt }) => attemptJobId(runId, attempt)));
    return page.filter(({ runId, attempt }) => !held.has(attemptJobId(runId, attempt)));
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.reconcile()
        .then(() => undefined, this.options.onError)
        .finally(() => {
          this.schedule();
        });
    }, this.options.everyMs);
  }
}
