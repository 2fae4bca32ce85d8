import { fateOfFollower } from './follower.policy.js';

const failed = (category: 'timeout' | 'moderated', attempts: number) =>
  ({ status: 'failed', category, attempts }) as const;

describe('a run that waited for one that ended without a result', () => {
  it.each([
    ['goes on where somebody cancelled the other', { status: 'cancelled' } as const, 0, 'release'],
    ['fails where the request was refused, however often it wanted to try', failed('moderated', 1), 5, 'fail'],
    ['fails where the other tried as often as it wanted to', failed('timeout', 4), 3, 'fail'],
    ['fails where the other tried more often', failed('timeout', 6), 0, 'fail'],
    ['goes on where it wanted to try more often', failed('timeout', 1), 1, 'release'],
  ])('%s', (_, end, maxRetries, fate) => {
    expect(fateOfFollower(end, { maxRetries })).toBe(fate);
  });
});
