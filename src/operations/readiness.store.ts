import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Pool } from 'pg';
import { JobQueue } from '../platform/queue/job-queue.port.js';
import { BlobStore } from '../platform/storage/blob-store.port.js';
import { CheckDown } from './health.errors.js';

const CHECK_TIMEOUT_MS = 2_000;
/** Events that a subscription may be behind before this process sends clients elsewhere. */
const MAX_LAG = 50_000;

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

  constructor(
    private readonly pool: Pool,
    private readonly jobs: JobQueue,
    private readonly blobs: BlobStore,
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

  async queue(): Promise<Record<string, unknown>> {
    return { ...(await inTime(this.jobs.counts())) };
  }

  async storage(): Promise<Record<string, unknown>> {
    await inTime(this.blobs.check());
    return {};
  }

  /** @throws CheckDown naming the first subscription that stands still or lags too far */
  async projections(): Promise<Record<string, unknown>> {
    const { rows } = await inTime(
      this.pool.query<{ name: string; failure: string | null; lag: number }>(
        `select name, failure, (coalesce((select position from events order by position desc limit 1), 0) - position)::int as lag from subscriptions`,
      ),
    );
    const bad = rows.find(({ failure, lag }) => failure !== null || lag > MAX_LAG);
    if (bad?.failure === null) throw new CheckDown(`${bad.name} is ${String(bad.lag)} events behind`);
    if (bad) throw new CheckDown(`${bad.name} stands still`, bad.failure);
    return { lag: Object.fromEntries(rows.map(({ name, lag }) => [name, lag])) };
  }
}
