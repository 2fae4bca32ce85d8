import type { Decider } from '../eventsourcing/decider.js';
import type { ErrorCategory } from '../providers/image-provider.port.js';
import type {
  AttemptRef,
  CancelGeneration,
  CompleteGeneration,
  CreateGeneration,
  FailAttempt,
  GenerationCommand,
  RecordSubmission,
  ResumeAttempt,
  RetryGeneration,
  StartAttempt,
} from './generation.commands.js';
import { completionOf } from './completion.policy.js';
import { elapsedSeconds } from './elapsed.policy.js';
import { AttemptLost, GenerationConflict, GenerationNotFound } from './generation.errors.js';
import type { Artifact, GenerationEvent, GenerationOrder, ResultSource } from './generation.events.js';
import { isRetryable, retryDelaySeconds } from './retry.policy.js';
import { decideSharing } from './sharing/sharing.decider.js';

/** What a run keeps from its first event to its last. */
export interface Run {
  readonly order: GenerationOrder;
  readonly createdAt: string;
  /** Of the first attempt; null while none has started. */
  readonly startedAt: string | null;
  /** Number of the attempt that runs, ran last or comes next. */
  readonly attempt: number;
  /** First attempt since the run was created or a person asked for it again; the retry budget counts from here. */
  readonly roundStart: number;
  readonly artifacts: readonly Artifact[];
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
      readonly providerJobId: string | null;
      /** How often another worker, or the same one after it lost its way, took the attempt over. */
      readonly takeovers: number;
      readonly attemptStartedAt: string;
    }
  | { readonly status: 'completed'; readonly run: Run; readonly completion: Completion; readonly endedAt: string }
  | { readonly status: 'failed'; readonly run: Run; readonly endedAt: string }
  | { readonly status: 'cancelled'; readonly run: Run; readonly endedAt: string };

type Processing = Extract<Generation, { status: 'processing' }>;

/** The attempt is the worker's own and runs: the fencing that makes a worker harmless which was taken for dead. */
const owned = (state: Generation, { attempt, workerId }: AttemptRef): Processing => {
  if (state.status !== 'processing' || state.run.attempt !== attempt || state.workerId !== workerId) {
    throw new AttemptLost(`Attempt ${String(attempt)} is not run by worker ${workerId}`);
  }
  return state;
};

const create = ({ order, now }: CreateGeneration, state: Generation): GenerationEvent[] => {
  if (state.status !== 'none') throw new GenerationConflict('The generation exists already');
  return [{ type: 'GenerationCreated', data: { ...order, created_at: now.toISOString() } }];
};

const start = ({ attempt, workerId, now }: StartAttempt, state: Generation): GenerationEvent[] => {
  if (state.status !== 'pending' || state.run.attempt !== attempt || state.joinedTo !== null) {
    throw new AttemptLost(`Attempt ${String(attempt)} is not the one that waits to be started`);
  }
  return [{ type: 'GenerationStarted', data: { attempt, worker_id: workerId, started_at: now.toISOString() } }];
};

const resume = ({ attempt, workerId, previousWorkerId, now }: ResumeAttempt, state: Generation): GenerationEvent[] => {
  owned(state, { attempt, workerId: previousWorkerId });
  const data = { attempt, worker_id: workerId, previous_worker_id: previousWorkerId, resumed_at: now.toISOString() };
  return [{ type: 'GenerationResumed', data }];
};

const recordSubmission = (command: RecordSubmission, state: Generation): GenerationEvent[] => {
  const { providerJobId } = owned(state, command);
  if (providerJobId === command.providerJobId) return [];
  const { attempt, now } = command;
  const data = { attempt, provider_job_id: command.providerJobId, submitted_at: now.toISOString() };
  return [{ type: 'GenerationSubmitted', data }];
};

const complete = (command: CompleteGeneration, state: Generation): GenerationEvent[] => {
  const { run, attemptStartedAt } = owned(state, command);
  const { artifacts, costUsd, now } = command;
  const generation_time = elapsedSeconds(attemptStartedAt, now);
  return completionOf(run, artifacts, { generation_time, cost_usd: costUsd, cached: false }, now);
};

const failAttempt = (command: FailAttempt, state: Generation): GenerationEvent[] => {
  const { run } = owned(state, command);
  const { attempt, category, message, now } = command;
  const failedInRound = attempt - run.roundStart + 1;
  const retryable = isRetryable(category);
  if (!retryable || failedInRound > run.order.max_retries) {
    return [
      { type: 'GenerationFailed', data: { attempt, category, message, retryable, failed_at: now.toISOString() } },
    ];
  }
  const delay = retryDelaySeconds(failedInRound, command.schedule, command.retryAfterSeconds);
  const nextAttemptAt = new Date(now.getTime() + delay * 1000).toISOString();
  return [
    {
      type: 'GenerationRetried',
      data: {
        attempt,
        category,
        message,
        next_attempt: attempt + 1,
        next_attempt_at: nextAttemptAt,
        failed_at: now.toISOString(),
      },
    },
  ];
};

