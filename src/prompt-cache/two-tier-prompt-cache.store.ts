import { createKeyv } from '@cacheable/memory';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createCache } from 'cache-manager';
import { LogTail } from '../eventsourcing/log-tail.js';
import { Config } from '../platform/config/config.js';
import { Meter } from '../platform/telemetry/meter.js';
import { type CachedResult, PromptCache } from '../generation/prompt-cache.port.js';
import type { CacheLookup, CacheTier } from './cache-meter.port.js';
import { DurablePromptCache } from './prompt-cache.store.js';
import { SharedResults } from './results-in-redis.store.js';

/** How the hot tier fared in this process. */
export interface HotCounts {
  readonly hits: number;
  readonly misses: number;
  readonly ttlSeconds: number;
  readonly mostEntries: number;
  readonly keptIn: readonly ('memory' | 'redis')[];
}

const valid = (result: CachedResult | null | undefined): CachedResult | null =>
  result && Date.parse(result.expiresAt) > Date.now() ? result : null;

/**
 * The hot tier, which is the memory of this process and, where there is one, a Redis that all share, over the durable one. A clearing, by
 * whichever process, empties the memory before the next event is told, and has what is in Redis asked for by another name; what was read before
 * a clearing is not kept after it.
 */
@Injectable()
export class TwoTierPromptCache extends PromptCache implements OnModuleInit, OnApplicationShutdown {
  readonly meter = new Meter<CacheLookup>();
  private readonly ttlSeconds: number;
  private readonly mostEntries: number;
  private readonly hot: ReturnType<typeof createCache>;
  /** Position of the last clearing that this process has heard of, and 0 before it heard of any. */
  private heardOf = 0;
  /** The last one before this process heard of any; asked for late, as the tail must be followed by then. */
  private earlier: Promise<number> | undefined;
  private hits = 0;
  private misses = 0;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly durable: DurablePromptCache,
    private readonly shared: SharedResults,
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
      const clearing = events.findLast(({ type }) => type === 'PromptCacheCleared');
      if (!clearing) return;
      this.heardOf = clearing.position;
      void this.hot.clear();
    });
  }

  onApplicationShutdown(): void {
    this.unsubscribe?.();
  }

  async find(promptHash: string): Promise<CachedResult | null> {
    const before = this.heardOf;
    const kept = this.looked('memory', valid(await this.hot.get<CachedResult>(promptHash)));
    if (kept) return this.hit(kept);
    const clearing = await this.lastClearing();
    const answer = await this.shared.find(promptHash, clearing);
    const shared = answer === undefined ? null : this.looked('redis', valid(answer));
    const found = shared ?? this.looked('database', await this.durable.find(promptHash));
    if (found && before === this.heardOf) await this.hot.set(promptHash, found, this.ttlSeconds * 1000);
    if (shared) return this.hit(shared);
    if (found) this.shared.keep(promptHash, clearing, found);
    this.misses += 1;
    return found;
  }

  counts(): HotCounts {
    const { hits, misses, ttlSeconds, mostEntries } = this;
    return { hits, misses, ttlSeconds, mostEntries, keptIn: ['memory', ...this.shared.keptIn] };
  }

  private looked(tier: CacheTier, found: CachedResult | null): CachedResult | null {
    this.meter.tell({ tier, isHit: found !== null });
    return found;
  }

  private hit(result: CachedResult): CachedResult {
    this.hits += 1;
    return result;
  }

  private async lastClearing(): Promise<number> {
    if (this.heardOf > 0) return this.heardOf;
    const asked = (this.earlier ??= this.durable.lastClearing());
    try {
      return Math.max(await asked, this.heardOf);
    } catch (error) {
      this.earlier = undefined;
      throw error;
    }
  }
}
