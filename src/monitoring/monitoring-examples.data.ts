import type {
  DurationStatistics,
  MonitoringHealth,
  StatisticsReset,
  SystemStatistics,
  UsageStatistics,
} from './monitoring.dto.js';

export const HEALTH = {
  status: 'healthy',
  uptime_seconds: 12_345,
  uptime_formatted: '3:25:45',
  timestamp: '2026-11-26T10:42:17.031Z',
} satisfies MonitoringHealth;

export const SYSTEM = {
  total_jobs: 1842,
  jobs_completed: 1790,
  jobs_failed: 31,
  jobs_cancelled: 14,
  jobs_pending: 7,
  avg_generation_time: 1.2417,
  uptime_seconds: 12_345,
  since: null,
} satisfies SystemStatistics;

export const USAGE = {
  total_images_generated: 1655,
  total_videos_generated: 88,
  total_workflows_executed: 12,
  total_datasets_created: 3,
  total_training_jobs: 2,
  total_downloads: 41,
} satisfies UsageStatistics;

export const DURATIONS = {
  durations: [
    {
      ...{ type: 'image', model: 'builtin/studio', count: 1702, average: 0.8412, p50: 0.70331, p95: 1.9386 },
      buckets: [
        ...[0.1, 0.25, 0.5, 1, 2.5].map((le, index) => ({ le, count: [40, 112, 270, 1013, 250][index] ?? 0 })),
        ...[5, 10, 30, 60, 300, 1800, null].map((le, index) => ({ le, count: index === 0 ? 17 : 0 })),
      ],
    },
  ],
  since: '2026-11-25T00:00:00.012Z',
} satisfies DurationStatistics;

export const RESET = { reset_at: '2026-11-26T10:42:17.031Z' } satisfies StatisticsReset;
