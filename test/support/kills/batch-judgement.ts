import type { ServedBatch } from './batch-customer.js';
import type { LoggedBatchEvent } from './log.js';
import type { RunRecord } from './run-record.js';

/** A batch's life, read by rules of its own. */
export interface BatchRecord {
  readonly batchId: string;
  readonly runIds: readonly string[];
  /** By place; null for what did not end. */
  readonly ends: (string | null)[];
  readonly problems: string[];
  stops: ('failure' | 'cancelled')[];
  completed: { readonly successful: number; readonly failed: number } | null;
}

const follow = (batch: BatchRecord, event: LoggedBatchEvent): void => {
  if (batch.completed) batch.problems.push(`${event.type} came after its end`);
  switch (event.type) {
    case 'BatchCreated':
      if (event.version !== 1) batch.problems.push('it was created twice');
      return;
    case 'BatchItemEnded': {
      const { index, status } = event.data;
      if (batch.ends[index] !== null) batch.problems.push(`item ${String(index)} ended twice, or never was`);
      batch.ends[index] = status;
      return;
    }
    case 'BatchStopped':
      batch.stops.push(event.data.reason);
      return;
    case 'BatchCompleted':
      batch.completed = event.data;
      return;
    default:
      return event satisfies never;
  }
};

/** What the log says of each batch. @param events in the order of the log */
export const batchRecords = (events: readonly LoggedBatchEvent[]): Map<string, BatchRecord> => {
  const batches = new Map<string, BatchRecord>();
  for (const event of events) {
    let batch = batches.get(event.streamId);
    if (!batch) {
      const runIds = event.type === 'BatchCreated' ? event.data.items.map(({ run_id }) => run_id) : [];
      batch = {
        batchId: event.streamId,
        runIds,
        ends: runIds.map(() => null),
        problems: [],
        stops: [],
        completed: null,
      };
      batches.set(event.streamId, batch);
    }
    follow(batch, event);
  }
  return batches;
};

const countProblems = ({ answer }: ServedBatch, { ends, completed }: BatchRecord): string[] => {
  const successful = ends.filter((end) => end === 'completed').length;
  const failed = ends.length - successful;
  const told = [answer, completed].every((each) => each?.successful === successful && each.failed === failed);
  return told ? [] : [`its items ended ${ends.join(', ')}, and it says otherwise`];
};

const stopProblems = ({ order, cancel, answer }: ServedBatch, { stops, ends }: BatchRecord): string[] => {
  const problems: string[] = [];
  const fails = ends.some((end) => end !== 'completed');
  if (stops.includes('cancelled') !== (answer.status === 'cancelled'))
    problems.push(`it is ${answer.status} and was stopped by ${stops.join()}`);
  if (stops.includes('cancelled') && cancel === 'none') problems.push('it was cancelled and nobody asked for that');
  if (cancel === 'accepted' && !stops.includes('cancelled')) problems.push('its cancel was accepted, but it went on');
  if (stops.includes('failure') && order.continueOnError) problems.push('a failure stopped it, which should not');
  if (fails && stops.length === 0 && !order.continueOnError) problems.push('no failure stopped it');
  return problems;
};

/** Every item ended as its run did, and one that has no run was never to have one. */
const itemProblems = (batch: BatchRecord, runs: ReadonlyMap<string, RunRecord>): string[] =>
  batch.runIds.flatMap((runId, index) => {
    const run = runs.get(runId);
    const end = batch.ends[index];
    if (!run) return batch.stops.length > 0 && end === 'cancelled' ? [] : [`item ${String(index)} was never made`];
    const { batch_id: batchId, batch_index: place } = run.order ?? {};
    const problems = batchId === batch.batchId && place === index ? [] : [`${runId} belongs elsewhere`];
    return run.status === end
      ? problems
      : [...problems, `item ${String(index)} ended ${String(end)}, its run ${run.status}`];
  });

/** One begins when the one before it has ended. */
const orderProblems = (batch: BatchRecord, runs: ReadonlyMap<string, RunRecord>): string[] => {
  const made = batch.runIds.flatMap((runId) => runs.get(runId) ?? []);
  return made.flatMap(({ createdAt }, place) => {
    const before = made[place - 1];
    return before === undefined || before.endedAt < createdAt ? [] : [`item ${String(place)} began too early`];
  });
};

/** Holds a batch of the log to what its client asked for and was told. @returns what is wrong */
export const judgeBatch = (
  served: ServedBatch,
  batches: ReadonlyMap<string, BatchRecord>,
  runs: ReadonlyMap<string, RunRecord>,
): string[] => {
  const batch = batches.get(served.answer.batch_id);
  if (!batch) return ['it is not in the log'];
  return [
    ...batch.problems,
    ...(batch.completed ? [] : ['it never ended']),
    ...(batch.runIds.join() === served.answer.run_ids.join() ? [] : ['its runs are others']),
    ...countProblems(served, batch),
    ...stopProblems(served, batch),
    ...itemProblems(batch, runs),
    ...(served.order.parallel ? [] : orderProblems(batch, runs)),
  ];
};
