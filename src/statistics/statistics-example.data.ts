import type { Statistics } from './statistics.dto.js';

/** An answer of a real process, for the OpenAPI document. */
export const STATISTICS = {
  period_days: 3,
  total_generations: 6,
  status_breakdown: { pending: 0, processing: 0, completed: 5, failed: 1, cancelled: 0 },
  mode_breakdown: { ai: 4, manual: 2 },
  type_breakdown: { image: 6 },
  provider_breakdown: { builtin: 4, simulator: 2 },
  preset_breakdown: { blue_hour: 4, cinematic_portrait: 2 },
  preset_usage: {
    blue_hour: { runs: 4, completed: 3, failed: 1, success_rate: 75, average_generation_time: 0.5163 },
    cinematic_portrait: { runs: 2, completed: 2, failed: 0, success_rate: 100, average_generation_time: 0.4965 },
  },
  average_generation_time: 0.5084,
  p50_generation_time: 0.064612,
  p95_generation_time: 1.3796,
  average_quality_score: 0.88,
  success_rate: 83.33,
  cache_hit_rate: 33.33,
  retry_rate: 16.67,
  total_cost_usd: 0.014,
  saved_usd: 0.004,
  daily: [
    { date: '2026-11-24', total: 0, completed: 0, failed: 0 },
    { date: '2026-11-25', total: 0, completed: 0, failed: 0 },
    { date: '2026-11-26', total: 6, completed: 5, failed: 1 },
  ],
} satisfies Statistics;
