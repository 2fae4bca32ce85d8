import type { Decider } from '../eventsourcing/decider.js';
import type { PromptCacheCleared } from './prompt-cache.events.js';

export interface ClearCache {
  readonly type: 'ClearPromptCache';
  readonly now: Date;
}

/** When the cache was cleared; null before. */
export type Clearing = string | null;

/** A cache is cleared once for each stream. */
export const clearingDecider: Decider<Clearing, ClearCache, PromptCacheCleared> = {
  initialState: null,
  decide: ({ now }, state) =>
    state === null ? [{ type: 'PromptCacheCleared', data: { cleared_at: now.toISOString() } }] : [],
  evolve: (_state, { data }) => data.cleared_at,
};
