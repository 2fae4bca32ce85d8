import type { KeyvStoreAdapter, StoredData } from 'keyv';
import type { RedisConnections } from './redis-connections.js';
import { RedisAway } from './circuit.js';

/** What is looked up on the way to something slower must not be slower than that. */
const LOOK_MS = 50;
const SCANNED_AT_ONCE = 500;

/** Undefined in place of what a Redis that is away would have said. */
const orNothing = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RedisAway) return undefined;
    throw error;
  }
};

/** Strings in Redis for Keyv, under a prefix. While Redis is away nothing is kept, and nobody waits for it. */
export class RedisValues implements KeyvStoreAdapter {
  readonly opts = {};

  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: string,
  ) {}

  /** @throws RedisAway, at once while it is known to be */
  async get<Value>(key: string): Promise<StoredData<Value> | undefined> {
    const found = await this.connections.ask((redis) => redis.get(this.prefix + key), LOOK_MS);
    // Keyv reads what it wrote.
    return (found ?? undefined) as StoredData<Value> | undefined;
  }

  /** @param ttl milliseconds; none: for ever */
  async set(key: string, value: string, ttl?: number): Promise<void> {
    const name = this.prefix + key;
    await orNothing(
      this.connections.ask(
        (redis) => (ttl === undefined ? redis.set(name, value) : redis.set(name, value, 'PX', Math.ceil(ttl))),
        LOOK_MS,
      ),
    );
  }

  async delete(key: string): Promise<boolean> {
    return (await orNothing(this.connections.ask((redis) => redis.unlink(this.prefix + key), LOOK_MS))) === 1;
  }

  async clear(): Promise<void> {
    let cursor: string | undefined = '0';
    do {
      cursor = await orNothing(this.connections.ask((redis) => this.clearSome(redis, cursor ?? '0'), LOOK_MS));
    } while (cursor !== undefined && cursor !== '0');
  }

  /** It has no events: what goes wrong with Redis is told by its connections. */
  on(): this {
    return this;
  }

  private async clearSome(redis: RedisConnections['commands'], cursor: string): Promise<string> {
    const [next, names] = await redis.scan(cursor, 'MATCH', `${this.prefix}*`, 'COUNT', SCANNED_AT_ONCE);
    if (names.length > 0) await redis.unlink(...names);
    return next;
  }
}
