import { isGivenUp } from './takeover.policy.js';

describe('an attempt that lost its worker once more', () => {
  it.each([
    [0, null, false],
    [2, null, false],
    [3, null, true],
    [3, 'job-1', false],
    [9, 'job-1', false],
    [10, 'job-1', true],
  ])('after %d takeovers, with the provider job %s, is given up: %s', (takeovers, providerJobId, givenUp) => {
    expect(isGivenUp(takeovers, providerJobId)).toBe(givenUp);
  });
});
