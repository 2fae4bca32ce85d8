import type { Pool } from 'pg';

/** A run that waits for an attempt and should have had it. */
export interface OverdueRun {
  readonly run_id: string;
  /** As the server writes it, to the microsecond. */
  readonly expires_at: string;
}

/** What the rows of runs say of their deadlines. */
export class OverdueRuns {
  constructor(private readonly pool: Pool) {}

  /** A page of them, the one that is overdue for longest first. @param after the last of the page before */
  async page(limit: number, after: OverdueRun | null): Promise<readonly OverdueRun[]> {
    const { rows } = await this.pool.query<OverdueRun>(
      `select run_id, expires_at::text from generations
        where status = 'pending' and expires_at < clock_timestamp()
          and ($2::timestamptz is null or (expires_at, run_id) > ($2, $3::uuid))
        order by expires_at, run_id limit $1`,
      [limit, after?.expires_at, after?.run_id],
    );
    return rows;
  }
}
