import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { DONE, GIVE_BACK, RENEW, TAKE } from './bull-scripts.js';
import type { Job } from './job-queue.port.js';

/** The answer of the script. @throws what JSON.parse throws for what is no job's data */
const jobOf = ([id, data, priority, due]: readonly string[]): Job => ({
  id: id ?? '',
  data: JSON.parse(data ?? '') as Job['data'],
  runAt: new Date(Number(due)),
  priority: Number(priority),
});

/** The claims of one worker. Errors are those of ioredis. */
export class BullClaims {
  private readonly owner = randomUUID();
  private readonly lasts: number;

  /** @param prefix of Bull's keys */
  constructor(
    private readonly prefix: string,
    private readonly redis: Redis,
    lockSeconds: number,
  ) {
    this.lasts = Math.round(lockSeconds * 1_000);
  }

  /** @param moved what was moved from `wait` to `active`, if anything. @returns the job whose turn it is, null for none */
  async take(moved: string | null): Promise<Job | null> {
    const taken = await TAKE.run(this.redis, this.prefix, this.owner, this.lasts, moved ?? '');
    return Array.isArray(taken) ? jobOf(taken.map(String)) : null;
  }

  /** @returns the ids that somebody else has now */
  async renew(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const lost = await RENEW.run(this.redis, this.prefix, this.owner, this.lasts, ...ids);
    return new Set(Array.isArray(lost) ? lost.map(String) : []);
  }

  /** Does nothing for a job that is no longer this worker's. @param seconds until it is due again; null: at once, in its old turn */
  async giveBack(id: string, seconds: number | null): Promise<void> {
    const pause = seconds === null ? '' : Math.max(0, Math.ceil(seconds * 1_000));
    await GIVE_BACK.run(this.redis, this.prefix, id, this.owner, pause);
  }

  /** Forgets a job, if it is still this worker's. */
  async done(id: string): Promise<void> {
    await DONE.run(this.redis, this.prefix, id, this.owner);
  }
}
