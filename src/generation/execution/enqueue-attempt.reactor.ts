import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { Reactor } from '../../eventsourcing/projection.js';
import { Config } from '../../platform/config/config.js';
import { type Job, JobQueue, QueueUnavailable } from '../../platform/queue/job-queue.port.js';
import type { GenerationEvent } from '../generation.events.js';
import { ShareResults } from '../sharing/share-results.processor.js';
import { attemptJob, beginsToWait, ownersIn, queueChanges, type DueAttempt } from './attempt-job.policy.js';
import { shareOf, type RunOwner } from './job-share.policy.js';
import { RunOwners } from './run-owners.store.js';

/**
 * Puts each attempt that is due, or will be, into the queue, unless another run makes the same result. Twice is as good as once: job ids are
 * the attempts' own.
 */
@Injectable()
export class EnqueueAttempt implements Reactor {
  readonly name = 'enqueue_attempt';
  readonly vital = true;
  readonly handles = [
    'GenerationCreated',
    'GenerationRetried',
    'GenerationRetryRequested',
    'GenerationCancelled',
    'GenerationReleased',
    'GenerationCompleted',
    'GenerationFailed',
  ] satisfies GenerationEvent['type'][];

  constructor(
    private readonly queue: JobQueue,
    private readonly sharing: ShareResults,
    private readonly owners: RunOwners,
    private readonly config: Config,
  ) {}

  async react(batch: readonly RecordedEvent[]): Promise<void> {
    const events = batch as readonly RecordedEvent<GenerationEvent>[];
    const served = await this.sharing.assign(events);
    const { enqueue, cancel } = queueChanges(
      events.filter((event) => !(beginsToWait(event) && served.has(event.streamId))),
    );
    await this.change(await this.jobsOf(enqueue, ownersIn(events)), cancel);
    await this.sharing.settle(events);
  }

  /** @param known owners that the events name themselves */
  private async jobsOf(due: readonly DueAttempt[], known: ReadonlyMap<string, RunOwner>): Promise<readonly Job[]> {
    const looked = await this.owners.of(due.flatMap(({ runId }) => (known.has(runId) ? [] : [runId])));
    const weights = this.config.get('USER_WEIGHTS');
    return due.map((attempt) => {
      const owner = known.get(attempt.runId) ?? looked.get(attempt.runId);
      return attemptJob(attempt, owner && shareOf(owner, weights));
    });
  }

  /** A queue that is away holds nobody up who follows the log: the reconciler brings what it missed. */
  private async change(enqueue: readonly Job[], cancel: readonly string[]): Promise<void> {
    try {
      if (enqueue.length > 0) await this.queue.enqueue(enqueue);
      // The waiting attempt of a run that ended would be refused anyway; taking it out keeps the queue's counts honest.
      for (const jobId of cancel) await this.queue.cancel(jobId);
    } catch (error) {
      if (!(error instanceof QueueUnavailable)) throw error;
    }
  }
}
