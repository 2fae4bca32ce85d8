import type { Pool } from 'pg';
import type { Job, JobCounts } from './job-queue.port.js';
import { strideOf } from './stride.policy.js';

/**
 * The two hot statements are named, so that each connection plans them once. The others are planned anew each time: the table
 * swings between empty and full, and a cached plan would keep the scan that suited the empty one. `asynchronous` takes the
 * commit's disk flush out of a statement: a lost job is found again from the log.
 */
const asynchronous = `(select set_config('synchronous_commit', 'off', true)) as asynchronous`;

/** Channel of the wake-ups; the payload names the queue that sent it, which has woken its own workers already. */
export const JOBS_CHANNEL = 'darkroom_jobs';

const free = '(claimed_until is null or claimed_until <= now())';

/** $1 ids, $2 data, $3 priorities, $4 run times or nulls, $5 groups, $6 strides, $7 sender, $8 seconds that count as soon. */
const ENQUEUE = {
  name: 'jobs_enqueue',
  text: `select pg_notify('${JOBS_CHANNEL}', $7)
     where enqueue_jobs($1, $2, $3, $4, $5, $6) <= now() + make_interval(secs => $8)`,
} as const;

/** $1 worker, $2 done ids, $3 ids that the worker holds, $4 free slots, $5 seconds of a claim. */
const EXCHANGE = {
  name: 'jobs_exchange',
  text: 'select taken, next_in_seconds from exchange_jobs($1, $2, $3, $4, $5)',
} as const;

/** $1 worker, $2 ids, $3 seconds of a claim. Answers the ids that the worker still holds. */
const RENEW = `update jobs set claimed_until = now() + make_interval(secs => $3) from ${asynchronous}
          where id = any($2::text[]) and claimed_by = $1 returning id`;

/** $1 worker, $2 ids, $3 seconds before each is due again (null: it keeps its run time and its turn), $4 sender. */
const GIVE_BACK = `with given as (
      update jobs set claimed_by = null, claimed_until = null,
             run_at = coalesce(now() + make_interval(secs => due.seconds), run_at),
             turn = case when due.seconds is null then turn end, seat = case when due.seconds is null then seat end
        from unnest($2::text[], $3::double precision[]) as due (id, seconds), ${asynchronous}
       where jobs.id = due.id and claimed_by = $1 returning run_at
    )
    select pg_notify('${JOBS_CHANNEL}', $4) where exists (select from given where run_at <= now())`;

/** $1 id. The last of its group takes over its turn, so that the group is left as if it had never been there. */
const CANCEL = `with gone as (
      delete from jobs using ${asynchronous} where id = $1 and ${free} returning line, turn, seat
    ), last as materialized (
      select last.id, gone.turn, gone.seat from gone, lateral (
        select id from jobs
         where line = gone.line and turn is not null and (turn, seat) > (gone.turn, gone.seat) and ${free}
         order by turn desc, seat desc limit 1 for update skip locked) as last
       where gone.turn > 0
    ), moved as (
      update jobs set turn = last.turn, seat = last.seat, jumps = true from last where jobs.id = last.id
    )
    select from gone`;

/** $1 ids. */
const HOLDS = `select id from jobs where id = any($1::text[])`;

/** $1 id. */
const PLACE = `select job_place($1) as place`;

const COUNTS = 'select active, waiting, delayed from job_counts()';

/** $1 paused, $2 sender. */
const SET_PAUSED = `with changed as (update queue_state set paused = $1)
         select pg_notify('${JOBS_CHANNEL}', $2) where not $1::boolean`;

/** What one exchange brings. */
export interface Exchange {
  /** In the order in which the jobs leave the queue. */
  readonly taken: readonly Job[];
  /** Until the next delayed job is due; null when there is none or when no slot stayed free. */
  readonly nextInMs: number | null;
}

/** The numbers of a claim. */
export interface Claim {
  /** UUID of the worker. */
  readonly worker: string;
  readonly lockSeconds: number;
}

interface TakenRow {
  readonly id: string;
  readonly data: Job['data'];
  readonly priority: number;
  readonly runAt: string;
}

/** The tables `jobs` and `queue_state`. Every method is one statement; its errors are those of `pg`. */
export class JobTable {
  /** @param sender UUID of the queue, the payload of its notifications. */
  constructor(
    private readonly pool: Pool,
    private readonly sender: string,
  ) {}

  /** Notifies when one of the added jobs is due within `soonSeconds`, so that other processes can set their timers. */
  async enqueue(jobs: readonly Job[], soonSeconds: number): Promise<void> {
    await this.pool.query({
      ...ENQUEUE,
      values: [
        jobs.map((job) => job.id),
        jobs.map((job) => JSON.stringify(job.data)),
        jobs.map((job) => job.priority ?? 5),
        jobs.map((job) => job.runAt?.toISOString() ?? null),
        jobs.map((job) => job.group ?? ''),
        jobs.map((job) => strideOf(job.weight)),
        this.sender,
        soonSeconds,
      ],
    });
  }

  /**
   * Removes `done` and takes at most `slots` jobs, but none of `held`, which its caller runs already although the claim may
   * have run out.
   */
  async exchange(claim: Claim, done: readonly string[], held: readonly string[], slots: number): Promise<Exchange> {
    const { rows } = await this.pool.query<{ taken: TakenRow[] | null; next_in_seconds: number | null }>({
      ...EXCHANGE,
      values: [claim.worker, done, held, slots, claim.lockSeconds],
    });
    const row = rows[0];
    if (row === undefined) throw new Error('The exchange of jobs answered no row.');
    return {
      taken: (row.taken ?? []).map((job) => ({ ...job, runAt: new Date(job.runAt) })),
      nextInMs: row.next_in_seconds === null ? null : row.next_in_seconds * 1000,
    };
  }

  /** @returns the ids that the worker still holds. */
  async renew(claim: Claim, ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ id: string }>(RENEW, [claim.worker, ids, claim.lockSeconds]);
    return new Set(rows.map((row) => row.id));
  }

  /** @param jobs ids with the seconds until they are due again; null keeps the run time, so that a job keeps its place. */
  async giveBack(claim: Claim, jobs: ReadonlyMap<string, number | null>): Promise<void> {
    await this.pool.query(GIVE_BACK, [claim.worker, [...jobs.keys()], [...jobs.values()], this.sender]);
  }

  async cancel(id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(CANCEL, [id]);
    return rowCount === 1;
  }

  async holds(ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ id: string }>(HOLDS, [ids]);
    return new Set(rows.map((row) => row.id));
  }

  async place(id: string): Promise<number | null> {
    const { rows } = await this.pool.query<{ place: number | null }>(PLACE, [id]);
    return rows[0]?.place ?? null;
  }

  async counts(): Promise<JobCounts> {
    const { rows } = await this.pool.query<JobCounts>(COUNTS);
    return rows[0] ?? { waiting: 0, delayed: 0, active: 0 };
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.pool.query(SET_PAUSED, [paused, this.sender]);
  }
}
