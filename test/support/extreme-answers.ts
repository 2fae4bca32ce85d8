import type { Dashboard } from '../../src/monitoring/dashboard.dto.js';
import type { EndpointStatistics, RecentErrors } from '../../src/monitoring/endpoints.dto.js';

const AT = '2026-11-26T10:42:17.031Z';
const MANY = 222_222_222_301;
const RUN_ID = '01a216af-2b90-7529-a461-46eff599aecd';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const LONG_ROUTE = '/api/some/very/long/route/:with/many/:parameters/that/goes/on/:and/on/until/the/end';

/** Begins with a word that has to be seen, and is longer than any line. */
export const ARABIC_PROMPT = `${'شارع ضيق في القاهرة القديمة عند الغروب، بائع شاي يصب الشاي من إبريق نحاسي، '.repeat(5)}.`;

/** What the monitoring answers where everything is as long and as large as it gets. */
export const EXTREME_ANSWERS: {
  readonly dashboard: Dashboard;
  readonly endpoints: EndpointStatistics;
  readonly errors: RecentErrors;
} = {
  dashboard: {
    system: {
      ...{ total_jobs: MANY, jobs_completed: MANY, jobs_failed: MANY, jobs_cancelled: MANY, jobs_pending: MANY },
      ...{ avg_generation_time: 2_592_000, uptime_seconds: 86_400_000, since: AT },
    },
    usage: {
      ...{ total_images_generated: MANY, total_videos_generated: MANY, total_workflows_executed: MANY },
      ...{ total_datasets_created: MANY, total_training_jobs: MANY, total_downloads: MANY },
    },
    uptime_formatted: '24000:00:00',
    recent_activity: [ARABIC_PROMPT, 'W'.repeat(2_000), '🦊'.repeat(500), '\u202Efox', 'a\nb\nc'].map(
      (prompt, index) => ({
        ...({ type: 'image', status: 'completed', prompt, timestamp: AT } as const),
        run_id: RUN_ID.replace(/.$/, String(index)),
      }),
    ),
    popular_presets: Array.from({ length: 10 }, (_, index) => ({
      preset: 'preset_with_a_name_of_sixty_four_characters_which_is_the_longest_'.slice(0, 63) + String(index),
      count: MANY,
    })),
    cache: { hits: MANY, misses: MANY, joined: MANY, hit_rate: 0.5, saved_usd: 123_456_789.99 },
    queue: { waiting: 1_000, delayed: 1_000, active: 1_000, relation: 'gte' },
    timestamp: AT,
  },
  endpoints: {
    total_requests: MANY,
    endpoints: ['(other)', LONG_ROUTE, '/api/generate'].map((path) => ({
      ...{ path, method: path === '(other)' ? '*' : 'DELETE', count: MANY, error_count: MANY },
      ...{ avg_response_time: 3_600, p95_response_time: 3_600, last_accessed: AT },
    })),
    since: AT,
  },
  errors: {
    errors: ['x'.repeat(2_000), ARABIC_PROMPT].map((message) => ({
      ...({ timestamp: AT, type: 'http', category: 'provider_unavailable', message } as const),
      ...{ path: `DELETE ${LONG_ROUTE}`, run_id: null, trace_id: TRACE_ID },
    })),
  },
};
