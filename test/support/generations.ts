import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import type {
  AnswerFromCache,
  CompleteGeneration,
  CreateGeneration,
  ExpireGeneration,
  FailAttempt,
  GenerationCommand,
  Issued,
  JoinGeneration,
  RecordArtifact,
  RecordSubmission,
  ReleaseGeneration,
  ResumeAttempt,
  SharedResult,
  ShareFailure,
  ShareResult,
  StartAttempt,
} from '../../src/generation/generation.commands.js';
import { CancelGeneration, RetryGeneration } from '../../src/generation/generation.commands.js';
import type { Artifact, GenerationEvent, GenerationOrder } from '../../src/generation/generation.events.js';

export const RUN_ID = '0198c0de-0000-7000-8000-000000000001';
/** The worker that has the attempt, and another one. */
export const WORKER = '0198c0de-0000-7000-8000-00000000000a';
export const OTHER_WORKER = '0198c0de-0000-7000-8000-00000000000b';

/** A run that makes the same result, and the hash of that. */
export const LEADER = '0198c0de-0000-7000-8000-00000000001e';
export const HASH = 'cd'.repeat(32);

/** Each step of a run happens at a time of its own, so that a mixed-up time cannot pass. */
export const TIMES = {
  created: '2026-01-01T10:00:00.000Z',
  started: '2026-01-01T10:00:01.000Z',
  submitted: '2026-01-01T10:00:02.000Z',
  resumed: '2026-01-01T10:00:03.000Z',
  ended: '2026-01-01T10:00:05.250Z',
  due: '2026-01-01T10:00:06.250Z',
  asked: '2026-01-01T11:00:00.000Z',
} as const;
/** The time of the command under test: later than all of TIMES. */
export const NOW = new Date('2026-01-01T12:00:00.000Z');

/** A run as ordered, with the fields that matter to a test replaced. */
export const orderOf = (change: Partial<GenerationOrder> = {}): GenerationOrder => ({
  type: 'image',
  user_id: 1,
  project_id: null,
  mode: 'manual',
  prompt: 'A lighthouse at dusk',
  negative_prompt: null,
  visual: {},
  reasoning: {},
  width: 1024,
  height: 768,
  steps: 30,
  cfg_scale: 7,
  seed: 42,
  provider: 'builtin',
  model: 'studio',
  use_cache: true,
  max_retries: 3,
  ...change,
});

export const artifactOf = (variant = 0): Artifact => ({
  id: `0198c0de-0000-7000-8000-0000000000f${String(variant)}`,
  variant,
  content_type: 'image/png',
  width: 1024,
  height: 768,
  bytes: 12_345,
  sha256: 'ab'.repeat(32),
  seed: 42 + variant,
});

/** Events of a run in the shortest words; times from TIMES. */
export const happened = {
  created: (change: Partial<GenerationOrder> = {}): GenerationEvent => ({
    type: 'GenerationCreated',
    data: { ...orderOf(change), created_at: TIMES.created },
  }),
  started: (attempt = 1, workerId = WORKER): GenerationEvent => ({
    type: 'GenerationStarted',
    data: { attempt, worker_id: workerId, started_at: TIMES.started },
  }),
  submitted: (attempt = 1, jobId = 'job-1'): GenerationEvent => ({
    type: 'GenerationSubmitted',
    data: { attempt, provider_job_id: jobId, submitted_at: TIMES.submitted },
  }),
  resumed: (attempt = 1, workerId = OTHER_WORKER, previous = WORKER): GenerationEvent => ({
    type: 'GenerationResumed',
    data: { attempt, worker_id: workerId, previous_worker_id: previous, resumed_at: TIMES.resumed },
  }),
  stored: (attempt = 1, variant = 0): GenerationEvent => ({
    type: 'GenerationArtifactStored',
    data: { attempt, artifact: artifactOf(variant), stored_at: TIMES.ended },
  }),
  retried: (attempt = 1): GenerationEvent => ({
    type: 'GenerationRetried',
    data: {
      attempt,
      category: 'timeout',
      message: 'Too slow',
      next_attempt: attempt + 1,
      next_attempt_at: TIMES.due,
      failed_at: TIMES.ended,
    },
  }),
  completed: (attempt = 1): GenerationEvent => ({
    type: 'GenerationCompleted',
    data: {
      attempt,
      quality_score: 0.7,
      generation_time: 4.25,
      cost_usd: 0.01,
      cached: false,
      completed_at: TIMES.ended,
    },
  }),
  failed: (attempt = 1): GenerationEvent => ({
    type: 'GenerationFailed',
    data: { attempt, category: 'moderated', message: 'Refused', retryable: false, failed_at: TIMES.ended },
  }),
  cancelled: (waitingAttempt: number | null = null): GenerationEvent => ({
    type: 'GenerationCancelled',
    data: { waiting_attempt: waitingAttempt, cancelled_at: TIMES.ended },
  }),
  retryRequested: (nextAttempt = 2): GenerationEvent => ({
    type: 'GenerationRetryRequested',
    data: { next_attempt: nextAttempt, requested_at: TIMES.asked },
  }),
  joined: (leaderRunId = LEADER): GenerationEvent => ({
    type: 'GenerationJoined',
    data: { leader_run_id: leaderRunId, joined_at: TIMES.started },
  }),
  released: (leaderRunId = LEADER): GenerationEvent => ({
    type: 'GenerationReleased',
    data: { leader_run_id: leaderRunId, prompt_hash: HASH, released_at: TIMES.ended },
  }),
};

