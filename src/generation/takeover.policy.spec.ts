import { isGivenUp } from './takeover.policy.js';

describe('an attempt that lost its worker once more', () => {
  it.each([
    [0, {}, false],
    [2, {}, false],
    [3, {}, true],
    [3, { 0: 'job-1' }, false],
    [9, { 1: 'job-1' }, false],
    [10, { 0: 'job-1' }, true],
  ])('after %d takeovers, with the provider jobs %j, is given up: %s', (takeovers, providerJobs, givenUp) => {
    expect(isGivenUp(takeovers, providerJobs)).toBe(givenUp);
  });
});
