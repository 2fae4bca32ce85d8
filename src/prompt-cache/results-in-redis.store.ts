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
  /**
   * @param clearing position of the last clearing: what was kept before it is not found any more, by anybody who knows of it
   * @returns undefined where nobody was asked or nobody answered
   */
  abstract find(promptHash: string, clearing: number): Promise<CachedResult | null | undefined>;
  /** Returns at once; whether it was kept nobody is told. */
  abstract keep(promptHash: string, clearing: number, result: CachedResult): void;
}

/** Of an installation without Redis: every process asks the database for itself. */
export class NoSharedResults extends SharedResults {
  readonly keptIn = [] as const;

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  keep(): void {
    // Nowhere.
  }
}

/** In Redis, under a name of the installation, as another database has other runs. */
export class ResultsInRedis extends SharedResults {
  readonly keptIn = ['redis'] as const;
  private readonly results: Keyv;

  constructor(
    connections: RedisConnections,
    private readonly installation: Installation,
    ttlSeconds: number,
  ) {
    super();
    this.results = new Keyv({
      store: new RedisValues(connections, PREFIX),
      useKeyPrefix: false,
      ttl: ttlSeconds * 1000,
      throwOnErrors: true,
    });
  }

  async find(promptHash: string, clearing: number): Promise<CachedResult | null | undefined> {
    const key = await this.keyOf(promptHash, clearing);
    try {
      return (await this.results.get<CachedResult>(key)) ?? null;
    } catch {
      // Whatever is wrong with Redis, or with what lies there, the database has the answer.
      return undefined;
    }
  }

  keep(promptHash: string, clearing: number, result: CachedResult): void {
    const kept = this.keyOf(promptHash, clearing).then((key) => this.results.set(key, result));
    kept.catch(() => undefined);
  }

  private async keyOf(promptHash: string, clearing: number): Promise<string> {
    const name = await this.installation.value('shared_results', NAME_BYTES);
    return `${name.toString('hex')}:${String(clearing)}:${promptHash}`;
  }
}
