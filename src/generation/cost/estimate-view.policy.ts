import { sumUsd } from '../money.policy.js';
import type { CostEstimate } from '../status/generation.queries.js';
import type { EstimateAnswer } from './estimate.dto.js';

/** The answer of POST /api/cost/estimate. */
export const estimateView = ({ provider, model, variants, bill, isCached }: CostEstimate): EstimateAnswer => {
  const perVariant = sumUsd(...bill.map(({ usd }) => usd));
  const total = sumUsd(...Array.from({ length: variants }, () => perVariant));
  const times = variants > 1 ? ` × ${String(variants)} variants` : '';
  const items = bill.map(({ item, usd }) => ({
    item: `${item}${times}`,
    usd: sumUsd(...Array.from({ length: variants }, () => usd)),
  }));
  return {
    total_usd: isCached ? 0 : total,
    per_variant_usd: isCached ? 0 : perVariant,
    breakdown: isCached ? [...items, { item: 'the result is in the cache', usd: -total }] : items,
    currency: 'USD',
    provider,
    model,
    cache_hit: isCached,
  };
};
