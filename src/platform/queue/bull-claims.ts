import type { Queue } from 'bull';
import type { Redis } from 'ioredis';
import { FORGET, GIVE_BACK, RENEW } from './bull-scripts.js';

/** Bull locks the jobs of a queue object with the token of that object, which its types do not mention. */
const tokenOf = (queue: Queue): string => {
  if ('token' in queue && typeof queue.token === 'string') return queue.token;
  throw new Error('This version of Bull has no token');
};

/** The claims of one worker, by the token of the queue object that it takes its jobs with. Errors are those of ioredis. */
export class BullClaims {
  private readonly token: string;

  constructor(
    private readonly queue: Queue,
    private readonly redis: Redis,
    private readonly lockSeconds: number,
  ) {
    this.token = tokenOf(queue);
  }

  /** @returns the ids that somebody else has now */
  async renew(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const keys = this.keys('wait', 'paused', 'active', 'stalled', 'delayed', 'priority');
    const claim = [this.queue.toKey(''), this.token, Math.round(this.lockSeconds * 1_000)];
    const lost = await this.redis.eval(RENEW, keys.length, ...keys, ...claim, ...ids);
    return new Set(Array.isArray(lost) ? lost.map(String) : []);
  }

  /** Does nothing for a job that is no longer this worker's. @param due null: at once, the next one of its priority */
  async giveBack(id: string, due: Date | null): Promise<void> {
    const keys = this.keys(
      'wait',
      'paused',
      'active',
      'stalled',
      'delayed',
      'priority',
      'meta-paused',
      id,
      `${id}:lock`,
    );
    await this.redis.eval(GIVE_BACK, keys.length, ...keys, id, this.token, due?.getTime() ?? 0);
  }

  /** Removes what is left of a job without content. */
  async forget(id: string): Promise<void> {
    const keys = this.keys('active', id, `${id}:lock`);
    await this.redis.eval(FORGET, keys.length, ...keys, id);
  }

  private keys(...names: readonly string[]): string[] {
    return names.map((name) => this.queue.toKey(name));
  }
}
