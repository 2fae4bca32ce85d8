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
}

const toAttempt = (row: Row): UnfinishedAttempt => ({
  runId: row.run_id,
  attempt: row.attempt,
  version: row.version,
  workerId: row.worker_id,
  owner: toOwner(row),
});

/**
 * The lease by which this worker process shows that it lives, and the reads that find work whose worker does not. Leases are judged by the
 * database's clock alone. When an attempt is due was reckoned by the clock of the process that planned it: where that is ahead or behind,
 * the attempt is late or early by as much.
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
      `select g.run_id, g.attempt, g.version, g.worker_id, ${OWNER_COLUMNS}
         from generations g left join workers w on w.worker_id = g.worker_id and w.expires_at > clock_timestamp()
        where g.status = 'processing' and (w.worker_id is null or g.worker_id = $1) and g.run_id <> all($2::uuid[])
        order by g.run_id limit $3`,
      [this.workerId, runningHere, limit],
    );
    return rows.map(toAttempt);
  }

  /** Attempts that have been due for `graceSeconds` and have not started, in pages by run id. */
  async overdue(graceSeconds: number, afterRunId: string, limit: number): Promise<UnfinishedAttempt[]> {
    const { rows } = await this.pool.query<Row>(
      `select run_id, attempt, version, worker_id, ${OWNER_COLUMNS} from generations
        where status = 'pending' and run_id > $2
          and coalesce(next_attempt_at, created_at) < clock_timestamp() - make_interval(secs => $1)
        order by run_id limit $3`,
      [graceSeconds, afterRunId, limit],
    );
    return rows.map(toAttempt);
  }

  /**
   * All attempts that have not started and wait for nobody else's result, due or not, in pages by run id. Not those that were accepted in this
   * second: whether they join another run is still being decided.
   */
  async waiting(afterRunId: string, limit: number): Promise<WaitingAttempt[]> {
    const { rows } = await this.pool.query<Row & { next_attempt_at: Date | null }>(
      `select run_id, attempt, version, worker_id, next_attempt_at, ${OWNER_COLUMNS} from generations
        where status = 'pending' and joined_to is null and run_id > $1
          and created_at not between clock_timestamp() - interval '1 second' and clock_timestamp() + interval '1 second'
        order by run_id limit $2`,
      [afterRunId, limit],
    );
    return rows.map((row) => ({ ...toAttempt(row), dueAt: row.next_attempt_at?.toISOString() ?? null }));
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
