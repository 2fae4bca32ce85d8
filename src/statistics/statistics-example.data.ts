import type { Statistics } from './statistics.dto.js';

/** An answer of a real process, for the OpenAPI document. */
export const STATISTICS = {
  period_days: 3,
  total_generations: 5,
  status_breakdown: { pending: 0, processing: 0, completed: 4, failed: 1, cancelled: 0 },
  mode_breakdown: { ai: 3, manual: 2 },
  type_breakdown: { image: 5 },
  provider_breakdown: { builtin: 3, simulator: 2 },
  preset_breakdown: { cinematic_portrait: 2 },
  preset_usage: {
    cinematic_portrait: { runs: 2, completed: 1, failed: 1, success_rate: 50, average_generation_time: 0.488 },
  },
  average_generation_time: 0.822,
  p50_generation_time: 0.62165,
  p95_generation_time: 1.9386,
  average_quality_score: 0.925,
  success_rate: 80,
  cache_hit_rate: 20,
  retry_rate: 40,
  total_cost_usd: 0.014,
  saved_usd: 0.002,
  daily: [
    { date: '2026-11-24', total: 0, completed: 0, failed: 0 },
    { date: '2026-11-25', total: 0, completed: 0, failed: 0 },
    { date: '2026-11-26', total: 5, completed: 4, failed: 1 },
  ],
} satisfies Statistics;
