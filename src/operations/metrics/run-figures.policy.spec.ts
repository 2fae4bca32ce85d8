import { secondsBetween, sampledTrace } from './run-figures.policy.js';

describe('the figures of a run', () => {
  it('are never below zero, though clocks may be apart', () => {
    expect(secondsBetween('2026-11-26T10:00:00.000Z', '2026-11-26T10:00:01.500Z')).toBe(1.5);
    expect(secondsBetween('2026-11-26T10:00:01.000Z', '2026-11-26T10:00:00.000Z')).toBe(0);
  });

  it.each([
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', { traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', null],
    ['nonsense', null],
    [undefined, null],
  ])('lead to the trace of %s where it was sampled', (traceparent, expected) => {
    expect(sampledTrace(traceparent)).toEqual(expected);
  });
});
