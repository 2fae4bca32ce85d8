import { Command } from '@nestjs/cqrs';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import type { GenerationRequest, Issued } from '../generation/generation.commands.js';
import type { BatchOrder } from './batch.events.js';

/** A caller's wish; what its requests leave open is decided by the handler, for all of them before anything is recorded. */
export interface BatchRequest {
  readonly userId: number;
  readonly parallel: boolean;
  readonly continueOnError: boolean;
  readonly requests: readonly GenerationRequest[];
}

/** The batch that a request led to. */
export interface RequestedBatch {
  readonly batchId: string;
  /** The idempotency key had made this batch before. */
  readonly replayed: boolean;
}

export class RequestBatch extends Command<RequestedBatch> {
  constructor(
    /** UUIDv7 of the batch to be made; an idempotent repeat leads to another one, made before. */
    readonly batchId: string,
    readonly request: BatchRequest,
    readonly idempotencyKey: IdempotencyKey | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

export class CancelBatch extends Command<void> {
  readonly type = 'CancelBatch';
  constructor(
    readonly batchId: string,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** Commands of the write side that need no bus. */
export interface CreateBatch {
  readonly type: 'CreateBatch';
  readonly order: BatchOrder;
  readonly now: Date;
}

/** How the run of an item ended; `started`: whether an attempt had begun. */
export type Outcome =
  | { readonly status: 'completed' }
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'cancelled'; readonly started: boolean };

export interface ItemEnd {
  readonly index: number;
  readonly outcome: Outcome;
  /** RFC 3339 */
  readonly endedAt: string;
}

/** Items that ended before are passed over. */
export interface EndItems {
  readonly type: 'EndItems';
  readonly ends: readonly ItemEnd[];
  readonly now: Date;
}

/** Everything that the decider judges. */
export type BatchCommand = CreateBatch | EndItems | CancelBatch;
