import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { RunOwner } from './job-share.policy.js';
import { OWNER_COLUMNS, toOwner, type OwnerRow } from './run-owners.store.js';

/** Before every run id, for the first page. */
export const FIRST_RUN = '00000000-0000-0000-0000-000000000000';

export interface UnfinishedAttempt {
  readonly runId: string;
  readonly attempt: number;
  readonly version: number;
  /** Who runs it by the log; null for an attempt that has not started. */
  readonly workerId: string | null;
  readonly owner: RunOwner;
  /** W3C trace context of the last event of the run; null where it has none. */
  readonly traceparent: string | null;
}

export interface WaitingAttempt extends UnfinishedAttempt {
  /** RFC 3339; null for at once. */
  readonly dueAt: string | null;
}

interface Row extends OwnerRow {
  run_id: string;
  attempt: number;
  version: number;
  worker_id: string | null;
  traceparent: string | null;
}

const toAttempt = (row: Row): UnfinishedAttempt => ({
  runId: row.run_id,
  attempt: row.attempt,
  version: row.version,
  workerId: row.worker_id,
  owner: toOwner(row),
  traceparent: row.traceparent,
});

/**
 * Attempts that have not started and wait for nobody else's result, with when they are due. Times that processes wrote are compared with times
 * of the same process alone. A run that may share a result is not told of before the reactor that decides on that has met it: two equal ones
 * would both be made. $1 is the run id to begin after.
 */
const WAITING = `
    from generations g
   cross join lateral (
         select e.position, e.type in ('GenerationCreated', 'GenerationReleased') as begins, e.metadata ->> 'traceparent' as traceparent,
                e.recorded_at + case e.type when 'GenerationRetried'
                  then (e.data ->> 'next_attempt_at')::timestamptz - (e.data ->> 'failed_at')::timestamptz else interval '0' end as due_at
           from events e where e.stream_id = g.run_id and e.version = g.version limit 1) planned
   where g.status = 'pending' and g.joined_to is null and g.run_id > $1
     and (g.prompt_hash is null or not planned.begins
          or planned.position <= (select position from subscriptions where name = 'enqueue_attempt'))`;

/**
 * The lease by which this worker process shows that it lives, and the reads that find work whose worker does not. Leases are judged by the
 * database's clock alone, and so is when an attempt is due: from the event that planned it, as long as the process that planned it wished.
 */
export class WorkerLeases {
  readonly workerId = uuidv7();
  private timer: NodeJS.Timeout | undefined;
  private beat: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    /** Seconds of silence after which a worker counts as dead. */
    private readonly leaseSeconds: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  async start(): Promise<void> {
    await this.renew();
    this.timer = setInterval(
      () => {
        // The next beat tries again; three of them fit into a lease.
        this.beat = this.renew().catch(this.onError);
      },
      (this.leaseSeconds * 1000) / 3,
    );
  }

  /** Ends the lease at once, so that what this worker left is taken over without a wait. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    // A beat that is still on its way would bring the lease back.
    await this.beat;
    await this.pool.query('delete from workers where worker_id = $1', [this.workerId]);
  }

  async isAlive(workerId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'select from workers where worker_id = $1 and expires_at > clock_timestamp()',
      [workerId],
    );
    return rowCount === 1;
  }

  /** At most `limit` attempts that run under a worker without a lease, or under this one although it knows nothing of them. */
  async orphaned(runningHere: readonly string[], limit: number): Promise<UnfinishedAttempt[]> {
    const { rows } = await this.pool.query<Row>(
      `select g.run_id, g.attempt, g.version, g.worker_id, ${OWNER_COLUMNS},
              (select e.metadata ->> 'traceparent' from events e where e.stream_id = g.run_id and e.version = g.version limit 1) as traceparent
         from generations g left join workers w on w.worker_id = g.worker_id and w.expires_at > clock_timestamp()
        where g.status = 'processing' and (w.worker_id is null or g.worker_id = $1) and g.run_id <> all($2::uuid[])
        order by g.run_id limit $3`,
      [this.workerId, runningHere, limit],
    );
    return rows.map(toAttempt);
  }

  /**
   * Attempts that have been due for `graceSeconds` and have not started, in pages by run id. A run that waits for the result of another has none.
   */
  async overdue(graceSeconds: number, afterRunId: string, limit: number): Promise<UnfinishedAttempt[]> {
    const { rows } = await this.pool.query<Row>(
      `select run_id, attempt, version, worker_id, planned.traceparent, ${OWNER_COLUMNS} ${WAITING}
          and planned.due_at < clock_timestamp() - make_interval(secs => $2)
        order by run_id limit $3`,
      [afterRunId, graceSeconds, limit],
    );
    return rows.map(toAttempt);
  }

  /** All attempts that have not started, due or not, in pages by run id. */
  async waiting(afterRunId: string, limit: number): Promise<WaitingAttempt[]> {
    const { rows } = await this.pool.query<Row & { due_at: Date | null }>(
      `select run_id, attempt, version, worker_id, planned.traceparent, ${OWNER_COLUMNS},
              case when planned.due_at > clock_timestamp() then planned.due_at end as due_at ${WAITING}
        order by run_id limit $2`,
      [afterRunId, limit],
    );
    return rows.map((row) => ({ ...toAttempt(row), dueAt: row.due_at?.toISOString() ?? null }));
  }

  private async renew(): Promise<void> {
    await this.pool.query(
      `insert into workers (worker_id, host, pid, expires_at)
       values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
       on conflict (worker_id) do update set expires_at = excluded.expires_at`,
      [this.workerId, hostname(), process.pid, this.leaseSeconds],
    );
    await this.pool.query("delete from workers where expires_at < clock_timestamp() - interval '1 hour'");
  }
}
