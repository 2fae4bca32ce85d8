import type { Pool } from 'pg';
import type { ProviderLimit } from '../../providers/provider-limits.port.js';

/** An attempt that wants to call its provider. */
export interface SlotRequest {
  readonly runId: string;
  readonly attempt: number;
  readonly provider: string;
  /** One for each variant that it makes, all at the same time. */
  readonly calls: number;
  /** When it became due: those that wait are served in this order. */
  readonly since: Date;
  /** Its provider may be at it already, so it waits for nothing. */
  readonly takenOver: boolean;
}

export interface Refusal {
  /** Until its turn may have come. */
  readonly waitSeconds: number;
  /** For so long nobody needs to ask; null where the provider is free and only others come first. */
  readonly fullSeconds: number | null;
}

/** Seconds by which starts may come early to make up for late ones, where the interval of a rate is shorter. */
const TOLERANCE_SECONDS = 0.1;

const TAKE = {
  name: 'take_provider_slot',
  text: `select granted, wait_seconds, full_seconds
           from take_provider_slot($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
} as const;

const GIVE_BACK = {
  name: 'give_provider_slot_back',
  text: `delete from provider_slots using (select set_config('synchronous_commit', 'off', true)) as asynchronous
          where run_id = $1 and worker_id = $2`,
} as const;

interface TakeRow {
  readonly granted: boolean;
  readonly wait_seconds: number;
  readonly full_seconds: number | null;
}

/** The tables of migrations/0020; every method is one statement, its errors are those of `pg`. */
export class ProviderSlots {
  constructor(
    private readonly pool: Pool,
    private readonly workerId: string,
  ) {}

  /**
   * @param held runs of this process that have a slot, or ask for one
   * @param random 0 – 1, spreads those that are refused
   * @returns null where the attempt may begin
   */
  async take(
    { runId, attempt, provider, calls, since, takenOver }: SlotRequest,
    { concurrency, rate }: ProviderLimit,
    held: readonly string[],
    random: number,
  ): Promise<Refusal | null> {
    const interval = rate && rate.periodSeconds / rate.calls;
    const { rows } = await this.pool.query<TakeRow>({
      ...TAKE,
      values: [
        ...[provider, runId, attempt, calls, since, this.workerId, held, takenOver, concurrency],
        ...[interval, Math.max(interval ?? 0, TOLERANCE_SECONDS), random],
      ],
    });
    const [row] = rows;
    if (!row) throw new Error('The function that gives slots answered no row.');
    return row.granted ? null : { waitSeconds: row.wait_seconds, fullSeconds: row.full_seconds };
  }

  /** Does nothing where another worker has taken the attempt over, and its slot with it. */
  async giveBack(runId: string): Promise<void> {
    await this.pool.query({ ...GIVE_BACK, values: [runId, this.workerId] });
  }
}
