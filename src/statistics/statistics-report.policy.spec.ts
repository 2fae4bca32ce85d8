import { addDuration, type DurationSketch } from '../platform/measures/duration-sketch.policy.js';
import { noFigures, type Counts } from './figures.policy.js';
import { daysUntil, reportOf } from './statistics-report.policy.js';

const figuresOf = (change: (figures: Counts) => void): Counts => {
  const figures = noFigures();
  change(figures);
  return figures;
};

describe('the days of a period', () => {
  it('end with today in UTC, oldest first', () => {
    expect(daysUntil(new Date('2026-03-01T23:30:00-05:00'), 3)).toEqual(['2026-02-28', '2026-03-01', '2026-03-02']);
    expect(daysUntil(new Date('2026-03-01T00:00:00Z'), 1)).toEqual(['2026-03-01']);
    expect(new Set(daysUntil(new Date('2026-03-01T12:00:00Z'), 365)).size).toBe(365);
  });
});

describe('a report', () => {
  it('of no run has zeros, and nothing where there is nothing to average', () => {
    expect(reportOf(new Map(), new Map(), ['2026-03-01', '2026-03-02'])).toEqual({
      period_days: 2,
      total_generations: 0,
      status_breakdown: { pending: 0, processing: 0, completed: 0, failed: 0, cancelled: 0 },
      mode_breakdown: { ai: 0, manual: 0 },
      type_breakdown: {},
      provider_breakdown: {},
      preset_breakdown: {},
      preset_usage: {},
      average_generation_time: null,
      p50_generation_time: null,
      p95_generation_time: null,
      average_quality_score: null,
      success_rate: 0,
      cache_hit_rate: 0,
      retry_rate: 0,
      total_cost_usd: 0,
      saved_usd: 0,
      daily: [
        { date: '2026-03-01', total: 0, completed: 0, failed: 0 },
        { date: '2026-03-02', total: 0, completed: 0, failed: 0 },
      ],
    });
  });

  it('adds days up, and gives rates in percent with two decimals', () => {
    const durations: DurationSketch = new Map();
    for (const ms of [1_000, 2_000, 500, 500]) addDuration(durations, ms);
    const one = figuresOf((figures) => {
      figures.statuses = { pending: 0, processing: 1, completed: 2, failed: 0, cancelled: 0 };
      figures.costMicros = 20_001;
      figures.qualityMicros = 1_600_000;
      figures.timeMs = 3_000;
      figures.retried = 1;
      figures.breakdown.provider.set('builtin', 3);
    });
    const other = figuresOf((figures) => {
      figures.statuses = { pending: 0, processing: 0, completed: 2, failed: 1, cancelled: 1 };
      figures.costMicros = 30_000;
      figures.qualityMicros = 2_000_000;
      figures.timeMs = 1_000;
      figures.cached = 2;
      figures.breakdown.provider.set('builtin', 1).set('simulator', 3);
    });
    const days = ['2026-03-01', '2026-03-02', '2026-03-03'];
    const report = reportOf(
      new Map([
        ['2026-03-01', one],
        ['2026-03-03', other],
      ]),
      durations,
      days,
    );
    expect(report).toMatchObject({
      total_generations: 7,
      status_breakdown: { pending: 0, processing: 1, completed: 4, failed: 1, cancelled: 1 },
      average_generation_time: 1,
      average_quality_score: 0.9,
      success_rate: 57.14,
      cache_hit_rate: 28.57,
      retry_rate: 14.29,
      total_cost_usd: 0.050001,
      daily: [
        { date: '2026-03-01', total: 3, completed: 2, failed: 0 },
        { date: '2026-03-02', total: 0, completed: 0, failed: 0 },
        { date: '2026-03-03', total: 4, completed: 2, failed: 1 },
      ],
    });
    expect(Object.entries(report.provider_breakdown)).toEqual([
      ['builtin', 4],
      ['simulator', 3],
    ]);
    expect(report.p50_generation_time).toBeCloseTo(0.75, 2);
  });

  it.each([
    [7_535, 20, 0.3768],
    [1, 20_000, 0],
    [5, 100_000, 0],
    [1_005, 100, 0.0101],
  ])('rounds an average half up: %d ms of %d runs are %d s', (timeMs, completed, seconds) => {
    const day = figuresOf((figures) => {
      figures.statuses.completed = completed;
      figures.timeMs = timeMs;
    });
    const report = reportOf(new Map([['2026-03-01', day]]), new Map(), ['2026-03-01']);
    expect(report.average_generation_time).toBe(seconds);
  });
});
