import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import type { Artifact } from '../generation.events.js';
import { FOLLOWED_WITHIN_SECONDS } from '../prompt-cache.port.js';
import type { RunError, Status } from '../status/generation.queries.js';
import type { Offer } from './assignment.policy.js';

/** A run whose result others get, or get not. */
export interface Leader {
  readonly runId: string;
  readonly status: Status;
  /** Attempts that were begun. */
  readonly attempts: number;
  readonly costUsd: number | null;
  readonly error: RunError | null;
  readonly artifacts: readonly Artifact[];
}

/** A run that waits for another one's end. */
export interface Follower {
  readonly runId: string;
  readonly leaderRunId: string;
  readonly maxRetries: number;
}

// When a run ended, its last event says by the clock of the database and by its place: the time in the row is that of a worker's own clock.
const OFFERS = `
  select run_id as "runId", prompt_hash as "promptHash", id::float8 as id, status
    from generations g
   where prompt_hash = any($1) and offers
     and (status in ('pending', 'processing')
          or (status = 'completed' and exists (
                select from events e
                 where e.stream_id = g.run_id and e.version = g.version
                   and e.recorded_at > clock_timestamp() - make_interval(secs => least(${FOLLOWED_WITHIN_SECONDS}, $2))
                   and e.position > coalesce((select max(position) from prompt_cache_clearings), 0))))`;

const LEADERS = `
  select run_id as "runId", status, attempt as attempts, cost_usd::float8 as "costUsd", error, artifacts
    from generations where run_id = any($1)`;

const FOLLOWERS = `
  select run_id as "runId", joined_to as "leaderRunId", max_retries as "maxRetries"
    from generations where joined_to = any($1) order by id`;

/** What the rows of runs say of shared results. */
@Injectable()
export class SharedRuns {
  constructor(private readonly pool: Pool) {}

  /** Runs that make, or have just made, the results of these hashes. @param ttlSeconds after which a result is too old */
  async offersOf(hashes: readonly string[], ttlSeconds: number): Promise<readonly Offer[]> {
    return (await this.pool.query<Offer>({ name: 'offers_of_hashes', text: OFFERS, values: [hashes, ttlSeconds] }))
      .rows;
  }

  async leaders(runIds: readonly string[]): Promise<ReadonlyMap<string, Leader>> {
    const { rows } = await this.pool.query<Leader>({ name: 'leaders', text: LEADERS, values: [runIds] });
    return new Map(rows.map((leader) => [leader.runId, leader]));
  }

  /** The W3C trace context in which a run was asked for; undefined where it is not known. */
  async traceOf(runId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ traceparent: string | null }>({
      name: 'trace_of_run',
      text: "select metadata ->> 'traceparent' as traceparent from events where stream_id = $1 and version = 1",
      values: [runId],
    });
    return rows[0]?.traceparent ?? undefined;
  }

  /** Those that wait for one of these runs, oldest first. */
  async followersOf(runIds: readonly string[]): Promise<readonly Follower[]> {
    return (await this.pool.query<Follower>({ name: 'followers_of', text: FOLLOWERS, values: [runIds] })).rows;
  }
}
