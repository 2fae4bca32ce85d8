import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import type { Priority } from '../generation.events.js';
import type { RunOwner } from './job-share.policy.js';

/** What the queue asks of a run's row, as columns of the row. */
export const OWNER_COLUMNS = `user_id, coalesce(details ->> 'priority', 'normal') as priority`;

export interface OwnerRow {
  readonly user_id: number;
  readonly priority: Priority;
}

export const toOwner = ({ user_id: userId, priority }: OwnerRow): RunOwner => ({ userId, priority });

/** Whose runs are, for events that do not say it. */
@Injectable()
export class RunOwners {
  constructor(private readonly pool: Pool) {}

  /** @returns the owners by run id; a run that does not exist has none */
  async of(runIds: readonly string[]): Promise<ReadonlyMap<string, RunOwner>> {
    if (runIds.length === 0) return new Map();
    const { rows } = await this.pool.query<OwnerRow & { run_id: string }>(
      `select run_id, ${OWNER_COLUMNS} from generations where run_id = any($1::uuid[])`,
      [runIds],
    );
    return new Map(rows.map((row) => [row.run_id, toOwner(row)]));
  }
}
