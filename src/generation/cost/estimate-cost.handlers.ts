import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { OrderResolver } from '../order-resolver.provider.js';
import { PromptCache } from '../prompt-cache.port.js';
import { EstimateCost, type CostEstimate } from '../status/generation.queries.js';

@QueryHandler(EstimateCost)
export class EstimateCostHandler implements IQueryHandler<EstimateCost> {
  constructor(
    private readonly orders: OrderResolver,
    private readonly cache: PromptCache,
  ) {}

  /** @throws RequestInvalid for what OrderResolver refuses */
  async execute({ request }: EstimateCost): Promise<CostEstimate> {
    const order = await this.orders.resolve(request);
    const { bill, variants } = this.orders.estimate(order);
    const cached = order.prompt_hash === undefined ? null : await this.cache.find(order.prompt_hash);
    return { provider: order.provider, model: order.model, variants, bill, isCached: cached !== null };
  }
}
