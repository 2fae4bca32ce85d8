import { Global, Module } from '@nestjs/common';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { CacheMeter } from './cache-meter.port.js';
import { PromptCacheController } from './prompt-cache.controller.js';
import { CLEARING_ROWS } from './clearings.store.js';
import { ClearPromptCacheHandler } from './prompt-cache.handlers.js';
import { PromptCache } from '../generation/prompt-cache.port.js';
import { Config } from '../platform/config/config.js';
import { Installation } from '../platform/database/installation.js';
import { RedisConnections } from '../platform/redis/redis-connections.js';
import { PromptCacheProjection } from './prompt-cache.projection.js';
import { DurablePromptCache, GetCacheUseHandler } from './prompt-cache.store.js';
import { NoSharedResults, ResultsInRedis, SharedResults } from './results-in-redis.store.js';
import { TwoTierPromptCache } from './two-tier-prompt-cache.store.js';

@Global()
@Module({
  controllers: [PromptCacheController],
  providers: [
    DurablePromptCache,
    {
      provide: SharedResults,
      inject: [Installation, Config, { token: RedisConnections, optional: true }],
      useFactory: (installation: Installation, config: Config, connections?: RedisConnections): SharedResults =>
        connections
          ? new ResultsInRedis(connections, installation, config.get('PROMPT_CACHE_HOT_TTL_SECONDS'))
          : new NoSharedResults(),
    },
    TwoTierPromptCache,
    { provide: PromptCache, useExisting: TwoTierPromptCache },
    { provide: CacheMeter, inject: [TwoTierPromptCache], useFactory: ({ meter }: TwoTierPromptCache) => meter },
    ClearPromptCacheHandler,
    GetCacheUseHandler,
    PromptCacheProjection,
  ],
  exports: [PromptCache, CacheMeter],
})
export class PromptCacheModule {
  constructor(subscriptions: Subscriptions, projection: PromptCacheProjection) {
    subscriptions.addProjection(projection);
    subscriptions.addInlineReadModel(CLEARING_ROWS);
  }
}
