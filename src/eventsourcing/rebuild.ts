import type { Pool } from 'pg';
import { inTransaction, loadCheckpoint } from './checkpoints.js';
import type { EventStore } from './event-store.js';
import type { Projection, Transaction } from './projection.js';

const BATCH = 1_000;

const shadowOf = (projection: Projection): string => `rebuild_${projection.name}`;

/** Applies the log after `from` up to `upTo` inside an open transaction. @returns the position reached. */
const applyInto = async (store: EventStore, projection: Projection, transaction: Transaction, span: { from: number; upTo: number }): Promise<number> => {
  const handles = new Set(projection.handles);
  let position = span.from;
  while (position < span.upTo) {
    const events = await store.readAll(position, Math.min(BATCH, span.upTo - position));
    const last = events.at(-1);
    if (!last) break;
    const relevant = events.filter((event) => handles.has(event.type));
    if (relevant.length > 0) await projection.apply(relevant, transaction);
    position = last.position;
  }
  return position;
};

const useShadow = (transaction: Transaction, schema: string): Promise<unknown> =>
  transaction.query(`set local search_path = ${schema}, public`);

/** Fills shadow tables from the first event up to a position, one transaction a batch, beside the live ones. */
const fillShadow = async (pool: Pool, store: EventStore, projection: Projection, upTo: number): Promise<number> => {
  const schema = shadowOf(projection);
  await inTransaction(pool, async (transaction) => {
    await transaction.query(`drop schema if exists ${schema} cascade`);
    await transaction.query(`create schema ${schema}`);
    for (const table of projection.tables) {
      await transaction.query(`create table ${schema}.${table} (like public.${table} including all)`);
    }
  });
  let position = 0;
  while (position < upTo) {
    const from = position;
    position = await inTransaction(pool, async (transaction) => {
      await useShadow(transaction, schema);
      return applyInto(store, projection, transaction, { from, upTo: Math.min(from + BATCH, upTo) });
    });
  }
  return position;
};

const lockCheckpoint = async (transaction: Transaction, name: string): Promise<number> => {
  const { rows } = await transaction.query<{ position: string }>('select position from public.subscriptions where name = $1 for update', [name]);
  return Number(rows[0]?.position ?? 0);
};

/**
 * Builds a projection anew beside the live tables and swaps them in one transaction; the live ones serve until then. Killed half-way it
 * leaves a shadow schema, which the next rebuild drops.
 */
export const rebuildProjection = async (pool: Pool, store: EventStore, projection: Projection): Promise<number> => {
  await loadCheckpoint(pool, projection.name, projection.version);
  const reached = await fillShadow(pool, store, projection, await store.head());
  const schema = shadowOf(projection);
  return inTransaction(pool, async (transaction) => {
    // The checkpoint first: its owner locks in the same order, so the swap cannot deadlock with a batch.
    await lockCheckpoint(transaction, projection.name);
    await useShadow(transaction, schema);
    const position = await applyInto(store, projection, transaction, { from: reached, upTo: await store.head() });
    for (const table of projection.tables) {
      await transaction.query(`drop table public.${table}`);
      await transaction.query(`alter table ${schema}.${table} set schema public`);
    }
    await transaction.query(`drop schema ${schema}`);
    await transaction.query(
      'update public.subscriptions set position = $2, version = $3, failure = null, updated_at = clock_timestamp() where name = $1',
      [projection.name, position, projection.version],
    );
    return position;
  });
};

export interface Difference {
  readonly table: string;
  /** Rows that only the live table has. */
  readonly unexpected: number;
  /** Rows that only the rebuild has. */
  readonly missing: number;
}

/** Compares the live tables with a rebuild up to the live checkpoint; changes nothing. @returns one entry per table that differs. */
export const compareWithRebuild = async (pool: Pool, store: EventStore, projection: Projection): Promise<Difference[]> => {
  const checkpoint = await loadCheckpoint(pool, projection.name, projection.version);
  const reached = await fillShadow(pool, store, projection, checkpoint.position);
  const schema = shadowOf(projection);
  return inTransaction(pool, async (transaction) => {
    const live = await lockCheckpoint(transaction, projection.name);
    await useShadow(transaction, schema);
    await applyInto(store, projection, transaction, { from: reached, upTo: live });
    const differences: Difference[] = [];
    for (const table of projection.tables) {
      const difference = await compareTables(transaction, { table, live: `public.${table}`, rebuilt: `${schema}.${table}` });
      if (difference) differences.push(difference);
    }
    await transaction.query(`drop schema ${schema} cascade`);
    return differences;
  });
};

/** @returns null when both tables hold the same rows. */
export const compareTables = async (
  transaction: Transaction,
  { table, live, rebuilt }: { readonly table: string; readonly live: string; readonly rebuilt: string },
): Promise<Difference | null> => {
  const { rows } = await transaction.query<{ unexpected: number; missing: number }>(
    `select (select count(*)::int from (table ${live} except all table ${rebuilt}) a) as unexpected,
            (select count(*)::int from (table ${rebuilt} except all table ${live}) b) as missing`,
  );
  const [row] = rows;
  return row && (row.unexpected > 0 || row.missing > 0) ? { table, ...row } : null;
};
