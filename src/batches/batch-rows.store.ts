import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { BatchNotFound } from './batch.errors.js';
import { GetBatch, type BatchRow } from './batch.queries.js';

interface DriverRow extends Omit<BatchRow, 'created_at' | 'completed_at'> {
  readonly created_at: Date;
  readonly completed_at: Date | null;
}

const BY_ID = {
  name: 'batch_by_id',
  text: `select batch_id, version, user_id, status, items, successful, failed, created_at, completed_at
           from batches where batch_id = $1`,
};

/** A stop by a failure shows in the row as the failure itself, which the other items were not to survive. */
const STOPPED = {
  name: 'batches_stopped',
  text: `select batch_id from batches
          where batch_id = any($1::uuid[]) and (status in ('cancelled', 'failed') or (status = 'processing' and not continue_on_error and failed > 0))`,
};

/** The rows of batches, for what works on them. */
@Injectable()
export class BatchRows {
  constructor(private readonly pool: Pool) {}

  /** Those of some batches in which no item begins any more, though not all may have ended. */
  async stopped(batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<{ batch_id: string }>({ ...STOPPED, values: [batchIds] });
    return new Set(rows.map(({ batch_id }) => batch_id));
  }

  /** A page of the batches that have not ended. @param after the last of the page before */
  async open(createdBefore: Date, limit: number, after: string | null): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ batch_id: string }>(
      `select batch_id from batches
        where completed_at is null and created_at < $1 and ($2::uuid is null or batch_id > $2) order by batch_id limit $3`,
      [createdBefore, after, limit],
    );
    return rows.map(({ batch_id }) => batch_id);
  }
}

@QueryHandler(GetBatch)
export class GetBatchHandler implements IQueryHandler<GetBatch> {
  constructor(private readonly pool: Pool) {}

  /** @throws BatchNotFound */
  async execute({ batchId }: GetBatch): Promise<BatchRow> {
    const { rows } = await this.pool.query<DriverRow>({ ...BY_ID, values: [batchId] });
    const [row] = rows;
    if (!row) throw new BatchNotFound(batchId);
    return {
      ...row,
      created_at: row.created_at.toISOString(),
      completed_at: row.completed_at?.toISOString() ?? null,
    };
  }
}
