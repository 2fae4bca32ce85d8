import type { Statistics } from './statistics.dto.js';

/** An answer of a real process, for the OpenAPI document. */
export const STATISTICS = {
  period_days: 3,
  total_generations: 9,
  status_breakdown: { pending: 0, processing: 0, completed: 6, failed: 2, cancelled: 1 },
  mode_breakdown: { ai: 7, manual: 2 },
  type_breakdown: { image: 9 },
  provider_breakdown: { builtin: 6, simulator: 3 },
  preset_breakdown: {},
  average_generation_time: 1.7025,
  p50_generation_time: 1.6882,
  p95_generation_time: 2.4803,
  average_quality_score: 0.9667,
  success_rate: 66.67,
  cache_hit_rate: 0,
  retry_rate: 11.11,
  total_cost_usd: 0.02,
  daily: [
    { date: '2026-11-19', total: 0, completed: 0, failed: 0 },
    { date: '2026-11-20', total: 4, completed: 2, failed: 2 },
    { date: '2026-11-21', total: 5, completed: 4, failed: 0 },
  ],
} satisfies Statistics;
