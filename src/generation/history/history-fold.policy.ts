import type { ReplayedEvent } from '../../eventsourcing/event.js';
import { statusAfter, type GenerationEvent, type GenerationOrder } from '../generation.events.js';
import type { Status } from '../status/generation.queries.js';
import { searchText } from './search-text.policy.js';

export interface CreatedRun {
  readonly id: number;
  readonly runId: string;
  readonly order: GenerationOrder;
  readonly createdAt: string;
  /** The prompt as it is searched. */
  readonly text: string;
  /** At the end of the batch. */
  readonly status: Status;
}

/** The ids of the runs that were created in an hour. */
export interface HourSpan {
  readonly hour: string;
  readonly firstId: number;
  readonly lastId: number;
}

export interface HistoryChanges {
  readonly created: readonly CreatedRun[];
  readonly hours: readonly HourSpan[];
  /** Status at the end of the batch of the runs that were created before it. */
  readonly changes: ReadonlyMap<string, Status>;
}

const HOUR_MS = 3_600_000;

const hourOf = (time: string): string => new Date(Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS).toISOString();

const spansOf = (created: readonly CreatedRun[]): HourSpan[] => {
  const spans = new Map<string, HourSpan>();
  for (const { id, createdAt } of created) {
    const hour = hourOf(createdAt);
    const { firstId = id, lastId = id } = spans.get(hour) ?? {};
    spans.set(hour, { hour, firstId: Math.min(firstId, id), lastId: Math.max(lastId, id) });
  }
  return [...spans.values()];
};

/** What a batch of events adds and changes. */
export const foldHistory = (events: readonly ReplayedEvent<GenerationEvent>[]): HistoryChanges => {
  const created = new Map<string, CreatedRun>();
  const changes = new Map<string, Status>();
  for (const event of events) {
    const runId = event.streamId;
    if (event.type === 'GenerationCreated') {
      const { created_at: createdAt, ...order } = event.data;
      const text = searchText(order.prompt);
      created.set(runId, { id: event.position, runId, order, createdAt, text, status: 'pending' });
      continue;
    }
    const status = statusAfter(event.type);
    const run = created.get(runId);
    if (status === null) continue;
    if (run) created.set(runId, { ...run, status });
    else changes.set(runId, status);
  }
  return { created: [...created.values()], hours: spansOf([...created.values()]), changes };
};
