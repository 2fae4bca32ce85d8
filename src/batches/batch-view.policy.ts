import type { BatchAnswer, BatchStatus } from './batch.dto.js';
import type { BatchRow } from './batch.queries.js';

export const batchUrl = (batchId: string): string => `/api/generate/batch/${batchId}`;

type RunAnswer = NonNullable<BatchAnswer['results'][number]>;

/** A batch waits as long as nothing of it has begun. */
const statusOf = ({ status, items }: BatchRow, answers: readonly RunAnswer[]): BatchStatus => {
  const nothingBegan =
    items.every((item) => item.status === null) &&
    answers.every((answer) => answer.status === 'pending' && answer.started_at === null);
  return status === 'processing' && nothingBegan ? 'pending' : status;
};

/** The answer of the routes on batches. @param answers of those of its runs that exist, in any order */
export const batchView = (row: BatchRow, answers: readonly RunAnswer[]): BatchAnswer => {
  const answerOf = new Map(answers.map((answer) => [answer.run_id, answer]));
  const { batch_id, items, successful, failed, created_at, completed_at } = row;
  return {
    batch_id,
    status: statusOf(row, answers),
    total: items.length,
    successful,
    failed,
    results: items.map(({ run_id, status }) => (status === 'completed' ? (answerOf.get(run_id) ?? null) : null)),
    errors: items.map(({ error }) => error),
    run_ids: items.map(({ run_id }) => run_id),
    created_at,
    completed_at,
    status_url: batchUrl(batch_id),
    cancel_url: `${batchUrl(batch_id)}/cancel`,
  };
};
