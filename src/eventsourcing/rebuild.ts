import type { Pool } from 'pg';
import { findCheckpoint, loadCheckpoint, transact } from './checkpoints.js';
import type { RecordedEvent } from './event.js';
import type { EventStore } from './event-store.js';
import { patiently } from './long-work.js';
import type { Projection, Transaction } from './projection.js';

/** How the live rows of a table differ from those that the log explains. */
export interface Difference {
  readonly table: string;
  /** Rows that only the live table has. */
  readonly unexpected: number;
  /** Rows that only the rebuild has. */
  readonly missing: number;
}

/** Transactions of one connection, which nobody else uses meanwhile. */
export type Session = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

/** Only what writers need: indexes for readers cost more than the rows themselves. */
const UNIQUE_INDEXES = `select pg_get_indexdef(indexrelid) as statement from pg_index
                         where indrelid = $1::regclass and indisunique`;

/**
 * Empty copies of a read model's tables in a schema of their own: writes that name tables without a schema go there. Nobody else works in
 * the schema, by a lock of the connection that all of it happens on: without the connection neither the lock nor a write goes through.
 */
export class ShadowTables {
  private readonly schema: string;

  private constructor(
    name: string,
    private readonly tables: readonly string[],
    readonly session: Session,
  ) {
    this.schema = `rebuild_${name}`;
  }

  /** Waits until other processes are through with the same tables. What a killed process left behind is dropped. */
  static async use<T>(
    pool: Pool,
    { name, tables }: { readonly name: string; readonly tables: readonly string[] },
    work: (shadow: ShadowTables) => Promise<T>,
  ): Promise<T> {
    const client = await pool.connect();
    const connection = patiently(client);
    try {
      await connection.query('select pg_advisory_lock(hashtextextended($1, 2))', [name]);
      const shadow = new ShadowTables(name, tables, (transaction) => transact(connection, transaction));
      await shadow.session((transaction) => shadow.create(transaction));
      const result = await work(shadow);
      await shadow.session((transaction) => shadow.drop(transaction));
      return result;
    } finally {
      // Destroyed, not returned: the lock and a transaction that failed belong to the session.
      client.release(true);
    }
  }

  /** Sends the rest of the transaction to the shadow tables. */
  async enter(transaction: Transaction): Promise<void> {
    await transaction.query(`set local search_path = ${this.schema}, public`);
  }

  /**
   * Puts the shadow's rows in place of the live ones. Rows and not tables: readers see the old rows until the commit and never wait, and
   * indexes keep the names that migrations know them by.
   */
  async replaceLiveRows(transaction: Transaction): Promise<void> {
    for (const table of this.tables) {
      await transaction.query(`delete from public.${table}`);
      await transaction.query(`insert into public.${table} table ${this.schema}.${table}`);
    }
  }

  /** @returns one entry per table that differs */
  async compareWithLive(transaction: Transaction): Promise<Difference[]> {
    const differences: Difference[] = [];
    for (const table of this.tables) {
      const [live, rebuilt] = [`public.${table}`, `${this.schema}.${table}`];
      const { rows } = await transaction.query<{ unexpected: number; missing: number }>(
        `select (select count(*)::int from (table ${live} except all table ${rebuilt}) a) as unexpected,
                (select count(*)::int from (table ${rebuilt} except all table ${live}) b) as missing`,
      );
      const [row] = rows;
      if (row && row.unexpected + row.missing > 0) differences.push({ table, ...row });
    }
    return differences;
  }

  private async create(transaction: Transaction): Promise<void> {
    await transaction.query(`drop schema if exists ${this.schema} cascade`);
    await transaction.query(`create schema ${this.schema}`);
    for (const table of this.tables) {
      // A server that dies takes them along, and with them nothing that anybody needs.
      await transaction.query(
        `create unlogged table ${this.schema}.${table} (like public.${table} including all excluding indexes)`,
      );
      const { rows } = await transaction.query<{ statement: string }>(UNIQUE_INDEXES, [`public.${table}`]);
      for (const { statement } of rows)
        await transaction.query(statement.replace(` ON public.${table} `, ` ON ${this.schema}.${table} `));
    }
  }

  private async drop(transaction: Transaction): Promise<void> {
    await transaction.query(`drop schema ${this.schema} cascade`);
  }
}

/** Events that are folded and written together: the more, the fewer rows are written more than once. */
const BATCH = 10_000;
const PAGE = 2_000;
/** Events that the owner may wait for. */
const LITTLE = 1_000;

