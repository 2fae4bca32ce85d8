import { ReportAllowance } from './report-allowance.policy.js';

describe('the allowance of reports', () => {
  it('lets a burst pass, then as many as come in by the second, and says how long to wait', () => {
    const allowance = new ReportAllowance({ burst: 3, perSecond: 2 });
    expect([0, 0, 0, 0].map((at) => allowance.take(at))).toEqual([0, 0, 0, 0.5]);
    expect(allowance.take(250)).toBe(0.25);
    expect(allowance.take(500)).toBe(0);
    expect(allowance.take(500)).toBe(0.5);
  });

  it('does not grow beyond the burst, however long nothing came', () => {
    const allowance = new ReportAllowance({ burst: 2, perSecond: 1 });
    expect([0, 0, 0].map((at) => allowance.take(at))).toEqual([0, 0, 1]);
    expect([1e9, 1e9, 1e9].map((at) => allowance.take(at))).toEqual([0, 0, 1]);
  });
});
