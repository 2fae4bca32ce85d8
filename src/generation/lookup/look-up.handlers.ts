import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { PromptCache } from '../prompt-cache.port.js';
import { OrderResolver } from '../order-resolver.provider.js';
import { LookUpResult, type CacheLookup } from '../status/generation.queries.js';

@QueryHandler(LookUpResult)
export class LookUpResultHandler implements IQueryHandler<LookUpResult> {
  constructor(
    private readonly orders: OrderResolver,
    private readonly cache: PromptCache,
  ) {}

  /** @throws RequestInvalid for an unknown model */
  async execute({ request }: LookUpResult): Promise<CacheLookup> {
    const { prompt_hash: promptHash = '' } = await this.orders.resolve({ ...request, useCache: true });
    return { promptHash, result: await this.cache.find(promptHash) };
  }
}
