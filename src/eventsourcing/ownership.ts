import type { Pool, PoolClient } from 'pg';

/**
 * One owner per name across all processes, by session advisory locks on a connection of its own: the lock of a process that died is free
 * as soon as the server notices, a few milliseconds after a kill.
 */
export class Ownership {
  private client: PoolClient | null = null;
  private connecting: Promise<PoolClient> | null = null;
  private readonly owned = new Set<string>();

  constructor(private readonly pool: Pool) {}

  holds(name: string): boolean {
    return this.owned.has(name);
  }

  /** @returns whether this process owns the name now. */
  async acquire(name: string): Promise<boolean> {
    if (this.owned.has(name)) return true;
    const client = await this.connect();
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 1)) as locked',
      [name],
    );
    const locked = rows[0]?.locked === true && this.client === client;
    if (locked) this.owned.add(name);
    return locked;
  }

  /** Gives everything back. */
  close(): void {
    this.owned.clear();
    // Destroyed, not returned: the locks belong to the session.
    this.client?.release(true);
    this.client = null;
  }

  private async connect(): Promise<PoolClient> {
    if (this.client) return this.client;
    this.connecting ??= this.pool.connect().finally(() => {
      this.connecting = null;
    });
    const client = await this.connecting;
    if (this.client !== client) {
      this.client = client;
      client.on('error', () => {
        this.lose(client);
      });
    }
    return client;
  }

  private lose(client: PoolClient): void {
    if (this.client !== client) return;
    this.owned.clear();
    this.client = null;
    client.release(true);
  }
}
