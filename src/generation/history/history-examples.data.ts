import type { HistoryPage } from './history.dto.js';

/** An answer of a real process, for the OpenAPI document; test/e2e holds it to the schema. */
export const HISTORY_PAGE = {
  total: 5,
  limit: 2,
  offset: 0,
  next_cursor: 'MTg',
  results: [
    {
      id: 23,
      run_id: '01a1fbd0-9c11-7a02-8f5e-90d2ab1c7e40',
      prompt: 'three pears on a wooden table',
      mode: 'manual',
      type: 'image',
      status: 'failed',
      result_url: null,
      quality_score: null,
      generation_time: null,
      retry_count: 2,
      cached: false,
      created_at: '2026-11-21T01:55:14.114Z',
      completed_at: '2026-11-21T01:55:17.236Z',
    },
    {
      id: 18,
      run_id: '01a1fbd0-678b-738f-8e57-937f6fce88f2',
      prompt: 'a lighthouse above a stormy sea at dusk',
      mode: 'ai',
      type: 'image',
      status: 'completed',
      result_url: '/api/artifacts/01a1fbd0-7b85-7319-a445-c94b53d14205/content',
      quality_score: 1,
      generation_time: 5.079,
      retry_count: 0,
      cached: false,
      created_at: '2026-11-21T01:55:01.643Z',
      completed_at: '2026-11-21T01:55:06.741Z',
    },
  ],
} satisfies HistoryPage;
