import { createKeyv } from '@cacheable/memory';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createCache } from 'cache-manager';
import { LogTail } from '../eventsourcing/log-tail.js';
import { Config } from '../platform/config/config.js';
import { type CachedResult, PromptCache } from '../generation/prompt-cache.port.js';
import { DurablePromptCache } from './prompt-cache.store.js';

/** What this process keeps in memory. */
export interface HotCounts {
  readonly hits: number;
  readonly misses: number;
  readonly ttlSeconds: number;
  readonly mostEntries: number;
}

/**
 * The hot tier of this process over the durable one. A clearing, by whichever process, empties it before the next event is told; what was
 * read before a clearing is not kept after it.
 */
@Injectable()
export class TwoTierPromptCache extends PromptCache implements OnModuleInit, OnApplicationShutdown {
  private readonly ttlSeconds: number;
  private readonly mostEntries: number;
  private readonly hot: ReturnType<typeof createCache>;
  /** Clearings that this process has heard of. */
  private clearings = 0;
  private hits = 0;
  private misses = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly durable: DurablePromptCache,
    private readonly tail: LogTail,
    config: Config,
  ) {
    super();
    this.ttlSeconds = Math.min(config.get('PROMPT_CACHE_HOT_TTL_SECONDS'), config.get('PROMPT_CACHE_TTL_SECONDS'));
    this.mostEntries = config.get('PROMPT_CACHE_HOT_ENTRIES');
    // Entries are never changed, so that they need no copies.
    this.hot = createCache({ stores: [createKeyv({ lruSize: this.mostEntries, useClone: false })] });
  }

  onModuleInit(): void {
    this.unsubscribe = this.tail.subscribe((events) => {
      if (!events.some(({ type }) => type === 'PromptCacheCleared')) return;
      this.clearings += 1;
      void this.hot.clear();
    });
  }

  onApplicationShutdown(): void {
    this.unsubscribe?.();
  }

  async find(promptHash: string): Promise<CachedResult | null> {
    const kept = await this.hot.get<CachedResult>(promptHash);
    if (kept && Date.parse(kept.expiresAt) > Date.now()) {
      this.hits += 1;
      return kept;
    }
    this.misses += 1;
    const before = this.clearings;
    const found = await this.durable.find(promptHash);
    if (found && before === this.clearings) await this.hot.set(promptHash, found, this.ttlSeconds * 1000);
    return found;
  }

  counts(): HotCounts {
    const { hits, misses, ttlSeconds, mostEntries } = this;
    return { hits, misses, ttlSeconds, mostEntries };
  }
}
