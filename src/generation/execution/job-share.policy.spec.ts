import { shareOf } from './job-share.policy.js';

describe('the share of a run in the queue', () => {
  const nobody = new Map<number, number>();

  it('is its user’s', () => {
    expect(shareOf({ userId: 7, priority: 'normal' }, nobody)).toEqual({ group: '7', priority: 5 });
  });

  it('has the weight of a user who is given one', () => {
    const weights = new Map([[7, 4]]);
    expect(shareOf({ userId: 7, priority: 'normal' }, weights)).toEqual({ group: '7', weight: 4, priority: 5 });
    expect(shareOf({ userId: 8, priority: 'normal' }, weights)).toEqual({ group: '8', priority: 5 });
  });

  it('is more urgent with a higher priority, and never as urgent as a takeover', () => {
    const urgencyOf = (priority: 'low' | 'normal' | 'high'): number =>
      shareOf({ userId: 7, priority }, nobody).priority ?? 0;
    expect(urgencyOf('high')).toBeLessThan(urgencyOf('normal'));
    expect(urgencyOf('normal')).toBeLessThan(urgencyOf('low'));
    expect(urgencyOf('high')).toBeGreaterThan(1);
  });
});
