import type { Pool, PoolClient } from 'pg';

export interface RecurringWorkOptions {
  /** Known to all processes, in snake_case. */
  readonly name: string;
  /** Seconds between the beginnings of two rounds, over all processes and restarts; a minute at the most after one that failed. */
  readonly everySeconds: number;
  /** @param signal aborts when the process stops; the work may then reject */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** How often a process looks whether a round is due. */
const LOOK_MS = 60_000;
/** After a round that did not come to its end, from its beginning. */
const RETRY_SECONDS = 60;

/**
 * Housekeeping that one process at a time does, whichever gets to it: the database remembers when it is due, and an advisory lock,
 * which the server frees when its owner dies, keeps a round that takes long from being joined by the next.
 */
export class RecurringWork {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly pool: Pool,
    private readonly options: RecurringWorkOptions,
  ) {}

  /** Looks now and from now on. */
  start(): void {
    this.underWay = this.runIfDue()
      .then(
        () => undefined,
        (error: unknown) => {
          if (!this.stopping.signal.aborted) this.options.onError(error);
        },
      )
      .finally(() => {
        if (this.stopping.signal.aborted) return;
        this.timer = setTimeout(
          () => {
            this.start();
          },
          Math.min(LOOK_MS, this.options.everySeconds * 1000),
        );
      });
  }

  /** Aborts the round under way and waits for its end. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.underWay;
  }

  /** @returns whether a round was due and no other process was at it */
  async runIfDue(): Promise<boolean> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      return await this.holding(client, () => this.round(client));
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // After a failure the connection is closed, and its lock with it.
      client.release(failure);
    }
  }

  /** @returns false where another process holds the lock */
  private async holding(client: PoolClient, work: () => Promise<boolean>): Promise<boolean> {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 3)) as locked',
      [this.options.name],
    );
    if (rows[0]?.locked !== true) return false;
    const worked = await work();
    await client.query('select pg_advisory_unlock(hashtextextended($1, 3))', [this.options.name]);
    return worked;
  }

  /** Due again soon from its beginning, and only from its end after the whole time: a round that fails or is killed comes back. */
  private async round(client: PoolClient): Promise<boolean> {
    const { name, everySeconds, work } = this.options;
    const { rows } = await client.query<{ begun: string }>(
      `insert into recurring_work as w (name, due_at) values ($1, clock_timestamp() + make_interval(secs => $2))
       on conflict (name) do update set due_at = excluded.due_at where w.due_at <= clock_timestamp()
       returning (due_at - make_interval(secs => $2))::text as begun`,
      [name, Math.min(RETRY_SECONDS, everySeconds)],
    );
    const [row] = rows;
    if (!row) return false;
    await work(this.stopping.signal);
    await client.query(
      'update recurring_work set due_at = $2::timestamptz + make_interval(secs => $3) where name = $1',
      [name, row.begun, everySeconds],
    );
    return true;
  }
}
