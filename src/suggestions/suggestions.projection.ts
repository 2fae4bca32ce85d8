import type { ReplayedEvent } from '../eventsourcing/event.js';
import type { Projection, Transaction } from '../eventsourcing/projection.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import { addRun, foldAcceptances, type AcceptanceChanges } from './acceptance-fold.policy.js';

/** Forgets runs from before that are over, and counts those of them that completed. */
const endRuns = async (
  { completed, cancelled, accepted }: AcceptanceChanges,
  transaction: Transaction,
): Promise<void> => {
  if (completed.length + cancelled.length === 0) return;
  const { rows } = await transaction.query<{ run_id: string; terms: string[] }>(
    'delete from suggestion_runs where run_id = any($1::uuid[]) returning run_id, terms',
    [[...completed, ...cancelled]],
  );
  const isCompleted = new Set(completed);
  for (const { run_id: runId, terms } of rows) if (isCompleted.has(runId)) addRun(accepted, terms);
};

const keepOpen = async (open: AcceptanceChanges['open'], transaction: Transaction): Promise<void> => {
  if (open.size === 0) return;
  await transaction.query(
    `insert into suggestion_runs (run_id, terms)
     select run_id::uuid, array(select jsonb_array_elements_text(terms)) from jsonb_each($1::jsonb) as n (run_id, terms)`,
    [JSON.stringify(Object.fromEntries(open))],
  );
};

const addAccepted = async (accepted: AcceptanceChanges['accepted'], transaction: Transaction): Promise<void> => {
  if (accepted.size === 0) return;
  await transaction.query(
    `insert into suggestion_acceptances as a (term, runs) select * from unnest($1::text[], $2::bigint[])
     on conflict (term) do update set runs = a.runs + excluded.runs`,
    [[...accepted.keys()], [...accepted.values()]],
  );
};

/** In how many completed runs each built-in term stood: migrations/0018. A change of the terms wants a higher version. */
export class SuggestionsProjection implements Projection {
  readonly name = 'suggestions';
  readonly version = 1;
  readonly tables = ['suggestion_acceptances', 'suggestion_runs'];
  readonly handles = [
    'GenerationCreated',
    'GenerationCompleted',
    'GenerationCancelled',
  ] satisfies GenerationEvent['type'][];
  readonly gatherMs = 250;

  async apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void> {
    const changes = foldAcceptances(events as readonly ReplayedEvent<GenerationEvent>[]);
    await endRuns(changes, transaction);
    await keepOpen(changes.open, transaction);
    await addAccepted(changes.accepted, transaction);
  }
}
