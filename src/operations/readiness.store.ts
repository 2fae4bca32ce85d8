import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Pool } from 'pg';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { JobQueue, QueueUnavailable } from '../platform/queue/job-queue.port.js';
import { BlobStore } from '../platform/storage/blob-store.port.js';
import { CheckDegraded, CheckDown } from './health.errors.js';

const CHECK_TIMEOUT_MS = 2_000;
/** Events that a vital subscription may be behind before this process sends clients elsewhere. */
const MAX_LAG = 50_000;

interface FollowerRow {
  readonly name: string;
  readonly failure: string | null;
  readonly lag: number;
  readonly parked: number;
}

/** $1 names. A subscription without a row has never been started. */
const FOLLOWERS = `
  select name, s.failure, (log.head - coalesce(s.position, 0))::int as lag,
         (select count(*)::int from parked_events p where p.subscription = name) as parked
    from unnest($1::text[]) as name
    left join subscriptions s using (name),
         (select coalesce((select position from events order by position desc limit 1), 0) as head) as log
   order by name`;

const inTime = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new CheckDown(`No answer within ${String(CHECK_TIMEOUT_MS)} ms`));
    }, CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** What a ready process needs; each check rejects with the reason and is bounded in time. Only a CheckDown is fit for everybody's ears. */
@Injectable()
export class Readiness implements OnModuleDestroy {
  private stopping = false;
  private storageCheck: Promise<void> | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly jobs: JobQueue,
    private readonly blobs: BlobStore,
    private readonly subscriptions: Subscriptions,
  ) {}

  /** The first thing that a shutdown does is to say so. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  accepting(): Promise<Record<string, unknown>> {
    return this.stopping ? Promise.reject(new CheckDown('The process is shutting down')) : Promise.resolve({});
  }

  async database(): Promise<Record<string, unknown>> {
    await inTime(this.pool.query('select 1'));
    return {};
  }

  /** @throws CheckDegraded where the queue is away: the log takes runs, which wait until it is back */
  async queue(): Promise<Record<string, unknown>> {
    try {
      return { ...(await inTime(this.jobs.counts())) };
    } catch (error) {
      if (error instanceof QueueUnavailable)
        throw new CheckDegraded('It does not answer; runs are accepted and wait', { cause: error });
      throw error;
    }
  }

  /** Whoever asks while a check is under way gets its answer. */
  async storage(): Promise<Record<string, unknown>> {
    // On a disk that hangs each further check would take one more of the few threads that everything else needs.
    this.storageCheck ??= this.blobs.check().finally(() => {
      this.storageCheck = null;
    });
    await inTime(this.storageCheck);
    return {};
  }

  /**
   * Lag, failure and parked events of what this build follows the log with. Rows of other builds are theirs, and a read model that is late or
   * stands still is no reason to turn requests away.
   * @throws CheckDown naming a vital subscription that stands still or lags too far
   */
  async projections(): Promise<Record<string, unknown>> {
    const { followers } = this.subscriptions;
    const { rows } = await inTime(this.pool.query<FollowerRow>(FOLLOWERS, [followers.map(({ name }) => name)]));
    const vital = new Set(followers.filter((each) => each.vital).map(({ name }) => name));
    for (const { name, failure, lag } of rows.filter((row) => vital.has(row.name))) {
      if (failure !== null) throw new CheckDown(`${name} stands still`, failure);
      if (lag > MAX_LAG) throw new CheckDown(`${name} is ${String(lag)} events behind`);
    }
    const failing = rows.filter(({ failure }) => failure !== null);
    const parking = rows.filter(({ parked }) => parked > 0);
    return {
      lag: Object.fromEntries(rows.map(({ name, lag }) => [name, lag])),
      ...(failing.length > 0 && { standing_still: failing.map(({ name }) => name) }),
      ...(parking.length > 0 && { parked: Object.fromEntries(parking.map(({ name, parked }) => [name, parked])) }),
    };
  }
}
