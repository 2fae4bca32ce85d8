import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { Broadcasts } from './broadcasts.port.js';

type Listener = (payload: string) => void;

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1_000;

/**
 * LISTEN on one connection of its own, made anew whenever it breaks.
 * What is notified while it is broken is lost, as PostgreSQL keeps nothing for those who are away: subscribers read what
 * they missed in onReconnect.
 */
export class Notifications extends Broadcasts {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly reconnectListeners = new Set<() => void>();
  private readonly closing = new AbortController();
  private connection: Promise<pg.Client> | null = null;
  private lastStatement: Promise<unknown> = Promise.resolve();

  /** @param log told of lost and regained connections and of listeners that throw */
  constructor(
    private readonly connectionString: string,
    private readonly log: (line: string) => void,
  ) {
    super();
  }

  /**
   * Calls back for each notification of the channel; answers once the server listens, with the way to stop.
   * @throws Error when closed before that.
   */
  async listen(channel: string, listener: Listener): Promise<() => void> {
    const set = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, set.add(listener));
    await this.inTurn(() => this.execute(`listen ${pg.escapeIdentifier(channel)}`));
    return () => {
      if (!set.delete(listener) || set.size > 0 || this.listeners.get(channel) !== set) return;
      this.listeners.delete(channel);
      void this.inTurn(() => this.unlisten(channel));
    };
  }

  /** Sends each payload (under 8,000 bytes) to all who listen to the channel, in one statement. */
  async notify(channel: string, payloads: readonly string[]): Promise<void> {
    const client = await (this.connection ??= this.connect());
    await client.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [channel, payloads]);
  }

  /** Calls back after each gap, when all channels are listened to again; answers the way to stop. */
  onReconnect(listener: () => void): () => void {
    this.reconnectListeners.add(listener);
    return () => this.reconnectListeners.delete(listener);
  }

  /** Ends the connection; nobody is called back any more. */
  async close(): Promise<void> {
    this.closing.abort();
    this.listeners.clear();
    this.reconnectListeners.clear();
    const client = await this.connection?.catch(() => null);
    await client?.end().catch(() => undefined);
  }

  /** Statements wait for each other, as pg wants one at a time on a connection. */
  private inTurn(statement: () => Promise<void>): Promise<void> {
    const turn = this.lastStatement.then(statement);
    this.lastStatement = turn.catch(() => undefined);
    return turn;
  }

  /** On the connection of the moment; one that breaks under the statement is replaced and the statement sent again. */
  private async execute(statement: string): Promise<void> {
    for (;;) {
      this.closing.signal.throwIfAborted();
      const client = await (this.connection ??= this.connect());
      try {
        await client.query(statement);
        return;
      } catch (error) {
        if (error instanceof pg.DatabaseError && error.code?.startsWith('57') !== true) throw error;
        await this.replace(client);
      }
    }
  }

  private async unlisten(channel: string): Promise<void> {
    // A listener may have come back while this waited for its turn.
    if (this.listeners.has(channel)) return;
    try {
      const client = await this.connection;
      await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`);
    } catch {
      // A connection that breaks here forgets the channel anyway.
    }
  }

  /** Tries until it succeeds or this is closed. */
  private async connect(): Promise<pg.Client> {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      this.closing.signal.throwIfAborted();
      const client = new pg.Client({
        connectionString: this.connectionString,
        application_name: 'darkroom notifications',
        connectionTimeoutMillis: 5_000,
        keepAlive: true,
        keepAliveInitialDelayMillis: 10_000,
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        client.on('notification', ({ channel, payload }) => {
          this.dispatch(channel, payload ?? '');
        });
        for (const channel of this.listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
        client.once('end', () => {
          this.replace(client).catch(() => undefined);
        });
        return client;
      } catch (error) {
        void client.end().catch(() => undefined);
        if (pause === FIRST_PAUSE_MS)
          this.log(`Cannot listen to the database: ${(error as Error).message}. Trying again.`);
        await wait(pause, undefined, { signal: this.closing.signal });
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  private async replace(broken: pg.Client): Promise<void> {
    const current = this.connection;
    const client = await current?.catch(() => null);
    // The broken statement and the end of the connection both report it.
    if (client !== broken || this.connection !== current || this.closing.signal.aborted) return;
    this.log('The connection for notifications broke.');
    const connection = this.connect();
    this.connection = connection;
    await connection;
    this.log('Listening to the database again.');
    for (const listener of this.reconnectListeners) this.callSafely(listener);
  }

  private dispatch(channel: string, payload: string): void {
    for (const listener of this.listeners.get(channel) ?? []) {
      this.callSafely(() => {
        listener(payload);
      });
    }
  }

  private callSafely(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.log(`A listener failed: ${(error as Error).stack ?? String(error)}`);
    }
  }
}
