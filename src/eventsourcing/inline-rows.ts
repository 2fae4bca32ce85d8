import type { Pool } from 'pg';
import { inTransaction } from './checkpoints.js';
import { fold } from './decider.js';
import type { StreamKind } from './decision-handler.js';
import type { DomainEvent, RecordedEvent } from './event.js';
import type { EventStore } from './event-store.js';
import type { Transaction } from './projection.js';
import { ShadowTables, type Difference } from './rebuild.js';

/** A read model whose rows are written by the append itself; a rebuild derives each row from its stream alone. */
export interface InlineReadModel {
  readonly name: string;
  readonly streamType: string;
  readonly tables: readonly string[];
  /** The row that a whole history leads to. */
  readonly rowOf: (history: readonly RecordedEvent[]) => object | undefined;
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
  rowOf: (history) => {
    const events = history as readonly RecordedEvent<E>[];
    return kind.inlineRow(fold(kind.decider, events), events);
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

/** Writes the rows of all streams that the transaction sees. */
const fill = async (transaction: Transaction, store: EventStore, model: InlineReadModel): Promise<void> => {
  for (let after = FIRST_UUID; ;) {
    const heads = await nextStreams(transaction, model.streamType, after);
    const last = heads.at(-1);
    if (last === undefined) return;
    const rows = [];
    for (const head of heads) rows.push(await inlineRowOf(store, model, head));
    const present = rows.filter((row) => row !== undefined);
    if (present.length > 0)
      await transaction.query('select public.write_inline_rows($1::jsonb)', [JSON.stringify(present)]);
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
