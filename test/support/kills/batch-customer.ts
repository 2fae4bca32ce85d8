import { setTimeout as pause } from 'node:timers/promises';
import type { BatchAnswer } from '../../../src/batches/batch.dto.js';
import type { Answer, PatientClient } from './client.js';
import { unexpected, type Served, type Visit } from './customer.js';
import { batchBodyOf, type BatchOrder } from './orders.js';

/** What became of a batch in the eyes of its client. */
export interface ServedBatch {
  readonly order: BatchOrder;
  readonly answer: BatchAnswer;
  readonly cancel: Served['cancel'];
  /** Its runs, those that were never made among them. */
  readonly items: readonly Served[];
}

const STATUS_PAUSE_MS = 150;

const batchOf = (what: string, answer: Answer<BatchAnswer>): BatchAnswer => {
  const known = answer.status === 200 || answer.status === 202;
  if (!known) throw unexpected(what, answer);
  return answer.body;
};

const cancel = async (client: PatientClient, batchId: string): Promise<Served['cancel']> => {
  const answer = await client.ask(`/api/generate/batch/${batchId}/cancel`, { method: 'POST' });
  if (answer.status === 200) return 'accepted';
  if (answer.status === 409) return 'sent';
  throw unexpected(`The cancel of the batch ${batchId}`, answer);
};

const untilEnded = async (visit: Visit, batchId: string): Promise<BatchAnswer> => {
  for (;;) {
    const path = `/api/generate/batch/${batchId}`;
    const batch = batchOf(`The batch ${batchId}`, await visit.client.ask<BatchAnswer>(path));
    if (batch.completed_at !== null) return batch;
    if (visit.isLate()) throw new Error(`The batch ${batchId} did not end: ${JSON.stringify(batch)}`);
    await pause(STATUS_PAUSE_MS);
  }
};

const endOf = ({ results, errors }: BatchAnswer, index: number): string => {
  if (results[index]) return 'completed';
  return errors[index]?.startsWith('Generation failed') === true ? 'failed' : 'cancelled';
};

/** Places a batch and sees it through. @throws Error for whatever a client should not have to see */
export const serveBatch = async (visit: Visit, order: BatchOrder): Promise<ServedBatch> => {
  const { client, random } = visit;
  const placed = await client.ask<BatchAnswer>('/api/generate/batch', {
    method: 'POST',
    headers: { 'idempotency-key': order.key, prefer: 'respond-async' },
    json: batchBodyOf(order),
  });
  const { batch_id: batchId } = batchOf('A batch', placed);
  let cancelled: Served['cancel'] = 'none';
  if (order.isCancelled) {
    await pause(random.whole(0, 1_500));
    cancelled = await cancel(client, batchId);
  }
  const answer = await untilEnded(visit, batchId);
  const stops = cancelled !== 'none' || !order.continueOnError;
  const items = order.items.map((item, index): Served => ({
    ...{ order: item, runId: answer.run_ids[index] ?? '', end: endOf(answer, index) },
    ...{ cancel: stops ? 'sent' : 'none', retry: 'none', heard: null, parentId: null },
  }));
  return { order, answer, cancel: cancelled, items };
};
