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
