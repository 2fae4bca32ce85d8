import type { Pool } from 'pg';
import { isConnectionError } from './errors.js';
import type { Connection, Transaction } from './projection.js';

/** Another process moved the checkpoint: this one no longer owns the subscription. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

export interface Checkpoint {
  /** Of the projection's rows. */
  readonly version: number;
  /** The last position that was dealt with; 0 before the first event. */
  readonly position: number;
}

/** Runs `work` as one transaction of a connection, which is left inside it where `work` fails. */
export const transact = async <T>(client: Connection, work: (transaction: Transaction) => Promise<T>): Promise<T> => {
  await client.query('begin');
  const result = await work(client);
  await client.query('commit');
  return result;
};

/** Runs `work` in a transaction on one connection of the pool. */
export const inTransaction = async <T>(pool: Pool, work: (transaction: Transaction) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await transact(client, work);
  } catch (error) {
    // A connection that did not answer, or cannot even roll back, is not given to anybody else.
    if (error instanceof Error && isConnectionError(error)) broken = error;
    else
      await client.query('rollback').catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error(String(failure));
      });
    throw error;
  } finally {
    client.release(broken);
  }
};

/** The checkpoint of a subscription; null before its first start. */
export const findCheckpoint = async (connection: Connection, name: string): Promise<Checkpoint | null> => {
  const { rows } = await connection.query<{ version: number; position: string }>(
    'select version, position from public.subscriptions where name = $1',
    [name],
  );
  const [row] = rows;
  return row ? { version: row.version, position: Number(row.position) } : null;
};

/** The checkpoint of a subscription, made at position 0 where there is none. */
export const loadCheckpoint = async (connection: Connection, name: string, version: number): Promise<Checkpoint> => {
  await connection.query(
    'insert into public.subscriptions (name, version, position) values ($1, $2, 0) on conflict do nothing',
    [name, version],
  );
  return (await findCheckpoint(connection, name)) ?? { version, position: 0 };
};

/** The move of a checkpoint that a batch makes. */
export interface Advance {
  readonly name: string;
  readonly version: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Moves a checkpoint that still stands where the batch began and still belongs to this version of the rows.
 * @throws Fenced
 */
export const advanceCheckpoint = async (
  connection: Connection,
  { name, version, from, to }: Advance,
): Promise<void> => {
  const { rowCount } = await connection.query({
    name: 'advance_checkpoint',
    text: `update public.subscriptions set position = $4, failure = null, updated_at = clock_timestamp()
            where name = $1 and version = $2 and position = $3`,
    values: [name, version, from, to],
  });
  if (rowCount !== 1) throw new Fenced(`Checkpoint of ${name} is no longer at ${String(from)}`);
};

/** Leaves the reason of a standstill where health checks and people find it. */
export const recordFailure = async (pool: Pool, name: string, failure: string): Promise<void> => {
  await pool.query('update subscriptions set failure = $2, updated_at = clock_timestamp() where name = $1', [
    name,
    failure,
  ]);
};

/** Takes the reason of a standstill back. */
export const clearFailure = async (pool: Pool, name: string): Promise<void> => {
  await pool.query(
    'update subscriptions set failure = null, updated_at = clock_timestamp() where name = $1 and failure is not null',
    [name],
  );
};
