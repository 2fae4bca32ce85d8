import fc from 'fast-check';
import { ERROR_CATEGORIES } from '../../providers/image-provider.port.js';
import { passesByItself, patienceMs } from './patience.policy.js';

describe('a question about a job that was not answered', () => {
  it('is asked again where the vendor cannot be reached, and nowhere else', () => {
    expect(ERROR_CATEGORIES.filter(passesByItself)).toEqual([
      'timeout',
      'rate_limited',
      'provider_unavailable',
      'network',
    ]);
  });

  it('is asked again later each time', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 2_000].map((failed) => patienceMs(failed, null))).toEqual([
      200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000,
    ]);
  });

  it.each([
    ['as the vendor wishes', 7, 7_000],
    ['not at once, for a wish of nothing', 0, 200],
    ['not at once, for a time in the past', -86_400, 200],
    ['after five minutes at the latest', 86_400, 300_000],
    ['after five minutes at the latest, for a wish without end', Infinity, 300_000],
    ['after the usual time, for a wish that is no number', NaN, 200],
  ])('is asked again %s (%d)', (_, retryAfterSeconds, ms) => {
    expect(patienceMs(1, retryAfterSeconds)).toBe(ms);
  });

  it('never comes in a hot loop, whatever the vendor says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.option(fc.double()), (failed, wish) => {
        const ms = patienceMs(failed, wish);
        return ms >= 200 && ms <= 300_000;
      }),
    );
  });
});
