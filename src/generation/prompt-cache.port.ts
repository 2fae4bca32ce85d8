import type { Artifact } from './generation.events.js';

/** A result that is there already. */
export interface CachedResult {
  /** The run that it was made for. */
  readonly runId: string;
  readonly artifacts: readonly Artifact[];
  /** What it cost then, in US dollars. */
  readonly costUsd: number;
  /** RFC 3339 */
  readonly cachedAt: string;
  readonly expiresAt: string;
}

/**
 * For how long after its end a run's own row is asked for its result, in seconds: the table of the cache follows the log, and knows it by then.
 */
export const FOLLOWED_WITHIN_SECONDS = 300;

/** Results by the hash of what they were made from; see generation/prompt-hash.policy.ts. */
export abstract class PromptCache {
  /** @returns null where there is none, or it is too old or was cleared */
  abstract find(promptHash: string): Promise<CachedResult | null>;
}
