import { Query } from '@nestjs/cqrs';
import type { ItemStatus } from './batch.events.js';

export interface BatchRowItem {
  readonly run_id: string;
  /** null while it has not ended. */
  readonly status: ItemStatus | null;
  readonly error: string | null;
}

/** One batch as its row holds it; times are RFC 3339. */
export interface BatchRow {
  readonly batch_id: string;
  readonly version: number;
  readonly user_id: number;
  readonly status: 'processing' | 'completed' | 'failed' | 'cancelled';
  /** In the order of the request. */
  readonly items: readonly BatchRowItem[];
  readonly successful: number;
  /** Items that ended without a result. */
  readonly failed: number;
  readonly created_at: string;
  readonly completed_at: string | null;
}

/** @returns the batch's row @throws BatchNotFound */
export class GetBatch extends Query<BatchRow> {
  constructor(readonly batchId: string) {
    super();
  }
}
