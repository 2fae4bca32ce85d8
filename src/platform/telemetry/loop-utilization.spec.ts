import { LoopUtilization } from './loop-utilization.js';

/** As Node.js counts it since the start of the process, in milliseconds. */
const after = (active: number, idle: number): { active: number; idle: number; utilization: number } => ({
  ...{ active, idle, utilization: active / (active + idle) },
});

describe('the utilisation of the event loop', () => {
  it('is that of the process until somebody asked ten seconds ago, and from there on that since', () => {
    const loop = new LoopUtilization();
    expect(loop.ratio(20_000, after(5_000, 15_000))).toBe(0.25);
    expect(loop.ratio(25_000, after(10_000, 15_000))).toBe(0.4);
    expect(loop.ratio(30_000, after(15_000, 15_000))).toBe(1);
    expect(loop.ratio(40_000, after(15_000, 25_000))).toBe(0);
  });

  it('is the same for one scraper, however often another one asks', () => {
    const [alone, beside] = [new LoopUtilization(), new LoopUtilization()];
    const asked = [0, 15_000, 30_000, 45_000].map((at) => ({
      at,
      total: after(at / 3 + (at > 20_000 ? 5_000 : 0), at),
    }));
    const told = asked.map(({ at, total }) => {
      const answer = [alone.ratio(at, total), beside.ratio(at, total)];
      for (let other = at + 1; other < at + 4_000; other += 100) beside.ratio(other, total);
      return answer;
    });
    for (const [mine, others] of told.slice(2)) expect(others).toBeCloseTo(mine ?? -1, 1);
  });

  it('is between nothing and everything of a real loop', () => {
    const ratio = new LoopUtilization().ratio();
    expect(ratio).toBeGreaterThanOrEqual(0);
    expect(ratio).toBeLessThanOrEqual(1);
  });
});
