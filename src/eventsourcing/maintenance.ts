import type { Pool } from 'pg';

export interface MaintenanceOptions {
  /** Milliseconds between the end of one round and the start of the next. */
  readonly everyMs: number;
  /** Told of what a person should look at. */
  readonly onProblem: (problem: string) => void;
}

const BATCH = 1_000;

const deleteExpiredKeys = async (pool: Pool): Promise<void> => {
  for (let full = true; full;) {
    const { rowCount } = await pool.query(
      `delete from idempotency_keys where (scope, key) in (
         select scope, key from idempotency_keys where created_at < clock_timestamp() - interval '24 hours'
          order by created_at limit $1 for update skip locked)`,
      [BATCH],
    );
    full = rowCount === BATCH;
  }
};

const overflow = async (pool: Pool): Promise<string | null> => {
  const { rows } = await pool.query<{ count: string }>('select count(*) as count from events_overflow');
  const count = rows[0]?.count ?? '0';
  return count === '0'
    ? null
    : `${count} events stand in the overflow partition: create_event_partitions came too late`;
};

/**
 * Keeps the log's tables in shape: partitions ahead of the head, no idempotency keys beyond their 24 hours, an alert for events in the
 * overflow. Every round is safe in any number of processes at once.
 */
export class Maintenance {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly pool: Pool,
    private readonly options: MaintenanceOptions,
  ) {}

  start(): void {
    this.round = this.runAndPlanNext();
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** One round; what cannot be done is reported, and the rest is done all the same. */
  async run(): Promise<void> {
    for (const task of [
      () => deleteExpiredKeys(this.pool),
      () => this.pool.query('select create_event_partitions()'),
      () => this.alertOfOverflow(),
    ]) {
      try {
        await task();
      } catch (error) {
        this.options.onProblem(`Maintenance of the log failed and will be tried again: ${String(error)}`);
      }
    }
  }

  private async alertOfOverflow(): Promise<void> {
    const alert = await overflow(this.pool);
    if (alert !== null) this.options.onProblem(alert);
  }

  private async runAndPlanNext(): Promise<void> {
    await this.run();
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.start();
    }, this.options.everyMs);
  }
}
