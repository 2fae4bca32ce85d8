import type { GenerationOrder } from '../generation/generation.events.js';

/** One request of a batch: the run that is made for it, and everything that was decided for it before the batch was recorded. */
export interface BatchItem {
  readonly run_id: string;
  readonly order: GenerationOrder;
}

export interface BatchOrder {
  readonly user_id: number;
  /** Whether all items run at once; else each begins when the one before it has ended. */
  readonly parallel: boolean;
  /** Whether the others go on when an item ends without a result. */
  readonly continue_on_error: boolean;
  /** In the order of the request. */
  readonly items: readonly BatchItem[];
}

export type ItemStatus = 'completed' | 'failed' | 'cancelled';

interface Fact<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

/** Times are RFC 3339 in UTC; `index` is an item's place in the request, from 0. */
export type BatchEvent =
  | Fact<'BatchCreated', BatchOrder & { created_at: string }>
  /** `error` says in the words of the answer why there is no result; null where there is one. */
  | Fact<'BatchItemEnded', { index: number; status: ItemStatus; error: string | null; ended_at: string }>
  /** No item begins any more. `index` is the item whose end stopped the batch; null where a person did. */
  | Fact<'BatchStopped', { reason: 'failure' | 'cancelled'; index: number | null; stopped_at: string }>
  /** Every item has ended; those that gave no result, for whatever reason, count as failed. */
  | Fact<'BatchCompleted', { successful: number; failed: number; completed_at: string }>;

export const BATCH_EVENTS = {
  current: ['BatchCreated', 'BatchItemEnded', 'BatchStopped', 'BatchCompleted'] satisfies BatchEvent['type'][],
};

export const BATCH_STREAM = 'batch';
