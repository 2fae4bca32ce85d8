import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { Job } from '../../platform/queue/job-queue.port.js';
import { isTerminal, type GenerationEvent } from '../generation.events.js';

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

/**
 * When the attempt after a failed one is due, by the clock of the log: how long it waits was decided by a worker, whose own clock may be hours
 * off, while the queue and everybody else go by the database's.
 */
const dueAfter = (recordedAt: string, failedAt: string, nextAttemptAt: string): string =>
  new Date(Date.parse(recordedAt) + Date.parse(nextAttemptAt) - Date.parse(failedAt)).toISOString();

const jobOf = ({ streamId, recordedAt, ...event }: RecordedEvent<GenerationEvent>): Job | null => {
  switch (event.type) {
    case 'GenerationCreated':
    case 'GenerationReleased':
      return attemptJob(streamId, 1, null);
    case 'GenerationRetried': {
      const { next_attempt: attempt, next_attempt_at: nextAttemptAt, failed_at: failedAt } = event.data;
      return attemptJob(streamId, attempt, dueAfter(recordedAt, failedAt, nextAttemptAt));
    }
    case 'GenerationRetryRequested':
      return attemptJob(streamId, event.data.next_attempt, null);
    default:
      return null;
  }
};

/** Whether a run's first attempt is due from here on. */
export const beginsToWait = ({ type }: GenerationEvent): boolean =>
  type === 'GenerationCreated' || type === 'GenerationReleased';

/** The attempts that wait at the end of a stretch of the log: a run that ends further on needs no wake-up for what was due before. */
const stillDue = (events: readonly RecordedEvent<GenerationEvent>[]): Job[] => {
  const due = new Map<string, Job[]>();
  for (const event of events) {
    const job = jobOf(event);
    if (isTerminal(event.type)) due.delete(event.streamId);
    else if (job) due.set(event.streamId, [...(due.get(event.streamId) ?? []), job]);
  }
  return [...due.values()].flat();
};

/** One job for each attempt that waits; that of a run that was cancelled while it waited is taken back. */
export const queueChanges = (events: readonly RecordedEvent<GenerationEvent>[]): QueueChanges => ({
  enqueue: stillDue(events),
  cancel: events.flatMap((event) =>
    event.type === 'GenerationCancelled' && event.data.waiting_attempt !== null
      ? [attemptJobId(event.streamId, event.data.waiting_attempt)]
      : [],
  ),
});
