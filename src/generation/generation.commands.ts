import { Command } from '@nestjs/cqrs';
import type { EventMetadata } from '../eventsourcing/event.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import type { ControlType, ErrorCategory, VisualParameters } from '../providers/image-provider.port.js';
import type { Artifact, GenerationOrder, GenerationType, Mode, Priority, ResultSource } from './generation.events.js';
import type { StructuredPrompt } from './jobs/structured-prompt.data.js';
import type { RetrySchedule } from './retry.policy.js';
import type { GenerationRow } from './status/generation.queries.js';

/** What every command knows of where it came from and when. */
export interface Issued {
  readonly metadata: EventMetadata;
  readonly now: Date;
}

/** What a job may ask for beyond a plain generation; pictures are named by the ids of uploads. */
export interface RequestedDetails {
  readonly numVariants: number;
  readonly structuredPrompt: StructuredPrompt | null;
  readonly guidanceImages: readonly { readonly uploadId: string; readonly weight: number }[];
  readonly controlnet: {
    readonly type: ControlType;
    readonly uploadId: string;
    readonly strength: number;
    readonly start: number;
    readonly end: number;
  } | null;
  readonly video: { readonly durationSeconds: number; readonly fps: number } | null;
  /** The picture that a video sets in motion: an upload or an artifact. */
  readonly image: string | null;
}

/** A preset by its id, and the fields that the caller gave in spite of it. */
export interface RequestedPreset {
  readonly id: string;
  readonly given: ReadonlySet<string>;
}

/** A caller's wish with the defaults filled in; the handler decides what is still open: the model, the seed, the director's choices. */
export interface GenerationRequest {
  readonly type: GenerationType;
  readonly prompt: string;
  readonly mode: Mode;
  readonly visual: VisualParameters;
  readonly negativePrompt: string | null;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly cfgScale: number;
  readonly seed: number | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly useCache: boolean;
  readonly maxRetries: number;
  readonly priority: Priority;
  /** Seconds that the run may wait for an attempt to start. */
  readonly expiresIn?: number;
  readonly userId: number;
  readonly projectId: number | null;
  /** Absent for a plain generation. */
  readonly details?: RequestedDetails;
  readonly preset?: RequestedPreset;
}

/** What a refinement changes of its parent, beside the instruction. */
export type RefinementChanges = Partial<
  Pick<
    GenerationOrder,
    | ('mode' | 'prompt' | 'negative_prompt' | 'visual' | 'width' | 'height' | 'steps' | 'cfg_scale' | 'seed')
    | (
        | 'provider'
        | 'model'
        | 'use_cache'
        | 'max_retries'
        | 'priority'
        | 'expires_in'
        | 'user_id'
        | 'project_id'
        | 'preset'
      )
  >
>;

/** The run that a request led to. */
export interface RequestedGeneration {
  readonly runId: string;
  /** The idempotency key had made this run before. */
  readonly replayed: boolean;
  /** As it was made just now; null where it is to be looked up. */
  readonly row: GenerationRow | null;
}

/** What the API sends: resolved by its handler and then decided as CreateGeneration. */
export class RequestGeneration extends Command<RequestedGeneration> {
  constructor(
    /** UUIDv7 of the run to be made; an idempotent repeat leads to another one, made before. */
    readonly runId: string,
    readonly request: GenerationRequest,
    readonly idempotencyKey: IdempotencyKey | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** Makes a new run from a completed one and an instruction. */
export class RefineGeneration extends Command<RequestedGeneration> {
  constructor(
    /** UUIDv7 of the run to be made. */
    readonly runId: string,
    readonly refinement: {
      readonly parentId: string;
      readonly instruction: string;
      readonly changes: RefinementChanges;
    },
    readonly idempotencyKey: IdempotencyKey | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

export class CancelGeneration extends Command<void> {
  readonly type = 'CancelGeneration';
  constructor(
    readonly runId: string,
    /** The caller's If-Match header, which must name the version that is decided on. */
    readonly ifMatch: string | undefined,
    readonly issued: Issued,
  ) {
    super();
  }
}

export class RetryGeneration extends Command<RequestedGeneration> {
  readonly type = 'RetryGeneration';
  constructor(
    readonly runId: string,
    readonly ifMatch: string | undefined,
    readonly idempotencyKey: IdempotencyKey | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** The attempt that a worker's command is about. */
export interface AttemptRef {
  readonly attempt: number;
  readonly workerId: string;
}

/** Commands of the write side that need no bus: their callers hold the stream's state already. */
export interface CreateGeneration {
  readonly type: 'CreateGeneration';
  readonly order: GenerationOrder;
  readonly now: Date;
}
export interface StartAttempt extends AttemptRef {
  readonly type: 'StartAttempt';
  readonly now: Date;
}
/** Ends a run that waits for an attempt for longer than it may. */
export interface ExpireGeneration {
  readonly type: 'ExpireGeneration';
  readonly now: Date;
}
export interface ResumeAttempt extends AttemptRef {
  readonly type: 'ResumeAttempt';
  readonly previousWorkerId: string;
  readonly now: Date;
}
export interface RecordSubmission extends AttemptRef {
  readonly type: 'RecordSubmission';
  readonly variant: number;
  readonly providerJobId: string;
  readonly now: Date;
}
/** A variant that is there while others of its run are still being made. */
export interface RecordArtifact extends AttemptRef {
  readonly type: 'RecordArtifact';
  readonly artifact: Artifact;
  readonly costUsd: number;
  readonly now: Date;
}
export interface CompleteGeneration extends AttemptRef {
  readonly type: 'CompleteGeneration';
  /** Those that are not recorded yet, and what they cost. */
  readonly artifacts: readonly Artifact[];
  readonly costUsd: number;
  readonly now: Date;
}
export interface FailAttempt extends AttemptRef {
  readonly type: 'FailAttempt';
  readonly category: ErrorCategory;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
  readonly schedule: RetrySchedule;
  readonly now: Date;
}

/** A result that another run has. */
export interface SharedResult extends ResultSource {
  readonly artifacts: readonly Artifact[];
}

/** A run that is answered in the moment in which it is created. */
export interface AnswerFromCache {
  readonly type: 'AnswerFromCache';
  readonly order: GenerationOrder;
  readonly result: SharedResult;
  readonly now: Date;
}
export interface JoinGeneration {
  readonly type: 'JoinGeneration';
  readonly leaderRunId: string;
  readonly now: Date;
}
/** Ends a run that waits, with a result that another run has. */
export interface ShareResult {
  readonly type: 'ShareResult';
  readonly result: SharedResult;
  readonly now: Date;
}
/** Ends a run as the one that it had joined has ended. */
export interface ShareFailure {
  readonly type: 'ShareFailure';
  readonly leaderRunId: string;
  readonly category: ErrorCategory;
  readonly message: string;
  readonly now: Date;
}
export interface ReleaseGeneration {
  readonly type: 'ReleaseGeneration';
  readonly leaderRunId: string;
  readonly now: Date;
}

/** Everything that the decider judges. */
export type GenerationCommand =
  | CreateGeneration
  | StartAttempt
  | ExpireGeneration
  | ResumeAttempt
  | RecordSubmission
  | RecordArtifact
  | CompleteGeneration
  | FailAttempt
  | CancelGeneration
  | RetryGeneration
  | AnswerFromCache
  | JoinGeneration
  | ShareResult
  | ShareFailure
  | ReleaseGeneration;
