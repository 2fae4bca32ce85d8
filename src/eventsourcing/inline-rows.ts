import type { Pool } from 'pg';
import { inTransaction } from './checkpoints.js';
import { fold } from './decider.js';
import type { StreamKind } from './decision-handler.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { EventStore, InlineRows } from './event-store.js';
import { inlineRowsOf } from './postgres-event-store.js';
import type { Transaction } from './projection.js';
import { ShadowTables, type Difference } from './rebuild.js';

/** A read model whose rows are written by the append itself; a rebuild derives each row from its stream alone. */
export interface InlineReadModel {
  readonly name: string;
  readonly streamType: string;
  readonly tables: readonly string[];
  /** The rows that a whole history leads to. */
  readonly rowsOf: (history: readonly RecordedEvent[]) => InlineRows;
}

/** The inline read model of a kind of stream. */
export const inlineReadModel = <State, Command, E extends DomainEvent>(
  name: string,
  kind: StreamKind<State, Command, E>,
  tables: readonly string[],
): InlineReadModel => ({
  name,
  streamType: kind.type,
  tables,
  rowsOf: (history) => {
    const events = history as readonly RecordedEvent<E>[];
    return kind.inlineRows(fold(kind.decider, events), events);
  },
});

const PAGE = 500;
const FIRST_UUID = '00000000-0000-0000-0000-000000000000';

interface StreamHead {
  readonly stream_id: string;
  readonly version: number;
}

const nextStreams = async (transaction: Transaction, type: string, after: string): Promise<StreamHead[]> => {
  const { rows } = await transaction.query<StreamHead>(
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
    histories.map(() => 0),
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

/** Writes every row anew from its stream, in one transaction; appends wait meanwhile, readers see the old rows until the end. */
export const rebuildInlineRows = (pool: Pool, store: EventStore, model: InlineReadModel): Promise<void> =>
  inTransaction(pool, async (transaction) => {
    await transaction.query("select pg_advisory_xact_lock(hashtextextended('darkroom.append', 0))");
    for (const table of model.tables) await transaction.query(`delete from public.${table}`);
    await fill(transaction, store, model);
  });
