import type { Pool, PoolClient } from 'pg';
import type { Transaction } from './projection.js';

/** Another process moved the checkpoint: this one no longer owns the subscription. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

export interface Checkpoint {
  readonly version: number;
  readonly position: number;
}

/** Runs `work` in a transaction on one connection of the pool. */
export const inTransaction = async <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given to anybody else.
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
};

/** The checkpoint of a subscription, made at position 0 where there is none. */
export const loadCheckpoint = async (pool: Pool, name: string, version: number): Promise<Checkpoint> => {
  await pool.query('insert into subscriptions (name, version, position) values ($1, $2, 0) on conflict do nothing', [name, version]);
  const { rows } = await pool.query<{ version: number; position: string }>(
    'select version, position from subscriptions where name = $1',
    [name],
  );
  const [row] = rows;
  return { version: row?.version ?? version, position: Number(row?.position ?? 0) };
};

/**
 * Moves a checkpoint that still stands where the batch began.
 * @throws Fenced
 */
export const advanceCheckpoint = async (
  transaction: Transaction | Pool,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> => {
  const { rowCount } = await transaction.query({
    name: 'advance_checkpoint',
    text: `update public.subscriptions set position = $3, failure = null, updated_at = clock_timestamp()
            where name = $1 and position = $2`,
    values: [name, from, to],
  });
  if (rowCount !== 1) throw new Fenced(`Checkpoint of ${name} is no longer at ${String(from)}`);
};

/** Leaves the reason of a standstill where health checks and people find it. */
export const recordFailure = async (pool: Pool, name: string, failure: string): Promise<void> => {
  await pool.query('update subscriptions set failure = $2, updated_at = clock_timestamp() where name = $1', [name, failure]);
};
