import type { GenerationEvent, ResultSource } from '../../generation/generation.events.js';
import { cacheResultOf, secondsBetween, sampledTrace } from './run-figures.policy.js';

const completed = (kind?: ResultSource['kind']): GenerationEvent => ({
  type: 'GenerationCompleted',
  data: {
    ...{ attempt: 1, quality_score: 1, generation_time: 1, cost_usd: 0, cached: kind !== undefined },
    completed_at: '2026-11-26T10:00:00.000Z',
    ...(kind && { source: { kind, run_id: '0198c0de-0000-7000-8000-000000000001', saved_usd: 1 } }),
  },
});

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

describe('what the cache did for a run', () => {
  it('is told by its end: where its result came from, or else whether anybody looked for one', () => {
    const [cacheable, own] = [{ isCacheable: true }, { isCacheable: false }];
    expect(cacheResultOf(cacheable, completed('cache'))).toBe('hit');
    expect(cacheResultOf(cacheable, completed('joined'))).toBe('joined');
    expect(cacheResultOf(cacheable, completed())).toBe('miss');
    expect(cacheResultOf(own, completed())).toBe('bypass');
  });

  it('is told by nothing else', () => {
    const joined: GenerationEvent = {
      type: 'GenerationJoined',
      data: { leader_run_id: 'another', joined_at: '2026-11-26T10:00:00.000Z' },
    };
    expect(cacheResultOf({ isCacheable: true }, joined)).toBeNull();
  });
});
