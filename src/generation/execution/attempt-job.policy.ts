import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { Job } from '../../platform/queue/job-queue.port.js';
import type { GenerationEvent } from '../generation.events.js';

/** Names the wake-up of an attempt; the same for whoever enqueues it, so that a second one is none. */
export const attemptJobId = (runId: string, attempt: number): string => `${runId}:${String(attempt)}`;

/** The wake-up of an attempt, due at `runAt` (RFC 3339) or at once. */
export const attemptJob = (runId: string, attempt: number, runAt: string | null): Job => ({
  id: attemptJobId(runId, attempt),
  data: { run_id: runId, attempt },
  ...(runAt !== null && { runAt: new Date(runAt) }),
});

/** The event that made an attempt due; undefined where none did. */
export const causeOf = (
  history: readonly RecordedEvent<GenerationEvent>[],
  attempt: number,
): RecordedEvent<GenerationEvent> | undefined =>
  history.find((event) => jobOf(event)?.id === attemptJobId(event.streamId, attempt));

/** What a stretch of the log asks of the queue. */
export interface QueueChanges {
  readonly enqueue: readonly Job[];
  /** Ids of jobs that nobody needs any more. */
  readonly cancel: readonly string[];
}

const jobOf = ({ streamId, ...event }: RecordedEvent<GenerationEvent>): Job | null => {
  switch (event.type) {
    case 'GenerationCreated':
    case 'GenerationReleased':
      return attemptJob(streamId, 1, null);
    case 'GenerationRetried':
      return attemptJob(streamId, event.data.next_attempt, event.data.next_attempt_at);
    case 'GenerationRetryRequested':
      return attemptJob(streamId, event.data.next_attempt, null);
    default:
      return null;
  }
};

/** Whether a run's first attempt is due from here on. */
export const beginsToWait = ({ type }: GenerationEvent): boolean =>
  type === 'GenerationCreated' || type === 'GenerationReleased';

/** One job for each attempt that waits; none for a run that is cancelled further on, and its waiting one is taken back. */
export const queueChanges = (events: readonly RecordedEvent<GenerationEvent>[]): QueueChanges => {
  const cancellations = events.filter((event) => event.type === 'GenerationCancelled');
  const cancelled = new Set(cancellations.map(({ streamId }) => streamId));
  return {
    enqueue: events.flatMap((event) => (cancelled.has(event.streamId) ? [] : (jobOf(event) ?? []))),
    cancel: cancellations.flatMap(({ streamId, data: { waiting_attempt: attempt } }) =>
      attempt === null ? [] : [attemptJobId(streamId, attempt)],
    ),
  };
};
