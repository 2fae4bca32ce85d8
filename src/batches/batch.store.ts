import { Injectable } from '@nestjs/common';
import {
  DecisionHandler,
  type DecideOptions,
  type Decision,
  type Known,
  type Replay,
  type StreamKind,
} from '../eventsourcing/decision-handler.js';
import type { EventMetadata } from '../eventsourcing/event.js';
import { EventStore, type IdempotencyKey, type InlineRows } from '../eventsourcing/event-store.js';
import { inlineReadModel } from '../eventsourcing/inline-rows.js';
import type { BatchCommand, ItemEnd } from './batch.commands.js';
import { batchDecider, type Batch } from './batch.decider.js';
import { BATCH_STREAM, type BatchEvent } from './batch.events.js';

type Existing = Exclude<Batch, { status: 'none' }>;

const statusOf = ({ status, stopped }: Existing): 'processing' | 'completed' | 'failed' | 'cancelled' => {
  if (stopped?.reason === 'cancelled') return 'cancelled';
  if (status === 'running') return 'processing';
  return stopped ? 'failed' : 'completed';
};

/** The row of migrations/0015, whole with each append: a batch changes a few dozen times at the most. */
const inlineRows = (state: Batch): InlineRows => {
  if (state.status === 'none') return {};
  const { order, ends, createdAt, completedAt } = state;
  const successful = ends.filter((end) => end?.status === 'completed').length;
  const row = {
    user_id: order.user_id,
    parallel: order.parallel,
    continue_on_error: order.continue_on_error,
    status: statusOf(state),
    items: order.items.map(({ run_id }, index) => ({ run_id, status: null, error: null, ...ends[index] })),
    successful,
    failed: ends.filter((end) => end !== null).length - successful,
    created_at: createdAt,
    completed_at: completedAt,
  };
  return { batch: [row] };
};

/** A batch as a kind of stream, with the row that is written along. */
export const BATCH_KIND: StreamKind<Batch, BatchCommand, BatchEvent> = {
  type: BATCH_STREAM,
  decider: batchDecider,
  inlineRows,
};

/** What `write_inline_rows` fills for batches. */
export const BATCH_ROWS = inlineReadModel('batches', BATCH_KIND, { tables: ['batches'], key: 'batch_id' });

/** Batches as streams; the only place that decides about them. */
@Injectable()
export class Batches {
  private readonly decisions: DecisionHandler<Batch, BatchCommand, BatchEvent>;

  constructor(store: EventStore) {
    this.decisions = new DecisionHandler(store, BATCH_KIND);
  }

  async state(batchId: string): Promise<Batch> {
    return (await this.load(batchId)).state;
  }

  /** @returns the batch after it */
  async endItems(batchId: string, ends: readonly ItemEnd[], metadata: EventMetadata): Promise<Batch> {
    const decision = await this.decide(batchId, { type: 'EndItems', ends, now: new Date() }, { metadata });
    return decision.outcome === 'decided' ? decision.state : this.state(batchId);
  }

  /** @throws what DecisionHandler.findReplay throws */
  findReplay(key: IdempotencyKey): Promise<Replay | null> {
    return this.decisions.findReplay(key);
  }

  /** @throws BatchNotFound, BatchConflict, and what DecisionHandler.decide throws */
  decide(batchId: string, command: BatchCommand, options: DecideOptions<Batch>): Promise<Decision<Batch>> {
    return this.decisions.decide(batchId, command, options);
  }

  private load(batchId: string): Promise<Known<Batch>> {
    return this.decisions.load(batchId);
  }
}
