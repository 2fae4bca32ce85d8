import { Controller, Delete, Get } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/openapi-decorators.js';
import { requestContext } from '../platform/http/request-context.js';
import { ClearPromptCache } from './prompt-cache.commands.js';
import { CacheCleared, CacheStats } from './prompt-cache.dto.js';
import { DurablePromptCache } from './prompt-cache.store.js';
import { TwoTierPromptCache } from './two-tier-prompt-cache.store.js';

const STATS: CacheStats = {
  ...{ entries: 412, valid_entries: 409, expired_entries: 3, hits: 1288, misses: 455, joined: 43, hit_rate: 0.739 },
  ...{ size_bytes: 298_114_560, saved_usd: 2.662, ttl_seconds: 2_592_000 },
  tiers: [
    { name: 'hot', kept_in: ['memory', 'redis'], hits: 1102, misses: 641, ttl_seconds: 3600 },
    { name: 'durable', kept_in: ['database'], hits: 186, misses: 455, ttl_seconds: 2_592_000 },
  ],
};

@ApiTags('Cache')
@Controller('api/generate/cache')
export class PromptCacheController {
  constructor(
    private readonly commands: CommandBus,
    private readonly durable: DurablePromptCache,
    private readonly cache: TwoTierPromptCache,
  ) {}

  @Get('stats')
  @ApiOperation({
    summary: 'Tell how the cache fares',
    description: 'Counts of all processes from the log; those of the hot tier are of the process that answers.',
  })
  @ApiResponse({
    status: 200,
    description: 'The counts.',
    type: CacheStats,
    examples: { stats: { summary: 'A used cache', value: STATS } },
  })
  @ApiProblems()
  async getCacheStats(): Promise<CacheStats> {
    const { entries, valid, sizeBytes, lookups, hits, joined, savedUsd } = await this.durable.counts();
    const hot = this.cache.counts();
    const misses = lookups - hits;
    const rate = lookups === 0 ? 0 : Math.round((hits / lookups) * 1000) / 1000;
    const ttl_seconds = this.durable.ttlSeconds;
    return {
      ...{ entries, valid_entries: valid, expired_entries: entries - valid, hits, misses, joined, hit_rate: rate },
      ...{ size_bytes: sizeBytes, saved_usd: savedUsd, ttl_seconds },
      tiers: [
        { name: 'hot', kept_in: hot.keptIn, hits: hot.hits, misses: hot.misses, ttl_seconds: hot.ttlSeconds },
        { name: 'durable', kept_in: ['database'], hits, misses, ttl_seconds },
      ],
    };
  }

  @Delete()
  @ApiOperation({
    summary: 'Clear the cache',
    description:
      'No result from before answers a request again, in any process. Runs and their pictures stay. The clearing is an event of the log. ' +
      'For administrators; while there are no API keys, whoever can call the API is one.',
  })
  @ApiResponse({
    status: 200,
    description: 'The cache is empty.',
    type: CacheCleared,
    examples: { cleared: { summary: 'Cleared', value: { cleared: 409 } } },
  })
  @ApiProblems()
  async clearCache(): Promise<CacheCleared> {
    const { requestId, traceparent } = requestContext();
    const metadata = {
      correlation_id: requestId,
      causation_id: requestId,
      actor: 'user:1',
      request_id: requestId,
      traceparent,
    };
    return { cleared: await this.commands.execute(new ClearPromptCache(new Date(), metadata)) };
  }
}
