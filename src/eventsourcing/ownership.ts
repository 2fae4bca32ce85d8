import type { Pool, PoolClient } from 'pg';

/**
 * One owner per name across all processes, by session advisory locks on a connection of its own: the lock of a process that died is free
 * as soon as the server notices, a few milliseconds after a kill.
 */
export class Ownership {
  private client: PoolClient | null = null;
  private readonly owned = new Set<string>();
  /** The end of the last question: a connection answers one at a time. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly pool: Pool) {}

  holds(name: string): boolean {
    return this.owned.has(name);
  }

  /** @returns whether this process owns the name now. */
  async acquire(name: string): Promise<boolean> {
    if (this.owned.has(name)) return true;
    return this.ask(async (client) => {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 1)) as locked',
        [name],
      );
      const locked = rows[0]?.locked === true && this.client === client;
      if (locked) this.owned.add(name);
      return locked;
    });
  }

  /** Gives a name to whoever asks next. A connection that cannot do that is closed, and all names of this process with it. */
  async release(name: string): Promise<void> {
    if (!this.owned.delete(name)) return;
    await this.ask((client) => client.query('select pg_advisory_unlock(hashtextextended($1, 1))', [name])).catch(
      () => undefined,
    );
  }

  /** Gives everything back. */
  close(): void {
    if (this.client) this.lose(this.client);
  }

  private ask<T>(question: (client: PoolClient) => Promise<T>): Promise<T> {
    const answer = this.turn.then(async () => {
      const client = await this.connect();
      try {
        return await question(client);
      } catch (error) {
        this.lose(client);
        throw error;
      }
    });
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  private async connect(): Promise<PoolClient> {
    if (this.client) return this.client;
    const client = await this.pool.connect();
    this.client = client;
    client.on('error', () => {
      this.lose(client);
    });
    return client;
  }

  private lose(client: PoolClient): void {
    if (this.client !== client) return;
    this.owned.clear();
    this.client = null;
    // Destroyed, not returned: the locks belong to the session.
    client.release(true);
  }
}
