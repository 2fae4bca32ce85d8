import { estimateView } from './estimate-view.policy.js';

const BILL = [
  { item: 'one image', usd: 0.1 },
  { item: 'ControlNet', usd: 0.2 },
];
const ESTIMATE = { provider: 'any', model: 'any', variants: 3, bill: BILL, isCached: false };

describe('an estimate', () => {
  it('is the bill of one variant, as often as there are variants, exact to the millionth', () => {
    expect(estimateView(ESTIMATE)).toMatchObject({
      ...{ total_usd: 0.9, per_variant_usd: 0.3, currency: 'USD', cache_hit: false },
      breakdown: [
        { item: 'one image × 3 variants', usd: 0.3 },
        { item: 'ControlNet × 3 variants', usd: 0.6 },
      ],
    });
  });

  it('is nothing for what is there already, and says what that saves', () => {
    const { total_usd: total, breakdown } = estimateView({ ...ESTIMATE, isCached: true });
    expect(total).toBe(0);
    expect(breakdown.at(-1)).toEqual({ item: 'the result is in the cache', usd: -0.9 });
  });
});
