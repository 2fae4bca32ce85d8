import type {
  AnswerFromCache,
  JoinGeneration,
  ReleaseGeneration,
  SharedResult,
  ShareFailure,
  ShareResult,
} from '../generation.commands.js';
import { completionOf } from '../completion.policy.js';
import { elapsedSeconds } from '../elapsed.policy.js';
import type { Generation, Run } from '../generation-state.policy.js';
import { AttemptLost, GenerationConflict } from '../generation.errors.js';
import type { GenerationEvent } from '../generation.events.js';
import { isRetryable } from '../retry.policy.js';

const sharedEvents = (
  run: Pick<Run, 'order' | 'createdAt' | 'attempt' | 'artifacts'>,
  { artifacts, kind, run_id, saved_usd }: SharedResult,
  now: Date,
): GenerationEvent[] => {
  const generation_time = elapsedSeconds(run.createdAt, now);
  const source = { kind, run_id, saved_usd };
  return completionOf(run, artifacts, { generation_time, cost_usd: 0, cached: true, source }, now);
};

const answerFromCache = ({ order, result, now }: AnswerFromCache, state: Generation): GenerationEvent[] => {
  if (state.status !== 'none') throw new GenerationConflict('The generation exists already');
  const created_at = now.toISOString();
  return [
    { type: 'GenerationCreated', data: { ...order, created_at } },
    ...sharedEvents({ order, createdAt: created_at, attempt: 1, artifacts: [] }, result, now),
  ];
};

type Pending = Extract<Generation, { status: 'pending' }>;

/** The run waits and has begun nothing of its own. */
const waiting = (state: Generation, joinedTo: string | null): Pending => {
  if (state.status !== 'pending' || state.run.startedAt !== null || state.joinedTo !== joinedTo)
    throw new AttemptLost(`The run is not one that waits ${joinedTo === null ? 'by itself' : `for ${joinedTo}`}`);
  return state;
};

const join = ({ leaderRunId, now }: JoinGeneration, state: Generation): GenerationEvent[] => {
  waiting(state, null);
  return [{ type: 'GenerationJoined', data: { leader_run_id: leaderRunId, joined_at: now.toISOString() } }];
};

const shareResult = ({ result, now }: ShareResult, state: Generation): GenerationEvent[] =>
  sharedEvents(waiting(state, result.kind === 'joined' ? result.run_id : null).run, result, now);

const shareFailure = (command: ShareFailure, state: Generation): GenerationEvent[] => {
  const { attempt } = waiting(state, command.leaderRunId).run;
  const { category, message, now } = command;
  const failure = { category, message, retryable: isRetryable(category) };
  return [{ type: 'GenerationFailed', data: { attempt, ...failure, failed_at: now.toISOString() } }];
};

const release = ({ leaderRunId, now }: ReleaseGeneration, state: Generation): GenerationEvent[] => {
  const { prompt_hash = '' } = waiting(state, leaderRunId).run.order;
  const data = { leader_run_id: leaderRunId, prompt_hash, released_at: now.toISOString() };
  return [{ type: 'GenerationReleased', data }];
};

export type SharingCommand = AnswerFromCache | JoinGeneration | ShareResult | ShareFailure | ReleaseGeneration;

/** The commands about results that a run takes from another one, in place of an attempt of its own. */
export const decideSharing = (command: SharingCommand, state: Generation): GenerationEvent[] => {
  switch (command.type) {
    case 'AnswerFromCache':
      return answerFromCache(command, state);
    case 'JoinGeneration':
      return join(command, state);
    case 'ShareResult':
      return shareResult(command, state);
    case 'ShareFailure':
      return shareFailure(command, state);
    case 'ReleaseGeneration':
      return release(command, state);
    default:
      return command satisfies never;
  }
};
