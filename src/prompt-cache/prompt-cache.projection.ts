import { Injectable } from '@nestjs/common';
import type { ReplayedEvent } from '../eventsourcing/event.js';
import type { Projection, Transaction } from '../eventsourcing/projection.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import type { PromptCacheCleared } from './prompt-cache.events.js';

interface Entry {
  readonly hash: string;
  readonly runId: string;
  readonly position: number;
  readonly at: string;
}

/** What a stretch of the log means to the cache. */
export interface CacheChanges {
  /** Whether everything from before it goes. */
  readonly cleared: boolean;
  /** The newest result by its hash; those from before a clearing are gone already. */
  readonly entries: readonly Entry[];
  readonly lookups: number;
  readonly hits: number;
  readonly joined: number;
  readonly savedUsd: number;
}

type Followed = ReplayedEvent<GenerationEvent | PromptCacheCleared>;

/** @param hashes by run id, of runs that were created before this stretch of the log */
export const cacheChanges = (events: readonly Followed[], hashes: ReadonlyMap<string, string>): CacheChanges => {
  const known = new Map(hashes);
  const entries = new Map<string, Entry>();
  const totals = { cleared: false, lookups: 0, hits: 0, joined: 0, savedMicroUsd: 0 };
  for (const event of events) {
    if (event.type === 'PromptCacheCleared') {
      entries.clear();
      totals.cleared = true;
    } else if (event.type === 'GenerationCreated' && event.data.prompt_hash !== undefined) {
      known.set(event.streamId, event.data.prompt_hash);
      totals.lookups += 1;
    } else if (event.type === 'GenerationCompleted') {
      const { source, completed_at: at } = event.data;
      const hash = known.get(event.streamId);
      if (source) {
        totals[source.kind === 'cache' ? 'hits' : 'joined'] += 1;
        totals.savedMicroUsd += Math.round(source.saved_usd * 1e6);
      } else if (hash !== undefined) entries.set(hash, { hash, runId: event.streamId, position: event.position, at });
    }
  }
  const { savedMicroUsd, ...counts } = totals;
  return { ...counts, savedUsd: savedMicroUsd / 1e6, entries: [...entries.values()] };
};

/** The durable tier of the prompt cache, and how it fared. */
@Injectable()
export class PromptCacheProjection implements Projection {
  readonly name = 'prompt_cache';
  readonly version = 1;
  /** A result is found in the row of its run until then. */
  readonly gatherMs = 200;
  readonly tables = ['prompt_cache', 'prompt_cache_runs', 'prompt_cache_totals'];
  readonly handles = [
    'GenerationCreated',
    'GenerationCompleted',
    'GenerationCancelled',
    'PromptCacheCleared',
  ] satisfies Followed['type'][];

  async apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void> {
    const followed = events as readonly Followed[];
    const changes = cacheChanges(followed, await hashesOf(followed, transaction));
    await rememberRuns(followed, transaction);
    if (changes.cleared) await transaction.query('delete from prompt_cache');
    await writeEntries(changes.entries, transaction);
    await addTotals(changes, transaction);
  }
}

/** Of runs that end here and were created in an earlier batch. */
const hashesOf = async (events: readonly Followed[], transaction: Transaction): Promise<Map<string, string>> => {
  const created = new Set(events.filter(({ type }) => type === 'GenerationCreated').map(({ streamId }) => streamId));
  const asked = events
    .filter(({ type, streamId }) => type === 'GenerationCompleted' && !created.has(streamId))
    .map(({ streamId }) => streamId);
  if (asked.length === 0) return new Map();
  const { rows } = await transaction.query<{ run_id: string; prompt_hash: string }>(
    'select run_id, prompt_hash from prompt_cache_runs where run_id = any($1)',
    [asked],
  );
  return new Map(rows.map(({ run_id, prompt_hash }) => [run_id, prompt_hash]));
};

/** Keeps the hashes of runs that are under way: later events of theirs do not repeat it. */
const rememberRuns = async (events: readonly Followed[], transaction: Transaction): Promise<void> => {
  const open = new Map<string, string>();
  const over = new Set<string>();
  for (const event of events) {
    if (event.type === 'GenerationCreated') {
      if (event.data.prompt_hash !== undefined) open.set(event.streamId, event.data.prompt_hash);
    } else if (event.type === 'GenerationCompleted' || event.type === 'GenerationCancelled') over.add(event.streamId);
  }
  for (const runId of over) open.delete(runId);
  if (open.size > 0) {
    await transaction.query(
      'insert into prompt_cache_runs (run_id, prompt_hash) select * from unnest($1::uuid[], $2::text[]) on conflict do nothing',
      [[...open.keys()], [...open.values()]],
    );
  }
  if (over.size > 0) await transaction.query('delete from prompt_cache_runs where run_id = any($1)', [[...over]]);
};

const writeEntries = async (entries: readonly Entry[], transaction: Transaction): Promise<void> => {
  if (entries.length === 0) return;
  await transaction.query(
    `insert into prompt_cache (prompt_hash, run_id, position, cached_at)
     select * from unnest($1::text[], $2::uuid[], $3::bigint[], $4::timestamptz[])
     on conflict (prompt_hash) do update
        set run_id = excluded.run_id, position = excluded.position, cached_at = excluded.cached_at`,
    [
      entries.map(({ hash }) => hash),
      entries.map(({ runId }) => runId),
      entries.map(({ position }) => position),
      entries.map(({ at }) => at),
    ],
  );
};

const addTotals = async (
  { lookups, hits, joined, savedUsd }: CacheChanges,
  transaction: Transaction,
): Promise<void> => {
  if (lookups + hits + joined === 0) return;
  await transaction.query(
    `insert into prompt_cache_totals as t (lookups, hits, joined, saved_usd) values ($1, $2, $3, $4)
     on conflict (only_row) do update set lookups = t.lookups + excluded.lookups, hits = t.hits + excluded.hits,
            joined = t.joined + excluded.joined, saved_usd = t.saved_usd + excluded.saved_usd`,
    [lookups, hits, joined, savedUsd],
  );
};
