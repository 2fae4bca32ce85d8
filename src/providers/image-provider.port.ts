/** Why an attempt failed. The retry policy of generation/ says which of them are worth another attempt. */
export const ERROR_CATEGORIES = [
  'timeout',
  'rate_limited',
  'provider_unavailable',
  'network',
  'storage',
  'stalled',
  'invalid_request',
  'moderated',
  'unauthorized',
  'insufficient_credit',
  'expired',
  'unknown',
] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/** A failure that a provider reports; anything else that it throws counts as `unknown`. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  constructor(
    readonly category: ErrorCategory,
    message: string,
    /** The provider's own wish, in seconds, where it gave one (Retry-After). */
    readonly retryAfterSeconds: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const CAMERA_ANGLES = ['eye-level', 'low-angle', 'high-angle', 'dutch-tilt', "bird's-eye"] as const;
export const FIELDS_OF_VIEW = ['wide', 'standard', 'telephoto'] as const;
export const LIGHTINGS = ['natural', 'studio', 'dramatic', 'golden-hour', 'soft', 'hard'] as const;
export const COLOR_PALETTES = ['vibrant', 'pastel', 'monochrome', 'warm', 'cool', 'neon'] as const;
export const COMPOSITIONS = ['rule-of-thirds', 'centered', 'dynamic', 'minimal'] as const;
export const STYLES = ['photorealistic', 'cinematic', 'editorial', 'commercial'] as const;

/** The six visual parameters; an absent one is left to the model. */
export interface VisualParameters {
  readonly camera_angle?: (typeof CAMERA_ANGLES)[number];
  readonly fov?: (typeof FIELDS_OF_VIEW)[number];
  readonly lighting?: (typeof LIGHTINGS)[number];
  readonly color_palette?: (typeof COLOR_PALETTES)[number];
  readonly composition?: (typeof COMPOSITIONS)[number];
  readonly style?: (typeof STYLES)[number];
}

export const VIDEO_MOTIONS = ['smooth', 'handheld', 'time-lapse'] as const;

/** A video instead of a picture. */
export interface VideoOrder {
  /** Seconds, 1 – 10. */
  readonly durationSeconds: number;
  /** Frames a second, 1 – 60. */
  readonly fps: number;
  /** How the camera moves and how fast time goes; `smooth` where it is absent. */
  readonly motion?: (typeof VIDEO_MOTIONS)[number];
}

/** A picture whose colours and large shapes the result takes on. */
export interface GuidanceImage {
  /** PNG, JPEG or WebP, as it was uploaded: nobody has looked at it yet. */
  readonly content: Buffer;
  /** 0 (none) – 1 */
  readonly weight: number;
}

export const CONTROL_TYPES = ['canny', 'depth', 'pose', 'scribble', 'tile'] as const;
export type ControlType = (typeof CONTROL_TYPES)[number];

/** A picture that says where things are, read as its type says (ControlNet; Zhang et al. 2023). */
export interface ControlImage {
  readonly type: ControlType;
  /** PNG, JPEG or WebP, as it was uploaded. */
  readonly content: Buffer;
  /** 0 (none) – 2 */
  readonly strength: number;
  /** Part of the generation in which it counts, 0 – 1 each: large shapes are settled early, details late. */
  readonly start: number;
  readonly end: number;
}

/** Everything that a provider needs for one picture or video; all of it is decided before the run is recorded. */
export interface ImageRequest {
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly visual: VisualParameters;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly cfgScale: number;
  /** 0 – 2^32−1 */
  readonly seed: number;
  /** Absent for a picture. */
  readonly video?: VideoOrder;
  /** The picture that a video sets in motion: PNG, JPEG or WebP, as it was uploaded. */
  readonly source?: Buffer;
  readonly guidance?: readonly GuidanceImage[];
  readonly control?: ControlImage;
}

/** A picture or a video. */
export interface ProducedImage {
  readonly content: Buffer;
  readonly contentType: 'image/png' | 'image/webp' | 'image/jpeg' | 'video/mp4';
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  /** Of a video: its first frame, as PNG. */
  readonly poster?: Buffer;
  /** Of a video: a small animated WebP. */
  readonly preview?: Buffer;
  /** Of a video: seconds of the frames that it has, which are whole ones. */
  readonly durationSeconds?: number;
}

/** What a model costs, in US dollars. */
export interface Price {
  /** What `usd` is for: a picture, or a second of a video. */
  readonly unit: 'image' | 'second';
  readonly usd: number;
  /** Pixels of a frame that `usd` includes; more cost in proportion. Null where any size costs the same. */
  readonly included_pixels: number | null;
  readonly guidance_image_usd: number;
  readonly controlnet_usd: number;
}

export interface ModelDescription {
  readonly id: string;
  readonly name: string;
  readonly types: readonly ('image' | 'video')[];
  /** Words of capabilities.port.ts, and others that say more about the model. */
  readonly capabilities: readonly string[];
  /** Largest and smallest values that the model takes, by request field. */
  readonly limits: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
  /** Changes when the same request gives another result than before: it is part of the name of a cached one. */
  readonly version: string;
  readonly price: Price;
}

/** What one call of `submit` leads to: a job to ask for, or the pictures themselves from a provider that answers at once. */
export type Submission =
  | { readonly status: 'accepted'; readonly jobId: string }
  | { readonly status: 'succeeded'; readonly images: readonly ProducedImage[]; readonly costUsd: number };

/** What a poll says of the job. `progress` is 0 – 1, null where the provider gives none. */
export type PollResult =
  | { readonly status: 'running'; readonly progress: number | null; readonly pollAfterMs: number }
  | { readonly status: 'succeeded'; readonly costUsd: number }
  | { readonly status: 'failed'; readonly category: ErrorCategory; readonly message: string };

export interface SubmitContext {
  /**
   * Names a variant of an attempt (`run_id:attempt`, and `:variant` after the first); an idempotent provider answers a repeat with the job of
   * the first call.
   */
  readonly requestKey: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the run is cancelled, its deadline passed or the worker stops. */
  readonly signal: AbortSignal;
  /** 0 – 1, as often as the provider likes. */
  readonly onProgress: (progress: number) => void;
  /** Told `true` by a provider that has others to serve first, and `false` when it begins: that time is not the request's. */
  readonly onWaiting?: (waits: boolean) => void;
}

/**
 * A source of pictures. Every call rejects with ProviderError, or with the signal's reason when it aborted.
 * Every provider passes test/contract/image-provider.contract.ts.
 */
export abstract class ImageProvider {
  abstract readonly id: string;
  abstract readonly name: string;
  abstract readonly models: readonly ModelDescription[];
  /** Whether a repeated `submit` with the same request key costs nothing and gives the same result. */
  abstract readonly idempotentSubmit: boolean;
  /** What is missing where the provider cannot be used; null where it can. */
  abstract readonly unavailableBecause: string | null;
  abstract submit(model: string, request: ImageRequest, context: SubmitContext): Promise<Submission>;
  /**
   * State of an accepted job, also one that was accepted before a restart of this process. A job that failed is an answer; rejects
   * where the question itself failed.
   */
  abstract poll(jobId: string, signal: AbortSignal): Promise<PollResult>;
  /** The pictures of a job that succeeded. */
  abstract fetch(jobId: string, signal: AbortSignal): Promise<readonly ProducedImage[]>;
  /** Asks the provider to stop a job; does nothing for one that ended. */
  abstract cancel(jobId: string): Promise<void>;
  /** Releases threads and connections. */
  abstract close(): Promise<void>;
}
