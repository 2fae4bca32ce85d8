import type { GenerationEvent } from '../generation.events.js';
import type { Attempt } from './generation.queries.js';

/** The attempt that runs, changed; what comes after its end does not touch it. */
const changeRunning = (attempts: readonly Attempt[], change: Partial<Attempt>): readonly Attempt[] => {
  const last = attempts.at(-1);
  return last?.status === 'processing' ? [...attempts.slice(0, -1), { ...last, ...change }] : attempts;
};

const follow = (attempts: readonly Attempt[], event: GenerationEvent): readonly Attempt[] => {
  switch (event.type) {
    case 'GenerationStarted': {
      const { attempt, worker_id, started_at } = event.data;
      return [
        ...attempts,
        { attempt, status: 'processing', started_at, ended_at: null, worker_id, provider_job_ids: [], error: null },
      ];
    }
    case 'GenerationSubmitted':
      return changeRunning(attempts, {
        provider_job_ids: [...(attempts.at(-1)?.provider_job_ids ?? []), event.data.provider_job_id],
      });
    case 'GenerationResumed':
      return changeRunning(attempts, { worker_id: event.data.worker_id });
    case 'GenerationRetried': {
      const { category, message, failed_at } = event.data;
      return changeRunning(attempts, {
        status: 'failed',
        ended_at: failed_at,
        error: { category, message, retryable: true },
      });
    }
    case 'GenerationFailed': {
      const { category, message, retryable, failed_at } = event.data;
      return changeRunning(attempts, {
        status: 'failed',
        ended_at: failed_at,
        error: { category, message, retryable },
      });
    }
    case 'GenerationCompleted':
      return changeRunning(attempts, { status: 'completed', ended_at: event.data.completed_at });
    case 'GenerationCancelled':
      return changeRunning(attempts, { status: 'cancelled', ended_at: event.data.cancelled_at });
    default:
      return attempts;
  }
};

/** The attempts that a run's events tell of, oldest first. */
export const attemptsOf = (history: readonly GenerationEvent[]): readonly Attempt[] =>
  history.reduce<readonly Attempt[]>(follow, []);
