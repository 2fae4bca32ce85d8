/** Somebody cleared the cache: no result from before it answers a request again. */
export interface PromptCacheCleared {
  readonly type: 'PromptCacheCleared';
  readonly data: { readonly cleared_at: string };
}

export const PROMPT_CACHE_EVENTS = { current: ['PromptCacheCleared'] satisfies PromptCacheCleared['type'][] };

/** Each clearing is a stream of its own, with one event. */
export const PROMPT_CACHE_STREAM = 'prompt_cache_clearing';