interface Span {
  readonly from: number;
  readonly upTo: number;
}

/** The log page by page; the next one is on its way while one is worked on. */
async function* pagesOf(store: EventStore, { from, upTo }: Span): AsyncGenerator<RecordedEvent[]> {
  const read = (after: number): Promise<RecordedEvent[]> => store.readAll(after, Math.min(PAGE, upTo - after));
  let next: Promise<RecordedEvent[]> | null = from < upTo ? read(from) : null;
  while (next !== null) {
    const events: RecordedEvent[] = await next;
    const last = events.at(-1);
    if (!last) return;
    next = last.position < upTo ? read(last.position) : null;
    // Its failure belongs to whoever asks for the page.
    next?.catch(() => undefined);
    yield events;
  }
}

/** The same in batches. */
async function* batchesOf(store: EventStore, span: Span): AsyncGenerator<RecordedEvent[]> {
  let batch: RecordedEvent[] = [];
  for await (const page of pagesOf(store, span)) {
    batch.push(...page);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const applyBatch = async (
  projection: Projection,
  events: readonly RecordedEvent[],
  transaction: Transaction,
): Promise<void> => {
  const handles = new Set(projection.handles);
  const relevant = events.filter(({ type }) => handles.has(type));
  if (relevant.length > 0) await projection.apply(relevant, transaction);
};

/** Applies the log inside an open transaction. @returns the position reached. */
const applyInto = async (
  store: EventStore,
  projection: Projection,
  transaction: Transaction,
  span: Span,
): Promise<number> => {
  let position = span.from;
  for await (const events of batchesOf(store, span)) {
    await applyBatch(projection, events, transaction);
    position = events.at(-1)?.position ?? position;
  }
  return position;
};

/** Fills shadow tables up to a position, one transaction a batch. @returns the position reached. */
const fill = async (shadow: ShadowTables, store: EventStore, projection: Projection, span: Span): Promise<number> => {
  let position = span.from;
  for await (const events of batchesOf(store, span)) {
    await shadow.session(async (transaction) => {
      await shadow.enter(transaction);
      await applyBatch(projection, events, transaction);
    });
    position = events.at(-1)?.position ?? position;
  }
  return position;
};

/** Holds the owner back: it moves the checkpoint before it writes. @returns where it stands. */
const lockCheckpoint = async (transaction: Transaction, name: string): Promise<number> => {
  const { rows } = await transaction.query<{ position: string }>(
    'select position from public.subscriptions where name = $1 for update',
    [name],
  );
  return Number(rows[0]?.position ?? 0);
};

/**
 * Builds a projection anew beside the live tables and swaps the rows in one transaction; the live ones serve until then.
 * @returns the position up to which it is built
 */
export const rebuildProjection = (pool: Pool, store: EventStore, projection: Projection): Promise<number> =>
  ShadowTables.use(pool, projection, async (shadow) => {
    let reached = 0;
    // What comes in meanwhile is taken in while the owner still works, until little is left for the swap.
    for (let head = await store.head(); head - reached > LITTLE; head = await store.head()) {
      reached = await fill(shadow, store, projection, { from: reached, upTo: head });
    }
    return shadow.session(async (transaction) => {
      await loadCheckpoint(transaction, projection.name, projection.version);
      await lockCheckpoint(transaction, projection.name);
      await shadow.enter(transaction);
      const position = await applyInto(store, projection, transaction, { from: reached, upTo: await store.head() });
      await shadow.replaceLiveRows(transaction);
      await transaction.query(
        'update public.subscriptions set position = $2, version = $3, failure = null, updated_at = clock_timestamp() where name = $1',
        [projection.name, position, projection.version],
      );
      return position;
    });
  });

/** Compares the live tables with a rebuild up to the live checkpoint; changes nothing. @returns one entry per table that differs. */
export const compareWithRebuild = (pool: Pool, store: EventStore, projection: Projection): Promise<Difference[]> =>
  ShadowTables.use(pool, projection, async (shadow) => {
    const checkpoint = await findCheckpoint(pool, projection.name);
    const reached = await fill(shadow, store, projection, { from: 0, upTo: checkpoint?.position ?? 0 });
    return shadow.session(async (transaction) => {
      const live = await lockCheckpoint(transaction, projection.name);
      await shadow.enter(transaction);
      await applyInto(store, projection, transaction, { from: reached, upTo: live });
      return shadow.compareWithLive(transaction);
    });
  });
