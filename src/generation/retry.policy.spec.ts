import { ERROR_CATEGORIES } from '../providers/image-provider.port.js';
import { isRetryable, retryDelaySeconds, type RetrySchedule } from './retry.policy.js';

const scheduled = (change: Partial<RetrySchedule> = {}): RetrySchedule => ({
  baseSeconds: 1,
  jitter: 0,
  random: 0,
  ...change,
});

describe('isRetryable', () => {
  it('gives up on what another attempt cannot change, and on nothing else', () => {
    const hopeless = ERROR_CATEGORIES.filter((category) => !isRetryable(category));
    expect(hopeless).toEqual(['invalid_request', 'moderated', 'unauthorized', 'insufficient_credit', 'expired']);
  });
});

describe('retryDelaySeconds', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 16],
  ])('waits after failed attempt %i for %i s', (failedAttempts, seconds) => {
    expect(retryDelaySeconds(failedAttempts, scheduled(), null)).toBe(seconds);
  });

  it('scales with the configured base', () => {
    expect(retryDelaySeconds(3, scheduled({ baseSeconds: 0.5 }), null)).toBe(2);
    expect(retryDelaySeconds(5, scheduled({ baseSeconds: 0 }), null)).toBe(0);
  });

  it.each([
    [0, 4],
    [0.5, 3.5],
    [1, 3],
  ])('takes away the share of the jitter that the random number %d says', (random, seconds) => {
    expect(retryDelaySeconds(3, scheduled({ jitter: 0.25, random }), null)).toBe(seconds);
  });

  it.each([
    ['longer', 30, 30],
    ['shorter', 1, 4],
    ['0', 0, 4],
    ['negative', -5, 4],
    ['not a number', Number.NaN, 4],
    ['of a thousand years', 31_536_000_000, 86_400],
    ['endless', Number.POSITIVE_INFINITY, 86_400],
  ])('honours a Retry-After that is %s', (_, retryAfterSeconds, seconds) => {
    expect(retryDelaySeconds(3, scheduled(), retryAfterSeconds)).toBe(seconds);
  });

  it('lets no jitter come before the Retry-After', () => {
    expect(retryDelaySeconds(1, scheduled({ jitter: 1, random: 1 }), 7)).toBe(7);
  });
});
