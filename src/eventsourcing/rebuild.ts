import type { Pool } from 'pg';
import { findCheckpoint, loadCheckpoint, transact } from './checkpoints.js';
import type { ReplayedEvent } from './event.js';
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

/**
 * Number of the advisory lock under which the tables of a read model are built, as an expression of SQL.
 * @param name the read model's, as one too
 */
export const rebuildLock = (name: string): string => `hashtextextended(${name}, 2)`;

/** Only what writers need: indexes for readers cost more than the rows themselves. */
const UNIQUE_INDEXES = `select pg_get_indexdef(indexrelid) as statement from pg_index
                         where indrelid = $1::regclass and indisunique`;

/** The condition under which `r` and `l` are the same row of a table, by its primary key. */
const SAME_KEY = `select string_agg(format('r.%1$I = l.%1$I', attname), ' and ') as same_key
                    from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
                   where indrelid = $1::regclass and indisprimary`;

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
      await connection.query(`select pg_advisory_lock(${rebuildLock('$1')})`, [name]);
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
   * Puts the shadow's rows in place of the live ones that differ. Rows and not tables: readers see the old rows until the commit and never
   * wait, indexes keep the names that migrations know them by, and what was right costs none of them anything.
   */
  async replaceLiveRows(transaction: Transaction): Promise<void> {
    for (const table of this.tables) {
      const [live, rebuilt] = [`public.${table}`, `${this.schema}.${table}`];
      const { rows } = await transaction.query<{ same_key: string }>(SAME_KEY, [live]);
      const sameKey = rows[0]?.same_key ?? '';
      await transaction.query(
        `delete from ${live} l where not exists (select from ${rebuilt} r where ${sameKey} and r.* *= l.*)`,
      );
      await transaction.query(
        `insert into ${live} select r.* from ${rebuilt} r where not exists (select from ${live} l where ${sameKey})`,
      );
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

/** Positions that are folded and written together: the more, the fewer rows are written more than once. */
const BATCH = 10_000;
/** Events that the owner may wait for. */
const LITTLE = 1_000;

interface Span {
  readonly from: number;
  readonly upTo: number;
}

/** The next batch of a projection's events is on its way while one is folded and written. */
async function* batchesOf(
  store: EventStore,
  { handles }: Projection,
  { from, upTo }: Span,
): AsyncGenerator<ReplayedEvent[]> {
  const read = (after: number): Promise<ReplayedEvent[]> | null => {
    if (after >= upTo) return null;
    const batch = store.replay(after, Math.min(BATCH, upTo - after), handles);
    // Its failure belongs to whoever asks for the batch.
    batch.catch(() => undefined);
    return batch;
  };
  let batch = read(from);
  for (let after = from + BATCH; batch !== null; after += BATCH) {
    const events = await batch;
    batch = read(after);
    if (events.length > 0) yield events;
  }
}

/** Fills shadow tables up to a position, one transaction a batch. */
const fill = async (shadow: ShadowTables, store: EventStore, projection: Projection, span: Span): Promise<void> => {
  for await (const events of batchesOf(store, projection, span)) {
    await shadow.session(async (transaction) => {
      await shadow.enter(transaction);
      await projection.apply(events, transaction);
    });
  }
};

/** Applies the log inside an open transaction of the shadow tables. */
const applyInto = async (
  store: EventStore,
  projection: Projection,
  transaction: Transaction,
  span: Span,
): Promise<void> => {
  for await (const events of batchesOf(store, projection, span)) await projection.apply(events, transaction);
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
      await fill(shadow, store, projection, { from: reached, upTo: head });
      reached = head;
    }
    return shadow.session(async (transaction) => {
      await loadCheckpoint(transaction, projection.name, projection.version);
      await lockCheckpoint(transaction, projection.name);
      await shadow.enter(transaction);
      const position = await store.head();
      await applyInto(store, projection, transaction, { from: reached, upTo: position });
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
    const reached = checkpoint?.position ?? 0;
    await fill(shadow, store, projection, { from: 0, upTo: reached });
    return shadow.session(async (transaction) => {
      const live = await lockCheckpoint(transaction, projection.name);
      await shadow.enter(transaction);
      await applyInto(store, projection, transaction, { from: reached, upTo: live });
      return shadow.compareWithLive(transaction);
    });
  });
