import type { Pool, QueryConfig } from 'pg';
import { AppendGroup, untilAnswered, type AppendGroupOptions } from './append-group.js';
import type { EventMetadata, RecordedEvent, ReplayedEvent } from './event.js';
import { EmptyAppend } from './errors.js';
import { EventStore, type Append, type AppendOutcome, type IdempotencyKey, type InlineRows } from './event-store.js';
import { appendInSpan, untraced } from './traces.js';
import type { EventTypes } from './upcaster.js';

interface OutcomeRow {
  outcome: AppendOutcome['outcome'];
  stream_id: string;
  version: number;
  position: string | null;
  recorded_at: Date;
}

interface EventRow {
  position: string;
  stream_id: string;
  version: number;
  id: string;
  stream_type: string;
  type: string;
  data: object;
  metadata: EventMetadata;
  recorded_at: Date;
}
type ReplayedRow = Pick<EventRow, 'position' | 'stream_id' | 'version' | 'type' | 'data'>;

/** Hears of this process's own appends. */
export interface AppendObserver {
  /** A group of appends leaves for the database. */
  appending(): void;
  /** The group is answered, or has failed: the events that it committed, in order, as the log now holds them. */
  recorded(events: readonly RecordedEvent[]): void;
}

const DEFAULT_OPTIONS: AppendGroupOptions = { maxSize: 256, giveUpAfterMs: 5_000 };

const COLUMNS = 'position, stream_id, version, id, stream_type, type, data, metadata, recorded_at';

const APPEND = {
  name: 'append_events',
  text: 'select outcome, stream_id, version, position, recorded_at from append_events($1, $2, $3, $4) order by ordinal',
};
/** The server stops waiting for its turn before its caller stops waiting for the server: nobody is told of a failure that is committed after all. */
const SHARE_FOR_THE_LOCK = 0.8;
const READ_STREAM = {
  name: 'read_stream',
  text: `select ${COLUMNS} from events where stream_id = $1 and version > $2 order by version`,
};
const READ_ALL = {
  name: 'read_all',
  text: `select ${COLUMNS} from events where position > $1 order by position limit $2`,
};
const REPLAY = {
  name: 'replay',
  // Positions have no holes, so that a stretch of them is as good as a limit, whatever is left out of it.
  text: `select position, stream_id, version, type, data from events
          where position > $1 and position <= $2 and type <> all($3) order by position`,
};
const FIND_KEY = {
  name: 'find_key',
  text: `select stream_id, body_hash from idempotency_keys
          where scope = $1 and key = $2 and created_at > clock_timestamp() - interval '24 hours'`,
};
const HEAD = { name: 'head', text: 'select position from events order by position desc limit 1' };

/** The log on PostgreSQL 14 or newer; see docs/decisions/0001 for the order of positions. */
export class PostgresEventStore extends EventStore {
  private readonly group: AppendGroup;
  private readonly observers: AppendObserver[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly types: EventTypes,
    private readonly options: AppendGroupOptions = DEFAULT_OPTIONS,
  ) {
    super();
    this.group = new AppendGroup((appends, withinMs) => this.flush(appends, withinMs), options);
  }

  /** Observers are told in the order in which they came. */
  observe(observer: AppendObserver): void {
    this.observers.push(observer);
  }

  append(append: Append): Promise<AppendOutcome> {
    if (append.events.length === 0) return Promise.reject(new EmptyAppend(append.streamId));
    return appendInSpan(append, (traced) => this.group.append(traced));
  }

  async findKey({
    scope,
    key,
  }: IdempotencyKey): Promise<{ readonly streamId: string; readonly bodyHash: string } | null> {
    const [row] = await this.ask<{ stream_id: string; body_hash: string }>({ ...FIND_KEY, values: [scope, key] });
    return row ? { streamId: row.stream_id, bodyHash: row.body_hash } : null;
  }

  async readStream(streamId: string, afterVersion = 0): Promise<RecordedEvent[]> {
    const rows = await this.ask<EventRow>({ ...READ_STREAM, values: [streamId, afterVersion] });
    return rows.map((row) => this.decode(row));
  }

  async readAll(afterPosition: number, limit: number): Promise<RecordedEvent[]> {
    const rows = await this.ask<EventRow>({ ...READ_ALL, values: [afterPosition, limit] });
    return rows.map((row) => this.decode(row));
  }

  async replay(afterPosition: number, limit: number, types: readonly string[]): Promise<ReplayedEvent[]> {
    const stretch = [afterPosition, afterPosition + limit, this.types.besides(types)];
    const rows = await this.ask<ReplayedRow>({ ...REPLAY, values: stretch });
    return rows.map((row) => this.decodeReplayed(row)).filter(({ type }) => types.includes(type));
  }

  async head(): Promise<number> {
    const rows = await this.ask<{ position: string }>(HEAD);
    return Number(rows[0]?.position ?? 0);
  }

