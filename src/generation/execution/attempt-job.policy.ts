import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { Job } from '../../platform/queue/job-queue.port.js';
import { isTerminal, type GenerationEvent } from '../generation.events.js';
import type { JobShare, RunOwner } from './job-share.policy.js';

/** Names the wake-up of an attempt; the same for whoever enqueues it, so that a second one is none. */
export const attemptJobId = (runId: string, attempt: number): string => `${runId}:${String(attempt)}`;

/** An attempt that waits: from `runAt` (RFC 3339) on, or at once. */
export interface DueAttempt {
  readonly runId: string;
  readonly attempt: number;
  readonly runAt: string | null;
  /** W3C trace context of what made it due, where that is known. */
  readonly traceparent?: string | null | undefined;
}

/** The wake-up of an attempt. A run whose user is not known takes the turns of all such. */
export const attemptJob = ({ runId, attempt, runAt, traceparent }: DueAttempt, share: JobShare = {}): Job => ({
  id: attemptJobId(runId, attempt),
  data: { run_id: runId, attempt },
  ...(runAt !== null && { runAt: new Date(runAt) }),
  ...(typeof traceparent === 'string' && { traceparent }),
  ...share,
});

/** The event that made an attempt due; undefined where none did. */
export const causeOf = (
  history: readonly RecordedEvent<GenerationEvent>[],
  attempt: number,
): RecordedEvent<GenerationEvent> | undefined => history.find((event) => dueAttempt(event)?.attempt === attempt);

/** What a stretch of the log asks of the queue. */
export interface QueueChanges {
  readonly enqueue: readonly DueAttempt[];
  /** Ids of jobs that nobody needs any more. */
  readonly cancel: readonly string[];
}

/**
 * When the attempt after a failed one is due, by the clock of the log: how long it waits was decided by a worker, whose own clock may be hours
 * off, while the queue and everybody else go by the database's.
 */
const dueAfter = (recordedAt: string, failedAt: string, nextAttemptAt: string): string =>
  new Date(Date.parse(recordedAt) + Date.parse(nextAttemptAt) - Date.parse(failedAt)).toISOString();

const dueAttempt = ({ streamId: runId, recordedAt, ...event }: RecordedEvent<GenerationEvent>): DueAttempt | null => {
  const { traceparent } = event.metadata;
  switch (event.type) {
    case 'GenerationCreated':
    case 'GenerationReleased':
      return { runId, attempt: 1, runAt: null, traceparent };
    case 'GenerationRetried': {
      const { next_attempt: attempt, next_attempt_at: nextAttemptAt, failed_at: failedAt } = event.data;
      return { runId, attempt, runAt: dueAfter(recordedAt, failedAt, nextAttemptAt), traceparent };
    }
    case 'GenerationRetryRequested':
      return { runId, attempt: event.data.next_attempt, runAt: null, traceparent };
    default:
      return null;
  }
};

/** Whether a run's first attempt is due from here on. */
export const beginsToWait = ({ type }: GenerationEvent): boolean =>
  type === 'GenerationCreated' || type === 'GenerationReleased';

/** The attempts that wait at the end of a stretch of the log: a run that ends further on needs no wake-up for what was due before. */
const stillDue = (events: readonly RecordedEvent<GenerationEvent>[]): DueAttempt[] => {
  const due = new Map<string, DueAttempt[]>();
  for (const event of events) {
    const attempt = dueAttempt(event);
    if (isTerminal(event.type)) due.delete(event.streamId);
    else if (attempt) due.set(event.streamId, [...(due.get(event.streamId) ?? []), attempt]);
  }
  return [...due.values()].flat();
};

/** The owners of the runs that begin in a stretch of the log, by run id. */
export const ownersIn = (events: readonly RecordedEvent<GenerationEvent>[]): ReadonlyMap<string, RunOwner> =>
  new Map(
    events.flatMap(({ streamId, ...event }) =>
      event.type === 'GenerationCreated'
        ? [[streamId, { userId: event.data.user_id, priority: event.data.priority ?? 'normal' }] as const]
        : [],
    ),
  );

/** The attempt that waited when its run ended; null where none did. */
const waitedInVain = (event: GenerationEvent): number | null => {
  if (event.type === 'GenerationCancelled') return event.data.waiting_attempt;
  return event.type === 'GenerationFailed' && event.data.category === 'expired' ? event.data.attempt : null;
};

/** One wake-up for each attempt that waits; that of a run that ended while it waited is taken back. */
export const queueChanges = (events: readonly RecordedEvent<GenerationEvent>[]): QueueChanges => ({
  enqueue: stillDue(events),
  cancel: events.flatMap((event) => {
    const attempt = waitedInVain(event);
    return attempt === null ? [] : [attemptJobId(event.streamId, attempt)];
  }),
});
