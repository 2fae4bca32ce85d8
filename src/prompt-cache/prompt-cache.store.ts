import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import type { Artifact } from '../generation/generation.events.js';
import { Config } from '../platform/config/config.js';
import { type CachedResult, FOLLOWED_WITHIN_SECONDS } from '../generation/prompt-cache.port.js';
import { GetCacheUse, type CacheUse } from './prompt-cache.queries.js';

interface Row {
  readonly runId: string;
  readonly artifacts: readonly Artifact[];
  readonly costUsd: number | null;
  readonly cachedAt: Date;
}

/** Counts of the durable tier. */
export interface DurableCounts extends CacheUse {
  readonly entries: number;
  readonly valid: number;
  readonly sizeBytes: number;
}

// The projection follows the log; what a run has just made is in its row already, and its last event tells when by the clock
// of the database. Both are found by an index, so that one question asks both.
const FIND = `
  with cleared as (select coalesce(max(position), 0) as position from prompt_cache_clearings),
       kept as (
         select c.run_id, c.cached_at from prompt_cache c, cleared
          where c.prompt_hash = $1 and c.position > cleared.position
         union all
         select g.run_id, e.recorded_at from generations g join events e on e.stream_id = g.run_id and e.version = g.version, cleared
          where g.prompt_hash = $1 and g.offers and g.status = 'completed'
            and e.recorded_at > clock_timestamp() - make_interval(secs => ${FOLLOWED_WITHIN_SECONDS}) and e.position > cleared.position
       )
  select k.run_id as "runId", g.artifacts, g.cost_usd::float8 as "costUsd", k.cached_at as "cachedAt"
    from kept k join generations g on g.run_id = k.run_id
   where k.cached_at > clock_timestamp() - make_interval(secs => $2)
   order by k.cached_at desc limit 1`;

const COUNTS = `
  with live as (
    select c.run_id, c.cached_at > clock_timestamp() - make_interval(secs => $1) as valid from prompt_cache c
     where c.position > coalesce((select max(position) from prompt_cache_clearings), 0)
  )
  select count(*)::int as entries, count(*) filter (where valid)::int as valid,
         (select coalesce(sum(bytes), 0)::float8 from artifacts where run_id in (select run_id from live)) as "sizeBytes",
         coalesce((select lookups from prompt_cache_totals), 0)::float8 as lookups,
         coalesce((select hits from prompt_cache_totals), 0)::float8 as hits,
         coalesce((select joined from prompt_cache_totals), 0)::float8 as joined,
         coalesce((select saved_usd from prompt_cache_totals), 0)::float8 as "savedUsd"
    from live`;

/** The tier of the prompt cache that survives every process. */
@Injectable()
export class DurablePromptCache {
  readonly ttlSeconds: number;

  constructor(
    private readonly pool: Pool,
    private readonly subscriptions: Subscriptions,
    config: Config,
  ) {
    this.ttlSeconds = config.get('PROMPT_CACHE_TTL_SECONDS');
  }

  async find(promptHash: string): Promise<CachedResult | null> {
    const values = [promptHash, this.ttlSeconds];
    const { rows } = await this.pool.query<Row>({ name: 'prompt_cache_find', text: FIND, values });
    const [row] = rows;
    if (!row) return null;
    const { runId, artifacts, costUsd, cachedAt } = row;
    const expiresAt = new Date(cachedAt.getTime() + this.ttlSeconds * 1000).toISOString();
    return { runId, artifacts, costUsd: costUsd ?? 0, cachedAt: cachedAt.toISOString(), expiresAt };
  }

  /** Position of the last clearing in the log; 0 before the first. */
  async lastClearing(): Promise<number> {
    const { rows } = await this.pool.query<{ position: number }>(
      'select coalesce(max(position), 0)::float8 as position from prompt_cache_clearings',
    );
    return rows[0]?.position ?? 0;
  }

  async counts(): Promise<DurableCounts> {
    await this.subscriptions.caughtUp('prompt_cache');
    const { rows } = await this.pool.query<DurableCounts>(COUNTS, [this.ttlSeconds]);
    const [row] = rows;
    if (!row) throw new Error('An aggregate without a row');
    return row;
  }
}

const USE = {
  name: 'prompt_cache_use',
  text: 'select lookups::float8 as lookups, hits::float8 as hits, joined::float8 as joined, saved_usd::float8 as "savedUsd" from prompt_cache_totals',
};

@QueryHandler(GetCacheUse)
export class GetCacheUseHandler implements IQueryHandler<GetCacheUse> {
  constructor(private readonly pool: Pool) {}

  async execute(): Promise<CacheUse> {
    const { rows } = await this.pool.query<CacheUse>(USE);
    return rows[0] ?? { lookups: 0, hits: 0, joined: 0, savedUsd: 0 };
  }
}
