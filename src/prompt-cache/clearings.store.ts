import type { StreamKind } from '../eventsourcing/decision-handler.js';
import { inlineReadModel } from '../eventsourcing/inline-rows.js';
import { clearingDecider, type ClearCache, type Clearing } from './prompt-cache.decider.js';
import { PROMPT_CACHE_STREAM, type PromptCacheCleared } from './prompt-cache.events.js';

/** A clearing of the cache, with the row that makes it count at once. */
export const CLEARING_KIND: StreamKind<Clearing, ClearCache, PromptCacheCleared> = {
  type: PROMPT_CACHE_STREAM,
  decider: clearingDecider,
  inlineRows: (cleared_at): Record<string, object[]> =>
    cleared_at === null ? {} : { prompt_cache_clearing: [{ cleared_at }] },
};

/** What `write_inline_rows` fills for clearings. */
export const CLEARING_ROWS = inlineReadModel('prompt_cache_clearings', CLEARING_KIND, {
  tables: ['prompt_cache_clearings'],
  key: 'stream_id',
});