/** Events as the log holds them: versions from 1, positions from 101, so that the one is never taken for the other. */
export const recorded = (...events: readonly GenerationEvent[]): RecordedEvent<GenerationEvent>[] =>
  events.map((event, index) => ({
    ...event,
    id: `0198c0de-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`,
    streamId: RUN_ID,
    streamType: 'generation',
    version: index + 1,
    position: index + 101,
    metadata: { correlation_id: 'test', causation_id: 'test', actor: 'user:1' },
    recordedAt: '2026-01-01T10:00:00.500Z',
  }));

const issuedAt = (now: Date): Issued => ({
  now,
  metadata: { correlation_id: 'test', causation_id: 'test', actor: 'user:1' },
});

export const sharedResult = (kind: SharedResult['kind']): SharedResult => ({
  ...{ kind, run_id: LEADER, saved_usd: 0.01 },
  artifacts: [artifactOf()],
});

type Change<Command> = Partial<Omit<Command, 'type'>>;

/** Commands about the first attempt of WORKER at NOW, with the fields that matter to a test replaced. */
export const please = {
  create: (change: Change<CreateGeneration> = {}): GenerationCommand => ({
    type: 'CreateGeneration',
    order: orderOf(),
    now: NOW,
    ...change,
  }),
  start: (change: Change<StartAttempt> = {}): GenerationCommand => ({
    type: 'StartAttempt',
    attempt: 1,
    workerId: WORKER,
    now: NOW,
    ...change,
  }),
  expire: (change: Change<ExpireGeneration> = {}): GenerationCommand => ({
    type: 'ExpireGeneration',
    now: NOW,
    ...change,
  }),
  resume: (change: Change<ResumeAttempt> = {}): GenerationCommand => ({
    type: 'ResumeAttempt',
    attempt: 1,
    workerId: OTHER_WORKER,
    previousWorkerId: WORKER,
    now: NOW,
    ...change,
  }),
  recordSubmission: (change: Change<RecordSubmission> = {}): GenerationCommand => ({
    type: 'RecordSubmission',
    attempt: 1,
    workerId: WORKER,
    variant: 0,
    providerJobId: 'job-1',
    now: NOW,
    ...change,
  }),
  recordArtifact: (change: Change<RecordArtifact> = {}): GenerationCommand => ({
    type: 'RecordArtifact',
    attempt: 1,
    workerId: WORKER,
    artifact: artifactOf(),
    costUsd: 0.01,
    now: NOW,
    ...change,
  }),
  complete: (change: Change<CompleteGeneration> = {}): GenerationCommand => ({
    type: 'CompleteGeneration',
    attempt: 1,
    workerId: WORKER,
    artifacts: [artifactOf()],
    costUsd: 0.01,
    now: NOW,
    ...change,
  }),
  fail: (change: Change<FailAttempt> = {}): GenerationCommand => ({
    type: 'FailAttempt',
    attempt: 1,
    workerId: WORKER,
    category: 'timeout',
    message: 'Too slow',
    retryAfterSeconds: null,
    schedule: { baseSeconds: 1, jitter: 0, random: 0 },
    now: NOW,
    ...change,
  }),
  answerFromCache: (change: Change<AnswerFromCache> = {}): GenerationCommand => ({
    type: 'AnswerFromCache',
    order: orderOf({ prompt_hash: HASH }),
    result: sharedResult('cache'),
    now: NOW,
    ...change,
  }),
  join: (change: Change<JoinGeneration> = {}): GenerationCommand => ({
    type: 'JoinGeneration',
    leaderRunId: LEADER,
    now: NOW,
    ...change,
  }),
  shareResult: (change: Change<ShareResult> = {}): GenerationCommand => ({
    type: 'ShareResult',
    result: sharedResult('joined'),
    now: NOW,
    ...change,
  }),
  shareFailure: (change: Change<ShareFailure> = {}): GenerationCommand => ({
    type: 'ShareFailure',
    leaderRunId: LEADER,
    category: 'moderated',
    message: 'Refused',
    now: NOW,
    ...change,
  }),
  release: (change: Change<ReleaseGeneration> = {}): GenerationCommand => ({
    type: 'ReleaseGeneration',
    leaderRunId: LEADER,
    now: NOW,
    ...change,
  }),
  cancel: (now = NOW): GenerationCommand => new CancelGeneration(RUN_ID, undefined, issuedAt(now)),
  retry: (now = NOW): GenerationCommand => new RetryGeneration(RUN_ID, undefined, null, issuedAt(now)),
};
