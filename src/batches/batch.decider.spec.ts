import {
  CANCELLED,
  COMPLETED,
  FAILED,
  NOT_STARTED,
  batchCreated,
  batchOf,
  cancelBatch,
  endItems,
} from '../../test/support/batches.js';
import { NOW, TIMES } from '../../test/support/generations.js';
import { specificationOf } from '../eventsourcing/testing/decider-specification.js';
import type { BatchCommand } from './batch.commands.js';
import { batchDecider } from './batch.decider.js';
import type { BatchEvent, ItemStatus } from './batch.events.js';

const given = specificationOf(batchDecider);
const now = NOW.toISOString();

const itemEnded = (index: number, status: ItemStatus, error: string | null = null): BatchEvent => ({
  type: 'BatchItemEnded',
  data: { index, status, error, ended_at: TIMES.ended },
});
const stopped = (index: number | null): BatchEvent => ({
  type: 'BatchStopped',
  data: { reason: index === null ? 'cancelled' : 'failure', index, stopped_at: now },
});
const completed = (successful: number, failed: number): BatchEvent => ({
  type: 'BatchCompleted',
  data: { successful, failed, completed_at: now },
});
const create: BatchCommand = { type: 'CreateBatch', order: batchOf(2), now: NOW };
const refused = 'Generation failed: Refused';

describe('a batch', () => {
  it('is created once', () => {
    given()
      .when(create)
      .then({ type: 'BatchCreated', data: { ...batchOf(2), created_at: now } });
    given(batchCreated(2)).when(create).thenRejects({ name: 'BatchConflict' });
  });

  it('records how each item ends, in whatever order, and is complete with the last of them', () => {
    given(batchCreated(2))
      .when(endItems([1, COMPLETED]))
      .then(itemEnded(1, 'completed'));
    given(batchCreated(2), itemEnded(1, 'completed'))
      .when(endItems([0, COMPLETED]))
      .then(itemEnded(0, 'completed'), completed(2, 0));
    given(batchCreated(2))
      .when(endItems([0, COMPLETED], [1, FAILED]))
      .then(itemEnded(0, 'completed'), itemEnded(1, 'failed', refused), completed(1, 1));
  });

  it('records the end of an item once: a run that is asked for again changes nothing', () => {
    given(batchCreated(2), itemEnded(0, 'failed', refused))
      .when(endItems([0, COMPLETED]))
      .thenNothing();
    given(batchCreated(2))
      .when(endItems([0, COMPLETED], [0, FAILED]))
      .then(itemEnded(0, 'completed'));
    given(batchCreated(1), itemEnded(0, 'completed'), completed(1, 0))
      .when(endItems([0, FAILED]))
      .thenNothing();
  });

  it('knows of no item that it does not have, nor of a batch that does not exist', () => {
    given(batchCreated(1))
      .when(endItems([1, COMPLETED]))
      .thenNothing();
    given()
      .when(endItems([0, COMPLETED]))
      .thenNothing();
  });
});

describe('a batch that goes on', () => {
  it('is stopped by no failure and by no cancelled run', () => {
    given(batchCreated(3))
      .when(endItems([0, FAILED], [1, CANCELLED]))
      .then(itemEnded(0, 'failed', refused), itemEnded(1, 'cancelled', 'The generation was cancelled'));
  });
});

describe('a batch that stops', () => {
  const strict = batchCreated(3, { continue_on_error: false });

  it('does so with its first item without a result, and says which', () => {
    given(strict)
      .when(endItems([1, FAILED]))
      .then(itemEnded(1, 'failed', refused), stopped(1));
    given(strict)
      .when(endItems([0, COMPLETED], [2, CANCELLED], [1, FAILED]))
      .then(
        itemEnded(0, 'completed'),
        itemEnded(2, 'cancelled', 'The generation was cancelled'),
        stopped(2),
        itemEnded(1, 'failed', refused),
        completed(1, 2),
      );
  });

  it('tells those that were not started whose end it was', () => {
    given(strict, itemEnded(1, 'failed', refused), stopped(1))
      .when(endItems([2, NOT_STARTED], [0, COMPLETED]))
      .then(
        itemEnded(2, 'cancelled', 'Not started, because requests[1] failed'),
        itemEnded(0, 'completed'),
        completed(1, 2),
      );
    given(strict, itemEnded(0, 'cancelled', 'The generation was cancelled'), stopped(0))
      .when(endItems([1, NOT_STARTED], [2, CANCELLED]))
      .then(
        itemEnded(1, 'cancelled', 'Not started, because requests[0] was cancelled'),
        itemEnded(2, 'cancelled', 'The generation was cancelled'),
        completed(0, 3),
      );
  });
});

describe('a batch that is cancelled', () => {
  it('stops, and tells its items that it was cancelled', () => {
    given(batchCreated(2)).when(cancelBatch()).then(stopped(null));
    given(batchCreated(2), stopped(null))
      .when(endItems([0, CANCELLED], [1, NOT_STARTED]))
      .then(
        itemEnded(0, 'cancelled', 'The batch was cancelled'),
        itemEnded(1, 'cancelled', 'Not started, because the batch was cancelled'),
        completed(0, 2),
      );
  });

  it('may have been stopped by a failure before, which spares what had started', () => {
    given(batchCreated(3, { continue_on_error: false }), itemEnded(0, 'failed', refused), stopped(0))
      .when(cancelBatch())
      .then(stopped(null));
  });

  it('is not one that has ended, was cancelled before or does not exist', () => {
    given(batchCreated(1), itemEnded(0, 'completed'), completed(1, 0))
      .when(cancelBatch())
      .thenRejects({ name: 'BatchConflict', message: 'The batch has ended and cannot be cancelled' });
    given(batchCreated(1), stopped(null))
      .when(cancelBatch())
      .thenRejects({ name: 'BatchConflict', message: 'The batch is cancelled already' });
    given().when(cancelBatch()).thenRejects({ name: 'BatchNotFound' });
  });
});
