import type { ReplayedEvent } from '../../eventsourcing/event.js';
import type { Projection, Transaction } from '../../eventsourcing/projection.js';
import { STATUS_EVENTS, type GenerationEvent } from '../generation.events.js';
import { trigramsOf } from './search-text.policy.js';
import { foldHistory, type CreatedRun, type HourSpan } from './history-fold.policy.js';

const addRuns = async (runs: readonly CreatedRun[], transaction: Transaction): Promise<void> => {
  await transaction.query(
    `insert into history (id, user_id, project_id, type, provider, model, preset, created_at, prompt, trigrams)
     select n.id, n.user_id, n.project_id, n.type, n.provider, n.model, n.preset, n.created_at, n.prompt, n.trigrams::integer[]
       from unnest($1::bigint[], $2::integer[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[], $10::text[])
            as n (id, user_id, project_id, type, provider, model, preset, created_at, prompt, trigrams)`,
    [
      runs.map(({ id }) => id),
      runs.map(({ order }) => order.user_id),
      runs.map(({ order }) => order.project_id),
      runs.map(({ order }) => order.type),
      runs.map(({ order }) => order.provider),
      runs.map(({ order }) => order.model),
      runs.map(({ order }) => order.preset ?? null),
      runs.map(({ createdAt }) => createdAt),
      runs.map(({ text }) => text),
      // As text, because an array of arrays has rows of one length.
      runs.map(({ text }) => `{${trigramsOf(text).join(',')}}`),
    ],
  );
  await transaction.query(
    'insert into history_status (run_id, id, status) select * from unnest($1::uuid[], $2::bigint[], $3::text[])',
    [runs.map(({ runId }) => runId), runs.map(({ id }) => id), runs.map(({ status }) => status)],
  );
};

const widenHours = async (hours: readonly HourSpan[], transaction: Transaction): Promise<void> => {
  await transaction.query(
    `insert into history_hours as h (hour, first_id, last_id) select * from unnest($1::timestamptz[], $2::bigint[], $3::bigint[])
     on conflict (hour) do update set first_id = least(h.first_id, excluded.first_id), last_id = greatest(h.last_id, excluded.last_id)`,
    [hours.map(({ hour }) => hour), hours.map(({ firstId }) => firstId), hours.map(({ lastId }) => lastId)],
  );
};

const changeStatus = async (changes: ReadonlyMap<string, string>, transaction: Transaction): Promise<void> => {
  await transaction.query(
    `update history_status s set status = n.status
       from unnest($1::uuid[], $2::text[]) as n (run_id, status) where s.run_id = n.run_id and s.status <> n.status`,
    [[...changes.keys()], [...changes.values()]],
  );
};

/** By what runs are found: migrations/0013. */
export class HistoryProjection implements Projection {
  readonly name = 'history';
  readonly version = 2;
  readonly tables = ['history', 'history_status', 'history_hours'];
  readonly handles = STATUS_EVENTS;
  readonly gatherMs = 250;

  async apply(events: readonly ReplayedEvent[], transaction: Transaction): Promise<void> {
    const { created, hours, changes } = foldHistory(events as readonly ReplayedEvent<GenerationEvent>[]);
    if (created.length > 0) {
      await addRuns(created, transaction);
      await widenHours(hours, transaction);
    }
    if (changes.size > 0) await changeStatus(changes, transaction);
  }
}
