import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { Reactor } from '../../eventsourcing/projection.js';
import { JobQueue } from '../../platform/queue/job-queue.port.js';
import type { GenerationEvent } from '../generation.events.js';
import { queueChanges } from './attempt-job.policy.js';

/** Puts each attempt that is due, or will be, into the queue. Twice is as good as once: job ids are the attempts' own. */
@Injectable()
export class EnqueueAttempt implements Reactor {
  readonly name = 'enqueue_attempt';
  readonly vital = true;
  readonly handles = [
    'GenerationCreated',
    'GenerationRetried',
    'GenerationRetryRequested',
    'GenerationCancelled',
  ] satisfies GenerationEvent['type'][];

  constructor(private readonly queue: JobQueue) {}

  async react(events: readonly RecordedEvent[]): Promise<void> {
    const { enqueue, cancel } = queueChanges(events as readonly RecordedEvent<GenerationEvent>[]);
    if (enqueue.length > 0) await this.queue.enqueue(enqueue);
    // The waiting attempt of a cancelled run would be refused anyway; taking it out keeps the queue's counts honest.
    for (const jobId of cancel) await this.queue.cancel(jobId);
  }
}
