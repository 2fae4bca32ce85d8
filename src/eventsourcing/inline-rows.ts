import type { Pool } from 'pg';
import { inTransaction } from './checkpoints.js';
import { fold } from './decider.js';
import type { StreamKind } from './decision-handler.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { EventStore } from './event-store.js';
import { patiently } from './long-work.js';
import type { Connection, Transaction } from './projection.js';
import { ShadowTables, type Difference } from './rebuild.js';

/** A read model whose rows are written by the append itself; a rebuild derives each row from its stream alone. */
export interface InlineReadModel {
  readonly name: string;
  readonly streamType: string;
  readonly tables: readonly string[];
  /** The column of each table that holds the stream's id; indexed. */
  readonly key: string;
  /** The row that a whole history leads to. */
  readonly rowOf: (history: readonly RecordedEvent[]) => object | undefined;
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
  rowOf: (history) => {
    const events = history as readonly RecordedEvent<E>[];
    return kind.inlineRow(fold(kind.decider, events), events);
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

/** What append_events would have given to write_inline_rows, had it written the whole history at once. */
const inlineRowOf = async (
  store: EventStore,
  { streamType, rowOf }: InlineReadModel,
  { stream_id, version }: StreamHead,
): Promise<object | undefined> => {
  // The store reads what is newest; the transaction may see less.
  const history = (await store.readStream(stream_id)).filter((event) => event.version <= version);
  const [first, last] = [history[0], history.at(-1)];
  const row = rowOf(history);
  if (!first || !last || !row) return undefined;
  return {
    stream_type: streamType,
    stream_id,
    version,
    first_position: first.position,
    last_position: last.position,
    row,
  };
};

const write = async (transaction: Transaction, rows: readonly (object | undefined)[]): Promise<void> => {
  const present = rows.filter((row) => row !== undefined);
  if (present.length > 0)
    await transaction.query('select public.write_inline_rows($1::jsonb)', [JSON.stringify(present)]);
};

/** Writes the rows of all streams that the transaction sees. */
const fill = async (transaction: Transaction, store: EventStore, model: InlineReadModel): Promise<void> => {
  for (let after = FIRST_UUID; ;) {
    const heads = await nextStreams(transaction, model.streamType, after);
    const last = heads.at(-1);
    if (last === undefined) return;
    const rows = [];
    for (const head of heads) rows.push(await inlineRowOf(store, model, head));
    await write(transaction, rows);
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

/** Streams from behind one id up to another, and the rows of those that were there when they were read. */
interface Page {
  readonly after: string;
  readonly upTo: string;
  readonly known: ReadonlyMap<string, { readonly version: number; readonly row: object | undefined }>;
}

const readPage = async (pool: Pool, store: EventStore, model: InlineReadModel, after: string): Promise<Page> => {
  const heads = await nextStreams(pool, model.streamType, after);
  const known = new Map<string, { readonly version: number; readonly row: object | undefined }>();
  for (const head of heads)
    known.set(head.stream_id, { version: head.version, row: await inlineRowOf(store, model, head) });
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
    const rows = [];
    for (const head of heads) {
      const known = page.known.get(head.stream_id);
      rows.push(known?.version === head.version ? known.row : await inlineRowOf(store, model, head));
    }
    for (const table of model.tables)
      await transaction.query(`delete from public.${table} where ${model.key} > $1 and ${model.key} <= $2`, [
        page.after,
        page.upTo,
      ]);
    await write(transaction, rows);
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
