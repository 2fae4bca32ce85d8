import type { Pool } from 'pg';

export interface RecurringWorkOptions {
  /** Known to all processes, in snake_case. */
  readonly name: string;
  /** Seconds between the beginnings of two rounds, over all processes and restarts. */
  readonly everySeconds: number;
  /** @param signal aborts when the process stops; the work may then reject */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** How often a process looks whether a round is due. */
const LOOK_MS = 60_000;

/**
 * Housekeeping that one process at a time does, whichever gets to it: the database remembers when it was done last, and an advisory lock,
 * which the server frees when its owner dies, keeps a round that takes long from being joined by the next.
 */
export class RecurringWork {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly pool: Pool,
    private readonly options: RecurringWorkOptions,
  ) {}

  /** Looks now and from now on. */
  start(): void {
    this.round = this.runIfDue()
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
    await this.round;
  }

  /** @returns whether a round was due and no other process was at it */
  async runIfDue(): Promise<boolean> {
    return (await this.claimRound()) && this.run();
  }

  /** One round at once. @returns false where another process is at it */
  async run(): Promise<boolean> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 3)) as locked',
        [this.options.name],
      );
      if (rows[0]?.locked !== true) return false;
      await this.options.work(this.stopping.signal);
      await client.query('select pg_advisory_unlock(hashtextextended($1, 3))', [this.options.name]);
      return true;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // After a failure the connection is closed, and its lock with it.
      client.release(failure);
    }
  }

  private async claimRound(): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `insert into recurring_work as w (name, ran_at) values ($1, clock_timestamp())
       on conflict (name) do update set ran_at = excluded.ran_at
        where w.ran_at <= clock_timestamp() - make_interval(secs => $2)`,
      [this.options.name, this.options.everySeconds],
    );
    return rowCount === 1;
  }
}
