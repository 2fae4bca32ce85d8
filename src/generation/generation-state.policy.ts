import type { ErrorCategory } from '../providers/image-provider.port.js';
import { deadlineOf } from './deadline.policy.js';
import type { Artifact, GenerationEvent, GenerationOrder, ResultSource } from './generation.events.js';
import { sumUsd } from './money.policy.js';

/** What a run keeps from its first event to its last. */
export interface Run {
  readonly order: GenerationOrder;
  readonly createdAt: string;
  /** Of the first attempt; null while none has started. */
  readonly startedAt: string | null;
  /** Number of the attempt that runs, ran last or comes next. */
  readonly attempt: number;
  /** Number of the last attempt that started; 0 where none has. */
  readonly lastStarted: number;
  /** Until when the attempt that comes next must have started. */
  readonly expiresAt: string | null;
  /** First attempt since the run was created or a person asked for it again; the retry budget counts from here. */
  readonly roundStart: number;
  readonly artifacts: readonly Artifact[];
  /** US dollars, of everything that was made for the run. */
  readonly costUsd: number;
  /** The part of it since `roundStart`. */
  readonly roundCostUsd: number;
  readonly error: Failure | null;
}

export interface Failure {
  readonly category: ErrorCategory;
  readonly message: string;
  readonly retryable: boolean;
}

interface Completion {
  readonly quality_score: number;
  readonly generation_time: number;
  readonly cost_usd: number;
  readonly cached: boolean;
  readonly source?: ResultSource;
}

export type Generation =
  | { readonly status: 'none' }
  | {
      readonly status: 'pending';
      readonly run: Run;
      readonly nextAttemptAt: string | null;
      /** The run whose result this one waits for, in place of an attempt of its own. */
      readonly joinedTo: string | null;
    }
  | {
      readonly status: 'processing';
      readonly run: Run;
      readonly workerId: string;
      /** The provider's jobs of this attempt, by variant. */
      readonly providerJobs: Readonly<Record<number, string>>;
      /** How often another worker, or the same one after it lost its way, took the attempt over. */
      readonly takeovers: number;
      readonly attemptStartedAt: string;
    }
  | { readonly status: 'completed'; readonly run: Run; readonly completion: Completion; readonly endedAt: string }
  | { readonly status: 'failed'; readonly run: Run; readonly endedAt: string }
  | { readonly status: 'cancelled'; readonly run: Run; readonly endedAt: string };

export type Existing = Exclude<Generation, { status: 'none' }>;

const created = ({ created_at, ...order }: GenerationOrder & { created_at: string }): Existing => ({
  status: 'pending',
  run: {
    ...{ order, createdAt: created_at, startedAt: null, attempt: 1, lastStarted: 0, roundStart: 1 },
    expiresAt: deadlineOf(order, created_at),
    ...{ artifacts: [], costUsd: 0, roundCostUsd: 0, error: null },
  },
  nextAttemptAt: null,
  joinedTo: null,
});

type DataOf<Type extends GenerationEvent['type']> = Extract<GenerationEvent, { type: Type }>['data'];

const started = (run: Run, { attempt, worker_id, started_at }: DataOf<'GenerationStarted'>): Existing => ({
  status: 'processing',
  run: { ...run, attempt, lastStarted: attempt, startedAt: run.startedAt ?? started_at, error: null },
  workerId: worker_id,
  providerJobs: {},
  takeovers: 0,
  attemptStartedAt: started_at,
});

const withArtifact = (run: Run, { artifact, cost_usd = 0 }: DataOf<'GenerationArtifactStored'>): Run => ({
  ...run,
  artifacts: [...run.artifacts, artifact].sort((one, other) => one.variant - other.variant),
  costUsd: sumUsd(run.costUsd, cost_usd),
  roundCostUsd: sumUsd(run.roundCostUsd, cost_usd),
});

/** Follows the run that exists; every event but the first is about one. */
const advance = (state: Existing, event: Exclude<GenerationEvent, { type: 'GenerationCreated' }>): Existing => {
  const { run } = state;
  switch (event.type) {
    case 'GenerationStarted':
      return started(run, event.data);
    case 'GenerationSubmitted': {
      if (state.status !== 'processing') return state;
      const { variant = 0, provider_job_id } = event.data;
      return { ...state, providerJobs: { ...state.providerJobs, [variant]: provider_job_id } };
    }
    case 'GenerationResumed':
      if (state.status !== 'processing') return state;
      return { ...state, workerId: event.data.worker_id, takeovers: state.takeovers + 1 };
    case 'GenerationArtifactStored':
      return { ...state, run: withArtifact(run, event.data) };
    case 'GenerationRetried': {
      const { category, message, next_attempt: attempt, next_attempt_at: nextAttemptAt } = event.data;
      return {
        status: 'pending',
        run: { ...run, attempt, error: { category, message, retryable: true } },
        nextAttemptAt,
        joinedTo: null,
      };
    }
    case 'GenerationCompleted': {
      const { attempt: _attempt, completed_at: endedAt, ...completion } = event.data;
      const costUsd = sumUsd(run.costUsd - run.roundCostUsd, completion.cost_usd);
      return { status: 'completed', run: { ...run, costUsd, roundCostUsd: completion.cost_usd }, completion, endedAt };
    }
    case 'GenerationFailed': {
      const { category, message, retryable, failed_at: endedAt } = event.data;
      return { status: 'failed', run: { ...run, error: { category, message, retryable } }, endedAt };
    }
    case 'GenerationCancelled':
      return { status: 'cancelled', run, endedAt: event.data.cancelled_at };
    case 'GenerationRetryRequested': {
      const { next_attempt: attempt, requested_at: nextAttemptAt } = event.data;
      return {
        status: 'pending',
        run: { ...run, attempt, roundStart: attempt, roundCostUsd: 0, expiresAt: deadlineOf(run.order, nextAttemptAt) },
        nextAttemptAt,
        joinedTo: null,
      };
    }
    case 'GenerationJoined':
      return state.status === 'pending' ? { ...state, joinedTo: event.data.leader_run_id } : state;
    case 'GenerationReleased':
      return state.status === 'pending' ? { ...state, joinedTo: null } : state;
    default:
      return event satisfies never;
  }
};

/** Follows a run through its events; what comes before its first one is ignored. */
export const evolve = (state: Generation, event: GenerationEvent): Generation => {
  if (event.type === 'GenerationCreated') return created(event.data);
  return state.status === 'none' ? state : advance(state, event);
};
