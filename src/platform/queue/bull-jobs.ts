import { randomUUID } from 'node:crypto';
import type { Queue } from 'bull';
import type { Redis } from 'ioredis';
import { CANCEL } from './bull-scripts.js';
import type { Job, JobCounts } from './job-queue.port.js';

/** Bull's own name of a kind of job, for those that have none. */
export const UNNAMED = '__default__';
const USUAL_PRIORITY = 5;
/** Whoever has more ahead is told that; see JobQueue.place. */
const FARTHEST_PLACE = 1_001;
const DUE_UNIT = 4_096;

/** Answers of a transaction. @throws the first error of a command */
const answersOf = (results: [Error | null, unknown][] | null): unknown[] => {
  if (results === null) throw new Error('The transaction was given up');
  return results.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
};

/** The jobs of one Bull queue as they lie in Redis. Every method is one round trip on the connection that it is given; its errors are ioredis'. */
export class BullJobs {
  constructor(private readonly queue: Queue) {}

  /** Each by a command of its own: Bull's bulk is a transaction, which a Redis that restarted refuses for scripts that it does not know yet. */
  async add(jobs: readonly Job[]): Promise<void> {
    const now = Date.now();
    await Promise.all(
      jobs.map(({ id, data, runAt, priority = USUAL_PRIORITY }) =>
        this.queue.add(data, {
          ...{ jobId: id, priority, timestamp: now, delay: Math.max(0, (runAt?.getTime() ?? now) - now) },
          ...{ removeOnComplete: true, removeOnFail: true },
        }),
      ),
    );
  }

  async cancel(redis: Redis, id: string): Promise<boolean> {
    const keys = [...this.keys('wait', 'paused', 'delayed', 'priority'), this.queue.toKey(id)];
    return (await redis.eval(CANCEL, keys.length, ...keys, id)) === 1;
  }

  async holds(redis: Redis, ids: readonly string[]): Promise<Set<string>> {
    const found = await Promise.all(ids.map((id) => redis.exists(this.queue.toKey(id))));
    return new Set(ids.filter((_, index) => found[index] === 1));
  }

  async place(redis: Redis, id: string): Promise<number | null> {
    const [wait = '', paused = '', delayed = '', active = ''] = this.keys('wait', 'paused', 'delayed', 'active');
    const fromTheRight = ['RANK', -1, 'MAXLEN', FARTHEST_PLACE - 1] as const;
    const [waitIndex, waiting, pausedIndex, held, due, taken, known] = answersOf(
      await redis
        .multi()
        .lpos(wait, id, ...fromTheRight)
        .llen(wait)
        .lpos(paused, id, ...fromTheRight)
        .llen(paused)
        .zscore(delayed, id)
        .lpos(active, id)
        .exists(this.queue.toKey(id))
        .exec(),
    );
    if (typeof waitIndex === 'number') return Number(waiting) - waitIndex;
    if (typeof pausedIndex === 'number') return Number(held) - pausedIndex;
    return known === 1 && due === null && taken === null ? FARTHEST_PLACE : null;
  }

  async counts(redis: Redis): Promise<JobCounts> {
    const [wait = '', paused = '', delayed = '', active = ''] = this.keys('wait', 'paused', 'delayed', 'active');
    const answers = answersOf(
      await redis
        .multi()
        .llen(wait)
        .llen(paused)
        .zcount(delayed, '-inf', Date.now() * DUE_UNIT)
        .zcard(delayed)
        .llen(active)
        .exec(),
    );
    const [now = 0, held = 0, due = 0, planned = 0, taken = 0] = answers.map(Number);
    return { waiting: now + held + due, delayed: planned - due, active: taken };
  }

  /**
   * Changes whenever jobs may have been lost: a flush takes the mark away, a restart, which may have forgotten the last writes, shows in the
   * server's run id, and `renewEpoch` says it of what this program could not send.
   */
  async epoch(redis: Redis): Promise<string> {
    const key = this.queue.toKey('epoch');
    const [, mark, server] = await Promise.all([
      redis.set(key, randomUUID(), 'NX'),
      redis.get(key),
      redis.info('server'),
    ]);
    return `${mark ?? ''} ${/^run_id:(\S+)/m.exec(server)?.[1] ?? ''}`;
  }

  async renewEpoch(redis: Redis): Promise<void> {
    await redis.set(this.queue.toKey('epoch'), randomUUID());
  }

  private keys(...names: readonly string[]): string[] {
    return names.map((name) => this.queue.toKey(name));
  }
}