const cancel = ({ runId, issued }: CancelGeneration, state: Generation): GenerationEvent[] => {
  if (state.status === 'none') throw new GenerationNotFound(runId);
  if (state.status !== 'pending' && state.status !== 'processing') {
    throw new GenerationConflict(`The generation is ${state.status} and cannot be cancelled`);
  }
  const waiting_attempt = state.status === 'pending' ? state.run.attempt : null;
  return [{ type: 'GenerationCancelled', data: { waiting_attempt, cancelled_at: issued.now.toISOString() } }];
};

const retry = ({ runId, issued }: RetryGeneration, state: Generation): GenerationEvent[] => {
  if (state.status === 'none') throw new GenerationNotFound(runId);
  if (state.status !== 'failed')
    throw new GenerationConflict(`Only a failed generation can be retried; this one is ${state.status}`);
  const { attempt, startedAt } = state.run;
  // One that failed with another run has had no attempt of its own.
  const next_attempt = startedAt === null ? attempt : attempt + 1;
  return [{ type: 'GenerationRetryRequested', data: { next_attempt, requested_at: issued.now.toISOString() } }];
};

const decide = (command: GenerationCommand, state: Generation): GenerationEvent[] => {
  switch (command.type) {
    case 'CreateGeneration':
      return create(command, state);
    case 'StartAttempt':
      return start(command, state);
    case 'ResumeAttempt':
      return resume(command, state);
    case 'RecordSubmission':
      return recordSubmission(command, state);
    case 'CompleteGeneration':
      return complete(command, state);
    case 'FailAttempt':
      return failAttempt(command, state);
    case 'CancelGeneration':
      return cancel(command, state);
    case 'RetryGeneration':
      return retry(command, state);
    case 'AnswerFromCache':
    case 'JoinGeneration':
    case 'ShareResult':
    case 'ShareFailure':
    case 'ReleaseGeneration':
      return decideSharing(command, state);
    default:
      return command satisfies never;
  }
};

type Existing = Exclude<Generation, { status: 'none' }>;

const created = ({ created_at, ...order }: GenerationOrder & { created_at: string }): Existing => ({
  status: 'pending',
  run: { order, createdAt: created_at, startedAt: null, attempt: 1, roundStart: 1, artifacts: [], error: null },
  nextAttemptAt: null,
  joinedTo: null,
});

/** Follows the run that exists; every event but the first is about one. */
const advance = (state: Existing, event: Exclude<GenerationEvent, { type: 'GenerationCreated' }>): Existing => {
  const { run } = state;
  switch (event.type) {
    case 'GenerationStarted': {
      const { attempt, worker_id: workerId, started_at: at } = event.data;
      const startedRun = { ...run, attempt, startedAt: run.startedAt ?? at, error: null };
      return {
        status: 'processing',
        run: startedRun,
        workerId,
        providerJobId: null,
        takeovers: 0,
        attemptStartedAt: at,
      };
    }
    case 'GenerationSubmitted':
      return state.status === 'processing' ? { ...state, providerJobId: event.data.provider_job_id } : state;
    case 'GenerationResumed':
      if (state.status !== 'processing') return state;
      return { ...state, workerId: event.data.worker_id, takeovers: state.takeovers + 1 };
    case 'GenerationArtifactStored':
      return { ...state, run: { ...run, artifacts: [...run.artifacts, event.data.artifact] } };
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
      return { status: 'completed', run, completion, endedAt };
    }
    case 'GenerationFailed': {
      const { category, message, retryable, failed_at: endedAt } = event.data;
      return { status: 'failed', run: { ...run, error: { category, message, retryable } }, endedAt };
    }
    case 'GenerationCancelled':
      return { status: 'cancelled', run, endedAt: event.data.cancelled_at };
    case 'GenerationRetryRequested': {
      const { next_attempt: attempt, requested_at: nextAttemptAt } = event.data;
      return { status: 'pending', run: { ...run, attempt, roundStart: attempt }, nextAttemptAt, joinedTo: null };
    }
    case 'GenerationJoined':
      return state.status === 'pending' ? { ...state, joinedTo: event.data.leader_run_id } : state;
    case 'GenerationReleased':
      return state.status === 'pending' ? { ...state, joinedTo: null } : state;
    default:
      return event satisfies never;
  }
};

const evolve = (state: Generation, event: GenerationEvent): Generation => {
  if (event.type === 'GenerationCreated') return created(event.data);
  return state.status === 'none' ? state : advance(state, event);
};

/** The life of a run: pending → processing → (pending …) → completed, failed or cancelled; a failed one may be asked for again. */
export const generationDecider: Decider<Generation, GenerationCommand, GenerationEvent> = {
  initialState: { status: 'none' },
  decide,
  evolve,
};
