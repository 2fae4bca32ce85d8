import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { rebuildLock } from '../../eventsourcing/rebuild.js';
import { Subscriptions } from '../../eventsourcing/subscriptions.js';

/** How far one of those that follow the log has come. */
export interface FollowerFigures {
  readonly name: string;
  /** Of the last event that it has passed; 0 before the first. */
  readonly position: number;
  readonly lag_events: number;
  /** Age of the oldest event that it has not passed, in seconds. */
  readonly lag_seconds: number;
  readonly failing: boolean;
  /** Whether its tables are built beside the live ones, to take their place or to be compared with them. */
  readonly rebuilding: boolean;
  readonly parked: number;
}

export interface LogFigures {
  /** Position of the last event. */
  readonly head: number;
  readonly followers: readonly FollowerFigures[];
}

/** What waits and what is worked at; seconds, 0 where there is nothing. */
export interface RunFigures {
  readonly oldest_due_seconds: number;
  readonly oldest_processing_seconds: number;
  readonly workers: number;
}

const HEAD = 'coalesce((select position from events order by position desc limit 1), 0)';

/** Whether somebody has the lock of a rebuild, which PostgreSQL shows as two halves. */
const REBUILDING = `exists (
           select from pg_locks l
            where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
              and l.database = (select oid from pg_database where datname = current_database())
              and (l.classid::int8 << 32 | l.objid::int8) = ${rebuildLock('name')})`;

/** $1 names. */
const FOLLOWERS = {
  name: 'metrics_followers',
  text: `
  select name, coalesce(s.position, 0)::float8 as position, (log.head - coalesce(s.position, 0))::float8 as lag_events,
         s.failure is not null as failing, ${REBUILDING} as rebuilding,
         coalesce(extract(epoch from clock_timestamp() -
           (select e.recorded_at from events e where e.position = coalesce(s.position, 0) + 1)), 0)::float8 as lag_seconds,
         (select count(*)::int from parked_events p where p.subscription = name) as parked, log.head::float8 as head
    from unnest($1::text[]) as name
    left join subscriptions s using (name), (select ${HEAD} as head) as log`,
};

/** A run that waits for another one's result is due to nobody. */
const RUNS = {
  name: 'metrics_runs',
  text: `
  select coalesce(extract(epoch from clock_timestamp() - min(coalesce(next_attempt_at, created_at))
           filter (where status = 'pending' and joined_to is null and coalesce(next_attempt_at, created_at) <= clock_timestamp())), 0)::float8 as oldest_due_seconds,
         coalesce(extract(epoch from clock_timestamp() - min(started_at) filter (where status = 'processing')), 0)::float8 as oldest_processing_seconds,
         (select count(*)::int from workers where expires_at > clock_timestamp()) as workers
    from generations where status in ('pending', 'processing')`,
};

/** What the database knows for a scrape. Each method is one statement and rejects with the error of `pg`. */
@Injectable()
export class LogFigureStore {
  constructor(
    private readonly pool: Pool,
    private readonly subscriptions: Subscriptions,
  ) {}

  async log(): Promise<LogFigures> {
    const names = this.subscriptions.followers.map(({ name }) => name);
    const { rows } = await this.pool.query<FollowerFigures & { readonly head: number }>({
      ...FOLLOWERS,
      values: [names],
    });
    return { head: rows[0]?.head ?? 0, followers: rows };
  }

  async runs(): Promise<RunFigures> {
    const { rows } = await this.pool.query<RunFigures>(RUNS);
    return rows[0] ?? { oldest_due_seconds: 0, oldest_processing_seconds: 0, workers: 0 };
  }
}
