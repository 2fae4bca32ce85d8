import { BATCH_ID, itemRun } from '../../test/support/batches.js';
import { TIMES } from '../../test/support/generations.js';
import { batchView } from './batch-view.policy.js';
import type { BatchAnswer } from './batch.dto.js';
import type { BatchRow } from './batch.queries.js';

const row = (change: Partial<BatchRow> = {}): BatchRow => ({
  batch_id: BATCH_ID,
  version: 1,
  user_id: 1,
  status: 'processing',
  items: [0, 1, 2].map((index) => ({ run_id: itemRun(index), status: null, error: null })),
  successful: 0,
  failed: 0,
  created_at: TIMES.created,
  completed_at: null,
  ...change,
});

type Result = NonNullable<BatchAnswer['results'][number]>;

/** What the answer of a batch looks at. */
const answer = (index: number, change: Partial<Result> = {}): Result =>
  ({ run_id: itemRun(index), status: 'pending', started_at: null, ...change }) as Result;

describe('the answer of a batch', () => {
  it('has a place for each request, in the order of the requests', () => {
    const items = [
      { run_id: itemRun(0), status: 'completed', error: null },
      { run_id: itemRun(1), status: 'failed', error: 'Generation failed: Refused' },
      { run_id: itemRun(2), status: null, error: null },
    ] as const;
    const made = answer(0, { status: 'completed', started_at: TIMES.started });
    const failed = answer(1, { status: 'failed', started_at: TIMES.started });
    expect(batchView(row({ items, successful: 1, failed: 1 }), [failed, made])).toEqual({
      batch_id: BATCH_ID,
      status: 'processing',
      total: 3,
      successful: 1,
      failed: 1,
      results: [made, null, null],
      errors: [null, 'Generation failed: Refused', null],
      run_ids: [itemRun(0), itemRun(1), itemRun(2)],
      created_at: TIMES.created,
      completed_at: null,
      status_url: `/api/generate/batch/${BATCH_ID}`,
      cancel_url: `/api/generate/batch/${BATCH_ID}/cancel`,
    });
  });

  it('is pending until something of it begins', () => {
    expect(batchView(row(), []).status).toBe('pending');
    expect(batchView(row(), [answer(0), answer(1)]).status).toBe('pending');
    expect(batchView(row(), [answer(0, { status: 'processing' })]).status).toBe('processing');
    // It waits for its second attempt.
    expect(batchView(row(), [answer(0, { started_at: TIMES.started })]).status).toBe('processing');
  });

  it('says how it ended, whatever somebody did with its runs after that', () => {
    for (const status of ['completed', 'failed', 'cancelled'] as const) {
      expect(batchView(row({ status }), [answer(0, { status: 'pending' })]).status).toBe(status);
    }
  });
});
