import type { Decider } from '../eventsourcing/decider.js';
import type { BatchCommand, CancelBatch, CreateBatch, EndItems, ItemEnd } from './batch.commands.js';
import { BatchConflict, BatchNotFound } from './batch.errors.js';
import type { BatchEvent, BatchOrder, ItemStatus } from './batch.events.js';

export interface EndedItem {
  readonly status: ItemStatus;
  readonly error: string | null;
}

export interface Stop {
  readonly reason: 'failure' | 'cancelled';
  readonly index: number | null;
}

export type Batch =
  | { readonly status: 'none' }
  | {
      readonly status: 'running' | 'ended';
      readonly order: BatchOrder;
      readonly createdAt: string;
      /** By the items' places; null where an item has not ended. */
      readonly ends: readonly (EndedItem | null)[];
      /** Why no item begins any more; null while they do. */
      readonly stopped: Stop | null;
      readonly completedAt: string | null;
    };

type Existing = Exclude<Batch, { status: 'none' }>;

const create = ({ order, now }: CreateBatch, state: Batch): BatchEvent[] => {
  if (state.status !== 'none') throw new BatchConflict('The batch exists already');
  return [{ type: 'BatchCreated', data: { ...order, created_at: now.toISOString() } }];
};

const whyCancelled = (started: boolean, { stopped, ends }: Existing): string => {
  if (stopped?.reason === 'cancelled')
    return started ? 'The batch was cancelled' : 'Not started, because the batch was cancelled';
  const stoppedBy = stopped?.index ?? null;
  if (stoppedBy === null || started) return 'The generation was cancelled';
  const what = ends[stoppedBy]?.status === 'cancelled' ? 'was cancelled' : 'failed';
  return `Not started, because requests[${String(stoppedBy)}] ${what}`;
};

const errorOf = ({ outcome }: ItemEnd, state: Existing): string | null => {
  switch (outcome.status) {
    case 'completed':
      return null;
    case 'failed':
      return `Generation failed: ${outcome.message}`;
    case 'cancelled':
      return whyCancelled(outcome.started, state);
    default:
      return outcome satisfies never;
  }
};

const endItem = (end: ItemEnd, state: Existing, at: string): BatchEvent[] => {
  const { index, outcome, endedAt } = end;
  const { status } = outcome;
  const ended: BatchEvent = {
    type: 'BatchItemEnded',
    data: { index, status, error: errorOf(end, state), ended_at: endedAt },
  };
  if (status === 'completed' || state.order.continue_on_error || state.stopped) return [ended];
  return [ended, { type: 'BatchStopped', data: { reason: 'failure', index, stopped_at: at } }];
};

const hasEnded = ({ ends }: Existing): boolean => ends.every((end) => end !== null);

const completed = ({ ends }: Existing, at: string): BatchEvent => {
  const successful = ends.filter((end) => end?.status === 'completed').length;
  return { type: 'BatchCompleted', data: { successful, failed: ends.length - successful, completed_at: at } };
};

const endItems = ({ ends, now }: EndItems, state: Batch): BatchEvent[] => {
  if (state.status === 'none' || state.status === 'ended') return [];
  const at = now.toISOString();
  const events: BatchEvent[] = [];
  let current: Existing = state;
  for (const end of ends) {
    if (current.ends[end.index] !== null) continue;
    const more = endItem(end, current, at);
    events.push(...more);
    current = more.reduce(advance, current);
  }
  return hasEnded(current) ? [...events, completed(current, at)] : events;
};

const cancel = ({ batchId, issued }: CancelBatch, state: Batch): BatchEvent[] => {
  if (state.status === 'none') throw new BatchNotFound(batchId);
  if (state.status === 'ended') throw new BatchConflict('The batch has ended and cannot be cancelled');
  if (state.stopped?.reason === 'cancelled') throw new BatchConflict('The batch is cancelled already');
  return [{ type: 'BatchStopped', data: { reason: 'cancelled', index: null, stopped_at: issued.now.toISOString() } }];
};

const decide = (command: BatchCommand, state: Batch): BatchEvent[] => {
  switch (command.type) {
    case 'CreateBatch':
      return create(command, state);
    case 'EndItems':
      return endItems(command, state);
    case 'CancelBatch':
      return cancel(command, state);
    default:
      return command satisfies never;
  }
};

const created = ({ created_at: createdAt, ...order }: BatchOrder & { readonly created_at: string }): Existing => ({
  status: 'running',
  order,
  createdAt,
  ends: order.items.map(() => null),
  stopped: null,
  completedAt: null,
});

function advance(state: Existing, event: BatchEvent): Existing {
  switch (event.type) {
    case 'BatchCreated':
      return state;
    case 'BatchItemEnded': {
      const { index, status, error } = event.data;
      return { ...state, ends: state.ends.map((end, place) => (place === index ? { status, error } : end)) };
    }
    case 'BatchStopped': {
      const { reason, index } = event.data;
      return { ...state, stopped: { reason, index } };
    }
    case 'BatchCompleted':
      return { ...state, status: 'ended', completedAt: event.data.completed_at };
    default:
      return event satisfies never;
  }
}

const evolve = (state: Batch, event: BatchEvent): Batch => {
  if (state.status === 'none') return event.type === 'BatchCreated' ? created(event.data) : state;
  return advance(state, event);
};

/** The life of a batch: its items end one by one, it may be stopped on the way, and it is complete when all have ended. */
export const batchDecider: Decider<Batch, BatchCommand, BatchEvent> = {
  initialState: { status: 'none' },
  decide,
  evolve,
};
