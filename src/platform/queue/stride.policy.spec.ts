import fc from 'fast-check';
import { strideOf } from './stride.policy.js';

describe('the stride of a group', () => {
  it('is the same for every group that has no weight of its own', () => {
    expect(strideOf()).toBe(strideOf(1));
  });

  it('is a whole number that shrinks as the weight grows', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1000, noNaN: true }), (weight) => {
        const stride = strideOf(weight);
        expect(Number.isSafeInteger(stride)).toBe(true);
        expect(stride * weight).toBeGreaterThan(strideOf() * 0.999);
        expect(stride * weight).toBeLessThan(strideOf() * 1.001);
      }),
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 0.0001, 1e7])('is refused for the weight %d', (weight) => {
    expect(() => strideOf(weight)).toThrow(RangeError);
  });
});
