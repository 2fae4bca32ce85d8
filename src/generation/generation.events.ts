import type { ControlType, ErrorCategory, VIDEO_MOTIONS, VisualParameters } from '../providers/image-provider.port.js';
import type { StructuredPrompt } from './jobs/structured-prompt.data.js';
import type { Status } from './status/generation.queries.js';

/** Whether the platform filled the visual parameters that the caller left out. */
export type Mode = 'ai' | 'manual';

export type GenerationType = 'image' | 'video';

/** How urgent a run is among those of its user. */
export type Priority = 'low' | 'normal' | 'high';

/** A picture that shapes the result: the bytes that an upload or an artifact had when the run was asked for. */
export interface OrderedPicture {
  /** The upload or the artifact that the caller named. */
  readonly id: string;
  readonly sha256: string;
}

export interface OrderedInputs {
  readonly guidance_images?: readonly (OrderedPicture & { readonly weight: number })[];
  readonly controlnet?: OrderedPicture & {
    readonly type: ControlType;
    readonly strength: number;
    readonly start: number;
    readonly end: number;
  };
  /** The picture that a video sets in motion. */
  readonly image?: OrderedPicture;
}

export interface OrderedVideo {
  readonly duration_seconds: number;
  readonly fps: number;
  readonly motion?: (typeof VIDEO_MOTIONS)[number];
}

/** Everything that a run was asked for and everything that was decided for it before it was recorded. */
export interface GenerationOrder {
  readonly type: GenerationType;
  readonly user_id: number;
  readonly project_id: number | null;
  readonly mode: Mode;
  readonly prompt: string;
  readonly negative_prompt: string | null;
  /** Given by the caller or chosen by the director. */
  readonly visual: VisualParameters;
  /** Why the director chose what it chose, by parameter. */
  readonly reasoning: Readonly<Record<string, string>>;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly cfg_scale: number;
  readonly seed: number;
  readonly provider: string;
  readonly model: string;
  readonly use_cache: boolean;
  readonly max_retries: number;
  /** `normal` where it is absent. */
  readonly priority?: Priority;
  /** Seconds within which an attempt must start, from when the run is created or asked for again; absent where it may wait for ever. */
  readonly expires_in?: number;
  /** Names the result: runs with the same hash may share one. Absent where the caller wants none but its own. */
  readonly prompt_hash?: string;
  /** How many pictures; variant k has the seed + k. One where it is absent. */
  readonly num_variants?: number;
  /** What the prompt was written out from, where the caller gave it in this form. */
  readonly structured_prompt?: StructuredPrompt;
  readonly inputs?: OrderedInputs;
  /** Of a video. */
  readonly video?: OrderedVideo;
  /** The model's version at that time. */
  readonly model_version?: string;
  /** What the result was expected to cost, in US dollars. */
  readonly cost_estimate_usd?: number;
  /** The run that this one refines, and how. */
  readonly parent_id?: string;
  readonly instruction?: string;
  /** The batch that the run belongs to, and its place there, from 0. */
  readonly batch_id?: string;
  readonly batch_index?: number;
  /** The preset that was applied, which with its version means the same for ever; left out where none was. */
  readonly preset?: string | null;
  readonly preset_version?: number;
  /** Its template: the provider gets the prompt in its place there. */
  readonly prompt_template?: string;
}

/** Where a run took its result from that no provider made for it. */
export interface ResultSource {
  /** `cache`: the result was there already; `joined`: it was being made, and this run waited for it. */
  readonly kind: 'cache' | 'joined';
  /** The run that a provider made it for. */
  readonly run_id: string;
  /** What making it again would have cost, in US dollars. */
  readonly saved_usd: number;
}

