import type { Decider } from '../eventsourcing/decider.js';
import type {
  AttemptRef,
  CancelGeneration,
  CompleteGeneration,
  CreateGeneration,
  ExpireGeneration,
  FailAttempt,
  GenerationCommand,
  RecordArtifact,
  RecordSubmission,
  ResumeAttempt,
  RetryGeneration,
  StartAttempt,
} from './generation.commands.js';
import { completionOf } from './completion.policy.js';
import { expiryOf, isOverdue } from './deadline.policy.js';
import { elapsedSeconds } from './elapsed.policy.js';
import { AttemptLost, GenerationConflict, GenerationNotFound } from './generation.errors.js';
import type { GenerationEvent } from './generation.events.js';
import { evolve, type Generation, type Run } from './generation-state.policy.js';
import { sumUsd } from './money.policy.js';
import { isRetryable, retryDelaySeconds } from './retry.policy.js';
import { decideSharing } from './sharing/sharing.decider.js';

type Processing = Extract<Generation, { status: 'processing' }>;

/** The attempt is the worker's own and runs: the fencing that makes a worker harmless which was taken for dead. */
const owned = (state: Generation, { attempt, workerId }: AttemptRef): Processing => {
  if (state.status !== 'processing' || state.run.attempt !== attempt || state.workerId !== workerId) {
    throw new AttemptLost(`Attempt ${String(attempt)} is not run by worker ${workerId}`);
  }
  return state;
};

/** What an end without a result cost all the same. */
const paidFor = ({ roundCostUsd }: Run): { readonly cost_usd?: number } =>
  roundCostUsd > 0 ? { cost_usd: roundCostUsd } : {};

const create = ({ order, now }: CreateGeneration, state: Generation): GenerationEvent[] => {
  if (state.status !== 'none') throw new GenerationConflict('The generation exists already');
  return [{ type: 'GenerationCreated', data: { ...order, created_at: now.toISOString() } }];
};

const start = ({ attempt, workerId, now }: StartAttempt, state: Generation): GenerationEvent[] => {
  if (state.status !== 'pending' || state.run.attempt !== attempt || state.joinedTo !== null) {
    throw new AttemptLost(`Attempt ${String(attempt)} is not the one that waits to be started`);
  }
  if (isOverdue(state.run, now)) return [expiryOf(state.run, now, paidFor(state.run))];
  return [{ type: 'GenerationStarted', data: { attempt, worker_id: workerId, started_at: now.toISOString() } }];
};

const expire = ({ now }: ExpireGeneration, state: Generation): GenerationEvent[] => {
  if (state.status !== 'pending' || !isOverdue(state.run, now))
    throw new AttemptLost('The run is not one that waits for longer than it may');
  return [expiryOf(state.run, now, paidFor(state.run))];
};

const resume = ({ attempt, workerId, previousWorkerId, now }: ResumeAttempt, state: Generation): GenerationEvent[] => {
  owned(state, { attempt, workerId: previousWorkerId });
  const data = { attempt, worker_id: workerId, previous_worker_id: previousWorkerId, resumed_at: now.toISOString() };
  return [{ type: 'GenerationResumed', data }];
};

const recordSubmission = (command: RecordSubmission, state: Generation): GenerationEvent[] => {
  const { providerJobs } = owned(state, command);
  const { attempt, variant, providerJobId, now } = command;
  if (providerJobs[variant] === providerJobId) return [];
  const which = variant === 0 ? { attempt } : { attempt, variant };
  const data = { ...which, provider_job_id: providerJobId, submitted_at: now.toISOString() };
  return [{ type: 'GenerationSubmitted', data }];
};

const hasVariant = ({ artifacts }: Run, variant: number): boolean => artifacts.some((each) => each.variant === variant);

const recordArtifact = (command: RecordArtifact, state: Generation): GenerationEvent[] => {
  const { run } = owned(state, command);
  const { attempt, artifact, costUsd, now } = command;
  if (hasVariant(run, artifact.variant)) return [];
  const data = { attempt, artifact, stored_at: now.toISOString(), cost_usd: costUsd };
  return [{ type: 'GenerationArtifactStored', data }];
};

const complete = (command: CompleteGeneration, state: Generation): GenerationEvent[] => {
  const { run, attemptStartedAt } = owned(state, command);
  const { costUsd, now } = command;
  const artifacts = command.artifacts.filter(({ variant }) => !hasVariant(run, variant));
  const generation_time = elapsedSeconds(attemptStartedAt, now);
  const cost_usd = sumUsd(run.roundCostUsd, costUsd);
  return completionOf(run, artifacts, { generation_time, cost_usd, cached: false }, now);
};

const failAttempt = (command: FailAttempt, state: Generation): GenerationEvent[] => {
  const { run } = owned(state, command);
  const { attempt, category, message, now } = command;
  const failedInRound = attempt - run.roundStart + 1;
  const retryable = isRetryable(category);
  if (!retryable || failedInRound > run.order.max_retries) {
    const data = { attempt, category, message, retryable, failed_at: now.toISOString(), ...paidFor(run) };
    return [{ type: 'GenerationFailed', data }];
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
  const data = { waiting_attempt, cancelled_at: issued.now.toISOString(), ...paidFor(state.run) };
  return [{ type: 'GenerationCancelled', data }];
};

const retry = ({ runId, issued }: RetryGeneration, state: Generation): GenerationEvent[] => {
  if (state.status === 'none') throw new GenerationNotFound(runId);
  if (state.status !== 'failed')
    throw new GenerationConflict(`Only a failed generation can be retried; this one is ${state.status}`);
  // One that failed with another run, or waited for too long, has failed with an attempt that never started.
  const next_attempt = state.run.lastStarted + 1;
  return [{ type: 'GenerationRetryRequested', data: { next_attempt, requested_at: issued.now.toISOString() } }];
};

const decide = (command: GenerationCommand, state: Generation): GenerationEvent[] => {
  switch (command.type) {
    case 'CreateGeneration':
      return create(command, state);
    case 'StartAttempt':
      return start(command, state);
    case 'ExpireGeneration':
      return expire(command, state);
    case 'ResumeAttempt':
      return resume(command, state);
    case 'RecordSubmission':
      return recordSubmission(command, state);
    case 'RecordArtifact':
      return recordArtifact(command, state);
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

/** The life of a run: pending → processing → (pending …) → completed, failed or cancelled; a failed one may be asked for again. */
export const generationDecider: Decider<Generation, GenerationCommand, GenerationEvent> = {
  initialState: { status: 'none' },
  decide,
  evolve,
};
