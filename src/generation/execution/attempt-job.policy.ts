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

/** The attempt that waited when its run ended; null where none did. */
const waitedInVain = (event: GenerationEvent): number | null => {
  if (event.type === 'GenerationCancelled') return event.data.waiting_attempt;
  return event.type === 'GenerationFailed' && event.data.category === 'expired' ? event.data.attempt : null;
};

/** One job for each attempt that waits; that of a run that ended while it waited is taken back. */
export const queueChanges = (events: readonly RecordedEvent<GenerationEvent>[]): QueueChanges => ({
  enqueue: stillDue(events),
  cancel: events.flatMap((event) => {
    const attempt = waitedInVain(event);
    return attempt === null ? [] : [attemptJobId(event.streamId, attempt)];
  }),
});
