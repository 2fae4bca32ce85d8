import type { HistoryPage } from './history.dto.js';

/** An answer of a real process, for the OpenAPI document; test/e2e holds it to the schema. */
export const HISTORY_PAGE = {
  total: 5,
  total_relation: 'eq',
  limit: 2,
  offset: 0,
  next_cursor: 'MTI',
  results: [
    {
      id: 20,
      run_id: '01a216af-2fdd-7228-9a56-263688b4479c',
      prompt: 'three pears on a wooden table',
      mode: 'manual',
      type: 'image',
      status: 'failed',
      result_url: null,
      quality_score: null,
      generation_time: null,
      retry_count: 1,
      cached: false,
      created_at: '2026-11-26T07:08:29.533Z',
      completed_at: '2026-11-26T07:08:30.594Z',
    },
    {
      id: 12,
      run_id: '01a216af-2b90-7529-a461-46eff599aecd',
      prompt: 'a red fox in fresh snow',
      mode: 'manual',
      type: 'image',
      status: 'completed',
      result_url: '/api/artifacts/01a216af-2fc3-74ef-ad9c-f3bd519198e6/content',
      quality_score: 0.7,
      generation_time: 0.032,
      retry_count: 1,
      cached: false,
      created_at: '2026-11-26T07:08:28.432Z',
      completed_at: '2026-11-26T07:08:29.507Z',
    },
  ],
} satisfies HistoryPage;