  /** A question may be asked again. */
  private ask<Row extends object>(query: QueryConfig): Promise<Row[]> {
    return untilAnswered(this.options.giveUpAfterMs, (withinMs) => this.send<Row>(query, withinMs));
  }

  /** A server that says nothing must not hold its callers for ever. */
  private async send<Row extends object>(query: QueryConfig, withinMs: number): Promise<Row[]> {
    const limited: QueryConfig & { readonly query_timeout: number } = { ...query, query_timeout: withinMs };
    return (await this.pool.query<Row>(limited)).rows;
  }

  private async flush(appends: readonly Append[], withinMs: number): Promise<AppendOutcome[]> {
    const lockWaitMs = Math.ceil(withinMs * SHARE_FOR_THE_LOCK);
    let recorded: readonly RecordedEvent[] = [];
    for (const observer of this.observers) observer.appending();
    try {
      const rows = await this.send<OutcomeRow>(appendQuery(appends, lockWaitMs), withinMs);
      recorded = rows.flatMap((row, index) => {
        const append = appends[index];
        return append && row.outcome === 'ok' ? toRecorded(append, row) : [];
      });
      return rows.map(toOutcome);
    } finally {
      // What others do with the events is no part of what made them.
      untraced(() => {
        for (const observer of this.observers) observer.recorded(recorded);
      });
    }
  }

  private decode(row: EventRow): RecordedEvent {
    return {
      ...this.decodeReplayed(row),
      id: row.id,
      streamType: row.stream_type,
      metadata: row.metadata,
      recordedAt: row.recorded_at.toISOString(),
    };
  }

  private decodeReplayed({ stream_id: streamId, version, ...row }: ReplayedRow): ReplayedEvent {
    const position = Number(row.position);
    return { ...this.types.decode(row.type, row.data, position), streamId, version, position };
  }
}

const commandOf = ({ streamId, streamType, expectedVersion, events, idempotencyKey }: Append): object => ({
  stream: streamId,
  kind: streamType,
  expected: expectedVersion,
  count: events.length,
  last: events.at(-1)?.id,
  ...(idempotencyKey && { scope: idempotencyKey.scope, key: idempotencyKey.key, hash: idempotencyKey.bodyHash }),
});

/** @param ordinal the append's place in its group, from 1 */
const eventsOf = ({ streamId: stream, streamType: kind, events }: Append, ordinal: number): object[] =>
  events.map(({ id, event: { type, data }, metadata }, place) => ({
    ...{ append: ordinal, place: place + 1, stream, kind, id, type },
    ...{ data, metadata },
  }));

/** The rows of a whole group by their kind, or null where there are none. */
export const inlineRowsOf = (
  appends: readonly {
    readonly streamId: string;
    readonly events: readonly unknown[];
    readonly inlineRows?: InlineRows;
  }[],
): Record<string, object[]> | null => {
  const all: Record<string, object[]> = {};
  for (const [place, { streamId: stream, events, inlineRows = {} }] of appends.entries()) {
    for (const [kind, rows] of Object.entries(inlineRows)) {
      const written = rows.map((row) => ({ append: place + 1, stream, events: events.length, ...row }));
      if (written.length > 0) (all[kind] ??= []).push(...written);
    }
  }
  return Object.keys(all).length === 0 ? null : all;
};

const DEFAULT_LOCK_WAIT_MS = 10_000;

/**
 * The one call that appends a group; its documents are described in migrations/0001.
 * @param lockWaitMs longest wait for its turn; then the server answers 55P03 and has written nothing
 */
export const appendQuery = (appends: readonly Append[], lockWaitMs = DEFAULT_LOCK_WAIT_MS): QueryConfig => {
  const rows = inlineRowsOf(appends);
  return {
    ...APPEND,
    values: [
      JSON.stringify(appends.map(commandOf)),
      JSON.stringify(appends.flatMap((append, place) => eventsOf(append, place + 1))),
      rows && JSON.stringify(rows),
      lockWaitMs,
    ],
  };
};

const toOutcome = (row: OutcomeRow): AppendOutcome => {
  switch (row.outcome) {
    case 'ok':
    case 'duplicate':
      return {
        outcome: row.outcome,
        version: row.version,
        position: Number(row.position),
        recordedAt: row.recorded_at.toISOString(),
      };
    case 'conflict':
      return { outcome: 'conflict', version: row.version };
    case 'replay':
      return { outcome: 'replay', streamId: row.stream_id };
    case 'mismatch':
      return { outcome: 'mismatch' };
    default:
      return row.outcome satisfies never;
  }
};

const toRecorded = (append: Append, row: OutcomeRow): RecordedEvent[] => {
  const lastPosition = Number(row.position);
  const behind = append.events.length - 1;
  return append.events.map(({ id, event, metadata }, place) => ({
    ...event,
    id,
    streamId: append.streamId,
    streamType: append.streamType,
    version: row.version - behind + place,
    position: lastPosition - behind + place,
    metadata,
    recordedAt: row.recorded_at.toISOString(),
  }));
};
