import { randomUUID } from 'node:crypto';
import type { Queue } from 'bull';
import type { Redis } from 'ioredis';
import { ADD, CANCEL, COUNTS, PLACE } from './bull-scripts.js';
import type { Job, JobCounts } from './job-queue.port.js';
import { strideOf } from './stride.policy.js';

const USUAL_PRIORITY = 5;
/** Whoever has more ahead is told that; see JobQueue.place. */
const FARTHEST_PLACE = 1_001;

/** The jobs of one Bull queue as they lie in Redis. Every method asks the connection that it is given; its errors are ioredis'. */
export class BullJobs {
  private readonly prefix: string;

  constructor(private readonly queue: Queue) {
    this.prefix = queue.toKey('');
  }

  /** @throws RangeError for a weight that no group can have */
  async add(redis: Redis, jobs: readonly Job[]): Promise<void> {
    const rows = jobs.map(({ id, data, runAt, priority = USUAL_PRIORITY, group = '', weight }) => {
      const due = Math.max(0, runAt?.getTime() ?? 0);
      return [id, JSON.stringify(data), priority, due, group, strideOf(weight)];
    });
    await ADD.run(redis, this.prefix, ...rows.flat());
  }

  async cancel(redis: Redis, id: string): Promise<boolean> {
    return (await CANCEL.run(redis, this.prefix, id)) === 1;
  }

  async holds(redis: Redis, ids: readonly string[]): Promise<Set<string>> {
    const found = await Promise.all(ids.map((id) => redis.exists(this.queue.toKey(id))));
    return new Set(ids.filter((_, index) => found[index] === 1));
  }

  async place(redis: Redis, id: string): Promise<number | null> {
    const place = await PLACE.run(redis, this.prefix, id);
    return typeof place === 'number' ? Math.min(place, FARTHEST_PLACE) : null;
  }

  async counts(redis: Redis): Promise<JobCounts> {
    const answer = await COUNTS.run(redis, this.prefix);
    const [waiting = 0, delayed = 0, active = 0] = Array.isArray(answer) ? answer.map(Number) : [];
    return { waiting, delayed, active };
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
}
