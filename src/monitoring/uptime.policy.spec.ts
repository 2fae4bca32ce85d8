import { formatUptime } from './uptime.policy.js';

describe('an uptime', () => {
  it.each([
    [0, '0:00:00'],
    [59.999, '0:00:59'],
    [61, '0:01:01'],
    [12_345, '3:25:45'],
    [100 * 3600 + 1, '100:00:01'],
  ])('of %d seconds is written %s', (seconds, text) => {
    expect(formatUptime(seconds)).toBe(text);
  });
});
