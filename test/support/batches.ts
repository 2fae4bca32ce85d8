import type { EndItems, ItemEnd, Outcome } from '../../src/batches/batch.commands.js';
import { CancelBatch } from '../../src/batches/batch.commands.js';
import type { BatchEvent, BatchOrder } from '../../src/batches/batch.events.js';
import { NOW, TIMES, orderOf } from './generations.js';

export const BATCH_ID = '0198c0de-0000-7000-8000-0000000000ba';

export const itemRun = (index: number): string => `0198c0de-0000-7000-8000-0000000002${String(index).padStart(2, '0')}`;

/** A batch of so many items as ordered, with the fields that matter to a test replaced. */
export const batchOf = (items: number, change: Partial<BatchOrder> = {}): BatchOrder => ({
  user_id: 1,
  parallel: true,
  continue_on_error: true,
  items: Array.from({ length: items }, (_, index) => ({ run_id: itemRun(index), order: orderOf() })),
  ...change,
});

export const batchCreated = (items: number, change: Partial<BatchOrder> = {}): BatchEvent => ({
  type: 'BatchCreated',
  data: { ...batchOf(items, change), created_at: TIMES.created },
});

export const COMPLETED: Outcome = { status: 'completed' };
export const FAILED: Outcome = { status: 'failed', message: 'Refused' };
export const CANCELLED: Outcome = { status: 'cancelled', started: true };
export const NOT_STARTED: Outcome = { status: 'cancelled', started: false };

export const itemEnd = (index: number, outcome: Outcome): ItemEnd => ({ index, outcome, endedAt: TIMES.ended });

export const endItems = (...ends: readonly (readonly [index: number, outcome: Outcome])[]): EndItems => ({
  type: 'EndItems',
  ends: ends.map(([index, outcome]) => itemEnd(index, outcome)),
  now: NOW,
});

export const cancelBatch = (): CancelBatch =>
  new CancelBatch(BATCH_ID, {
    now: NOW,
    metadata: { correlation_id: 'test', causation_id: 'test', actor: 'user:1' },
  });
