import type { BatchAnswer } from './batch.dto.js';

/** Answers of a real process, for the OpenAPI document. */

type Result = NonNullable<BatchAnswer['results'][number]>;

/** Bodies that can be sent as they are; the last one needs SIMULATOR=on. */
export const BATCH_REQUESTS = {
  pair: {
    summary: 'Two pictures at once',
    value: {
      requests: [
        { prompt: 'a lighthouse above a stormy sea at dusk' },
        { prompt: 'three pears on a wooden table', mode: 'manual', style: 'editorial', width: 512, height: 512 },
      ],
    },
  },
  strict: {
    summary: 'One after the other, up to the first failure (SIMULATOR=on)',
    value: {
      requests: [
        { prompt: 'a red car in the rain', mode: 'manual', model: 'simulator/ok', seed: 7 },
        { prompt: 'a red car in the rain', mode: 'manual', model: 'simulator/fail-moderated' },
        { prompt: 'three pears on a wooden table' },
      ],
      parallel: false,
      continue_on_error: false,
    },
  },
};

const linksOf = (batchId: string): Pick<BatchAnswer, 'batch_id' | 'status_url' | 'cancel_url'> => ({
  batch_id: batchId,
  status_url: `/api/generate/batch/${batchId}`,
  cancel_url: `/api/generate/batch/${batchId}/cancel`,
});

const REFUSED = 'Generation failed: The simulator refuses as its model asks: moderated';

const PEARS = {
  id: 2,
  run_id: '01a216ae-d5dc-7412-a40e-917cf15c6163',
  status: 'completed',
  type: 'image',
  mode: 'manual',
  image_url: '/api/artifacts/01a216ae-dcd5-752f-b153-1ead9128db97/content',
  parameters: {
    prompt: 'three pears on a wooden table',
    negative_prompt: null,
    enhanced_prompt: null,
    camera_angle: null,
    fov: null,
    lighting: null,
    color_palette: null,
    composition: null,
    style: 'editorial',
    steps: 30,
    cfg_scale: 7,
    num_variants: 1,
    structured_prompt: null,
    inputs: null,
    duration_seconds: null,
    fps: null,
    motion: null,
  },
  quality_score: 0.75,
  generation_time: 1.588,
  reasoning: {},
  cached: false,
  retry_count: 0,
  max_retries: 3,
  priority: 'normal',
  seed: 7,
  provider: 'builtin',
  model: 'studio',
  preset: null,
  preset_version: null,
  width: 512,
  height: 512,
  cost_estimate_usd: 0.002,
  cost_usd: 0.002,
  user_id: 1,
  project_id: null,
  parent_id: null,
  instruction: null,
  batch_id: '01a216ae-d5db-7538-bae3-1abbd5911d33',
  source_run_id: null,
  saved_usd: null,
  prompt_hash: '1edb0de3c5eef8f012a1636490a309214f22cd06739cbf3f5dfe2a98459e3035',
  next_attempt_at: null,
  created_at: '2026-11-26T07:08:06.587Z',
  started_at: '2026-11-26T07:08:06.690Z',
  completed_at: '2026-11-26T07:08:08.278Z',
} satisfies Result;

const CAR = {
  ...PEARS,
  id: 13,
  run_id: '01a216ae-dd2f-74da-8c97-0ed309c297c3',
  image_url: '/api/artifacts/01a216ae-de1c-71a6-a801-4e5286f6703a/content',
  parameters: { ...PEARS.parameters, prompt: 'a red car in the rain', style: null },
  quality_score: 0.7,
  generation_time: 0.179,
  provider: 'simulator',
  model: 'ok',
  preset: null,
  preset_version: null,
  width: 1024,
  height: 1024,
  cost_estimate_usd: 0.01,
  cost_usd: 0.01,
  batch_id: '01a216ae-dd27-728f-b8fa-0b71eae1b75c',
  prompt_hash: '73eb679fddb5740dccfc781b9fa3160b78a6420330a186851518ff70541f519d',
  created_at: '2026-11-26T07:08:08.392Z',
  started_at: '2026-11-26T07:08:08.425Z',
  completed_at: '2026-11-26T07:08:08.604Z',
} satisfies Result;

export const BATCH_ENDED: BatchAnswer = {
  ...linksOf('01a216ae-d5db-7538-bae3-1abbd5911d33'),
  status: 'completed',
  total: 2,
  successful: 1,
  failed: 1,
  results: [PEARS, null],
  errors: [null, REFUSED],
  run_ids: [PEARS.run_id, '01a216ae-d5dd-775c-9e88-21619c8b7ae5'],
  created_at: '2026-11-26T07:08:06.491Z',
  completed_at: '2026-11-26T07:08:08.300Z',
};

/** The answer of the strict request. */
export const BATCH_STOPPED: BatchAnswer = {
  ...linksOf('01a216ae-dd27-728f-b8fa-0b71eae1b75c'),
  status: 'failed',
  total: 3,
  successful: 1,
  failed: 2,
  results: [CAR, null, null],
  errors: [null, REFUSED, 'Not started, because requests[1] failed'],
  run_ids: [CAR.run_id, '01a216ae-dd2f-74da-8c97-13883b13a79c', '01a216ae-dd2f-74da-8c97-14d5aa30faa9'],
  created_at: '2026-11-26T07:08:08.359Z',
  completed_at: '2026-11-26T07:08:08.731Z',
};

export const BATCH_ACCEPTED = {
  ...linksOf('01a216ae-deb7-7090-bd2a-b3118a4328db'),
  status: 'pending',
  total: 2,
  successful: 0,
  failed: 0,
  results: [null, null],
  errors: [null, null],
  run_ids: ['01a216ae-deb8-71c7-aa74-840933e9567a', '01a216ae-deb8-71c7-aa74-88129d711e9f'],
  created_at: '2026-11-26T07:08:08.759Z',
  completed_at: null,
} satisfies BatchAnswer;

export const BATCH_CANCELLED: BatchAnswer = {
  ...BATCH_ACCEPTED,
  status: 'cancelled',
  failed: 2,
  errors: ['The batch was cancelled', 'Not started, because the batch was cancelled'],
  completed_at: '2026-11-26T07:08:09.874Z',
};