/** Bytes that belong to an artifact: a video's first frame, or its animated preview. */
export interface Companion {
  readonly content_type: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A picture or a video in Darkroom's own storage. */
export interface Artifact {
  readonly id: string;
  /** 0 for the first variant. */
  readonly variant: number;
  readonly content_type: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly seed: number;
  /** Of a video: seconds. */
  readonly duration_seconds?: number;
  readonly poster?: Companion;
  readonly preview?: Companion;
}

interface Fact<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

/** Times are RFC 3339 in UTC, money is US dollars, durations are seconds. */
export type GenerationEvent =
  | Fact<'GenerationCreated', GenerationOrder & { created_at: string }>
  | Fact<'GenerationStarted', { attempt: number; worker_id: string; started_at: string }>
  /** The provider took a variant of the attempt, the first where none is named, and will answer for it under its own job id. */
  | Fact<'GenerationSubmitted', { attempt: number; variant?: number; provider_job_id: string; submitted_at: string }>
  /** Another worker took over the attempt of one that died. */
  | Fact<'GenerationResumed', { attempt: number; worker_id: string; previous_worker_id: string; resumed_at: string }>
  /** `cost_usd` is there where the artifact came before the run's end, whose cost counts it in. */
  | Fact<'GenerationArtifactStored', { attempt: number; artifact: Artifact; stored_at: string; cost_usd?: number }>
  /** An attempt failed and the next one is due at `next_attempt_at`. */
  | Fact<
      'GenerationRetried',
      {
        attempt: number;
        category: ErrorCategory;
        message: string;
        next_attempt: number;
        next_attempt_at: string;
        failed_at: string;
      }
    >
  | Fact<
      'GenerationCompleted',
      {
        attempt: number;
        quality_score: number;
        generation_time: number;
        cost_usd: number;
        cached: boolean;
        completed_at: string;
        source?: ResultSource;
      }
    >
  | Fact<
      'GenerationFailed',
      {
        attempt: number;
        category: ErrorCategory;
        message: string;
        retryable: boolean;
        failed_at: string;
        /** Of the variants that were made since the run was created or asked for again; absent where none was. */
        cost_usd?: number;
      }
    >
  /** `waiting_attempt` had not been started; null where one ran. */
  | Fact<'GenerationCancelled', { waiting_attempt: number | null; cancelled_at: string; cost_usd?: number }>
  /** A person asked for another attempt of a failed run. */
  | Fact<'GenerationRetryRequested', { next_attempt: number; requested_at: string }>
  /** Another run makes the same result already; this one waits for it and starts no attempt of its own. */
  | Fact<'GenerationJoined', { leader_run_id: string; joined_at: string }>
  /** The run that it had joined ended without a result; it goes on by itself. */
  | Fact<'GenerationReleased', { leader_run_id: string; prompt_hash: string; released_at: string }>;

export const GENERATION_EVENTS = {
  current: [
    'GenerationCreated',
    'GenerationStarted',
    'GenerationSubmitted',
    'GenerationResumed',
    'GenerationArtifactStored',
    'GenerationRetried',
    'GenerationCompleted',
    'GenerationFailed',
    'GenerationCancelled',
    'GenerationRetryRequested',
    'GenerationJoined',
    'GenerationReleased',
  ] satisfies GenerationEvent['type'][],
};

/** Events after which nothing happens unless somebody asks for it. */
export const isTerminal = (type: string): boolean =>
  type === 'GenerationCompleted' || type === 'GenerationFailed' || type === 'GenerationCancelled';

export const STATUSES: readonly Status[] = ['pending', 'processing', 'completed', 'failed', 'cancelled'];

/** Where a run stands after an event; null where the event does not change that. */
export const statusAfter = (type: GenerationEvent['type']): Status | null => {
  switch (type) {
    case 'GenerationCreated':
    case 'GenerationRetried':
    case 'GenerationRetryRequested':
      return 'pending';
    case 'GenerationStarted':
      return 'processing';
    case 'GenerationCompleted':
      return 'completed';
    case 'GenerationFailed':
      return 'failed';
    case 'GenerationCancelled':
      return 'cancelled';
    case 'GenerationSubmitted':
    case 'GenerationResumed':
    case 'GenerationArtifactStored':
    case 'GenerationJoined':
    case 'GenerationReleased':
      return null;
    default:
      return type satisfies never;
  }
};

/** The events that move a run from one status to another; read models of statuses follow these. */
export const STATUS_EVENTS: readonly GenerationEvent['type'][] = GENERATION_EVENTS.current.filter(
  (type) => statusAfter(type) !== null,
);

export const GENERATION_STREAM = 'generation';
