import { Global, Module } from '@nestjs/common';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { PromptCacheController } from './prompt-cache.controller.js';
import { CLEARING_ROWS } from './clearings.store.js';
import { ClearPromptCacheHandler } from './prompt-cache.handlers.js';
import { PromptCache } from '../generation/prompt-cache.port.js';
import { PromptCacheProjection } from './prompt-cache.projection.js';
import { DurablePromptCache, GetCacheUseHandler } from './prompt-cache.store.js';
import { TwoTierPromptCache } from './two-tier-prompt-cache.store.js';

@Global()
@Module({
  controllers: [PromptCacheController],
  providers: [
    DurablePromptCache,
    TwoTierPromptCache,
    { provide: PromptCache, useExisting: TwoTierPromptCache },
    ClearPromptCacheHandler,
    GetCacheUseHandler,
    PromptCacheProjection,
  ],
  exports: [PromptCache],
})
export class PromptCacheModule {
  constructor(subscriptions: Subscriptions, projection: PromptCacheProjection) {
    subscriptions.addProjection(projection);
    subscriptions.addInlineReadModel(CLEARING_ROWS);
  }
}
