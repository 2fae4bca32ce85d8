import type { Pool } from 'pg';
import { inTransaction } from './checkpoints.js';
import { fold } from './decider.js';
import type { StreamKind } from './decision-handler.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { EventStore, InlineRows } from './event-store.js';
import { patiently } from './long-work.js';
import { inlineRowsOf } from './postgres-event-store.js';
import type { Connection, Transaction } from './projection.js';
import { ShadowTables, type Difference } from './rebuild.js';

/** A read model whose rows are written by the append itself; a rebuild derives each row from its stream alone. */
export interface InlineReadModel {
  readonly name: string;
  readonly streamType: string;
  readonly tables: readonly string[];
  /** The column of each table that holds the stream's id; indexed. */
  readonly key: string;
  /** The rows that a whole history leads to. */
  readonly rowsOf: (history: readonly RecordedEvent[]) => InlineRows;
}

/** The inline read model of a kind of stream. */
export const inlineReadModel = <State, Command, E extends DomainEvent>(
  name: string,
  kind: StreamKind<State, Command, E>,
  { tables, key }: Pick<InlineReadModel, 'tables' | 'key'>,
): InlineReadModel => ({
  name,
  streamType: kind.type,
  tables,
  key,
  rowsOf: (history) => {
    const events = history as readonly RecordedEvent<E>[];
    return kind.inlineRows(fold(kind.decider, events), events);
  },
});

const PAGE = 500;
const FIRST_UUID = '00000000-0000-0000-0000-000000000000';
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

interface StreamHead {
  readonly stream_id: string;
  readonly version: number;
}

const nextStreams = async (connection: Connection, type: string, after: string): Promise<StreamHead[]> => {
  const { rows } = await connection.query<StreamHead>(
    'select stream_id, version from public.streams where stream_type = $1 and stream_id > $2 order by stream_id limit $3',
    [type, after, PAGE],
  );
  return rows;
};

/** The history of a stream as far as the transaction sees it; the store reads what is newest. */
const historyOf = async (store: EventStore, { stream_id, version }: StreamHead): Promise<RecordedEvent[]> =>
  (await store.readStream(stream_id)).filter((event) => event.version <= version);

/** Writes what append_events would have written, had each history been one append. */
const write = async (
  transaction: Transaction,
  { rowsOf }: InlineReadModel,
  histories: readonly (readonly RecordedEvent[])[],
): Promise<void> => {
  const rows = inlineRowsOf(
    histories.map((events) => ({ streamId: events[0]?.streamId ?? '', events, inlineRows: rowsOf(events) })),
  );
  if (!rows) return;
  const before = histories.map(([first]) => (first?.position ?? 0) - 1);
  await transaction.query('select public.write_inline_rows($1, $2, $3)', [
    JSON.stringify(rows),
    before,
    histories.map((events) => (events.at(-1)?.version ?? 0) - events.length),
  ]);
};

/** Writes the rows of all streams that the transaction sees. */
const fill = async (transaction: Transaction, store: EventStore, model: InlineReadModel): Promise<void> => {
  for (let after = FIRST_UUID; ;) {
    const heads = await nextStreams(transaction, model.streamType, after);
    const last = heads.at(-1);
    if (last === undefined) return;
    const histories: RecordedEvent[][] = [];
    for (const head of heads) histories.push(await historyOf(store, head));
    await write(transaction, model, histories);
    after = last.stream_id;
  }
};

/**
 * Compares the live rows with rows derived from every stream, as of one moment; changes nothing and holds nobody up.
 * @returns one entry per table that differs
 */
export const compareInlineRows = (pool: Pool, store: EventStore, model: InlineReadModel): Promise<Difference[]> =>
  ShadowTables.use(pool, model, (shadow) =>
    shadow.session(async (transaction) => {
      await transaction.query('set transaction isolation level repeatable read');
      await shadow.enter(transaction);
      await fill(transaction, store, model);
      return shadow.compareWithLive(transaction);
    }),
  );

/** Streams from behind one id up to another, and the histories of those that were there when they were read. */
interface Page {
  readonly after: string;
  readonly upTo: string;
  readonly known: ReadonlyMap<string, readonly RecordedEvent[]>;
}

const readPage = async (pool: Pool, store: EventStore, model: InlineReadModel, after: string): Promise<Page> => {
  const heads = await nextStreams(pool, model.streamType, after);
  const known = new Map<string, readonly RecordedEvent[]>();
  for (const head of heads) known.set(head.stream_id, await historyOf(store, head));
  // Behind the last stream others begin meanwhile.
  const upTo = heads.length < PAGE ? LAST_UUID : (heads.at(-1)?.stream_id ?? LAST_UUID);
  return { after, upTo, known };
};

/** Appends wait from the first statement to the commit: nothing in between may take long, nor wait for ever for anybody. */
const LIMITS = "set local lock_timeout = '10s'; set local idle_in_transaction_session_timeout = '10s'";
const APPEND_LOCK = "select pg_advisory_xact_lock(hashtextextended('darkroom.append', 0))";

const replacePage = (pool: Pool, store: EventStore, model: InlineReadModel, page: Page): Promise<void> =>
  inTransaction(pool, async (transaction) => {
    await transaction.query(LIMITS);
    await transaction.query(APPEND_LOCK);
    const { rows: heads } = await transaction.query<StreamHead>(
      'select stream_id, version from public.streams where stream_type = $1 and stream_id > $2 and stream_id <= $3',
      [model.streamType, page.after, page.upTo],
    );
    const histories: (readonly RecordedEvent[])[] = [];
    for (const head of heads) {
      const known = page.known.get(head.stream_id);
      histories.push(known?.length === head.version ? known : await historyOf(store, head));
    }
    for (const table of model.tables)
      await transaction.query(`delete from public.${table} where ${model.key} > $1 and ${model.key} <= $2`, [
        page.after,
        page.upTo,
      ]);
    await write(transaction, model, histories);
  });

/** A row that no stream explains might stand in the way of the right one on a page before its own. */
const deleteUnexplained = async (pool: Pool, { tables, key, streamType }: InlineReadModel): Promise<void> => {
  for (const table of tables)
    await patiently(pool).query(
      `delete from public.${table} as each where not exists (
         select from public.streams where stream_id = each.${key} and stream_type = $1)`,
      [streamType],
    );
};

/**
 * Writes every row anew from its stream, a page of streams at a time. Their histories are read while appends go on; these wait only while
 * a page is written and what changed meanwhile is read again. Readers see each row as it was or as it should be, also when a rebuild dies.
 */
export const rebuildInlineRows = async (pool: Pool, store: EventStore, model: InlineReadModel): Promise<void> => {
  await deleteUnexplained(pool, model);
  for (let after = FIRST_UUID; after !== LAST_UUID;) {
    const page = await readPage(pool, store, model, after);
    await replacePage(pool, store, model, page);
    after = page.upTo;
  }
};
