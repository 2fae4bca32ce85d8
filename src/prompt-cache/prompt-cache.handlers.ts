import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { DecisionHandler } from '../eventsourcing/decision-handler.js';
import { EventStore } from '../eventsourcing/event-store.js';
import { ClearPromptCache } from './prompt-cache.commands.js';
import { CLEARING_KIND } from './clearings.store.js';
import { DurablePromptCache } from './prompt-cache.store.js';

@CommandHandler(ClearPromptCache)
export class ClearPromptCacheHandler implements ICommandHandler<ClearPromptCache> {
  constructor(
    private readonly store: EventStore,
    private readonly durable: DurablePromptCache,
  ) {}

  async execute({ now, metadata }: ClearPromptCache): Promise<number> {
    const { valid } = await this.durable.counts();
    const clearings = new DecisionHandler(this.store, CLEARING_KIND);
    await clearings.decide(uuidv7(), { type: 'ClearPromptCache', now }, { metadata });
    return valid;
  }
}
