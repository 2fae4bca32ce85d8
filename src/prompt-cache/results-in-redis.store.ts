import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import type { CachedResult } from '../generation/prompt-cache.port.js';
import type { Installation } from '../platform/database/installation.js';
import type { RedisConnections } from '../platform/redis/redis-connections.js';
import { RedisValues } from '../platform/redis/redis-values.js';

const PREFIX = 'darkroom:results:';
const NAME_BYTES = 8;

/** Where a process looks for a result that another process has found already. */
export abstract class SharedResults {
  /** What there is besides the memory of the process. */
  abstract readonly keptIn: readonly ['redis'] | readonly [];
  /** @param clearing position of the last clearing: what was kept before it is not found any more, by anybody who knows of it */
  abstract find(promptHash: string, clearing: number): Promise<CachedResult | null>;
  /** Returns at once; whether it was kept nobody is told. */
  abstract keep(promptHash: string, clearing: number, result: CachedResult): void;
}

/** Of an installation without Redis: every process asks the database for itself. */
export class NoSharedResults extends SharedResults {
  readonly keptIn = [] as const;

  find(): Promise<null> {
    return Promise.resolve(null);
  }

  keep(): void {
    // Nowhere.
  }
}

/** In Redis, under a name of the installation, as another database has other runs. */
export class ResultsInRedis extends SharedResults {
  readonly keptIn = ['redis'] as const;
  private readonly cache: ReturnType<typeof createCache>;

  constructor(
    connections: RedisConnections,
    private readonly installation: Installation,
    ttlSeconds: number,
  ) {
    super();
    this.cache = createCache({
      ttl: ttlSeconds * 1000,
      stores: [new Keyv({ store: new RedisValues(connections, PREFIX), useKeyPrefix: false })],
    });
  }

  async find(promptHash: string, clearing: number): Promise<CachedResult | null> {
    return (await this.cache.get<CachedResult>(await this.keyOf(promptHash, clearing))) ?? null;
  }

  keep(promptHash: string, clearing: number, result: CachedResult): void {
    const kept = this.keyOf(promptHash, clearing).then((key) => this.cache.set(key, result));
    kept.catch(() => undefined);
  }

  private async keyOf(promptHash: string, clearing: number): Promise<string> {
    const name = await this.installation.value('shared_results', NAME_BYTES);
    return `${name.toString('hex')}:${String(clearing)}:${promptHash}`;
  }
}
