import type { AcceptedGeneration, Generation, GenerationDetail, RunStatus } from './status/generation-answer.dto.js';
import type { RunArtifact } from './status/run-parts.dto.js';
import type { RunHistory } from './status/run-history.dto.js';

/** Answers of a real process, for the OpenAPI document; test/e2e holds them to the schemas and to fresh answers. */

const RUN_ID = '01a1fbd0-58ca-7355-a8d7-4c7649bbc31f';
const ARTIFACT_ID = '01a1fbd0-5f97-75fc-8056-4e72003ea8d2';
const WORKER_ID = '01a1fbd0-561f-739d-b9f6-a32b1e1f5d8c';
const REQUEST_ID = '4c4863fa-dfcd-4dd2-a23f-fc8548b66458';
const CREATED = '2026-11-21T01:54:57.866Z';
const STARTED = '2026-11-21T01:54:57.909Z';
const ENDED = '2026-11-21T01:54:59.607Z';

const REASONING = {
  camera_angle: 'A low camera lets what is tall or mighty rise above the viewer (“lighthouse”).',
  fov: 'A wide view takes in the whole place (“sea”).',
  lighting: 'The hour and the season call for a low, warm sun (“dusk”).',
  color_palette: 'Reds and golds carry the warmth of the scene (“dusk”).',
  composition: 'A place and what stands in it find their balance on the thirds (“lighthouse”, “sea”).',
  style: 'The scene could stand in a film (“stormy”).',
};
const VISUAL = {
  camera_angle: 'low-angle',
  fov: 'wide',
  lighting: 'golden-hour',
  color_palette: 'warm',
  composition: 'rule-of-thirds',
  style: 'cinematic',
} as const;
const STORED = {
  id: ARTIFACT_ID,
  variant: 0,
  content_type: 'image/png',
  width: 768,
  height: 512,
  bytes: 573503,
  sha256: '522dbe295216d3dc97eb50570aa1be829739e41c0f866e54a09763b9493faa01',
  seed: 42,
};
const ARTIFACT = {
  ...STORED,
  url: `/api/artifacts/${ARTIFACT_ID}/content`,
  thumbnail_url: `/api/artifacts/${ARTIFACT_ID}/thumbnail`,
  duration_seconds: null,
  poster_url: null,
  preview_url: null,
  evaluation: null,
} satisfies RunArtifact;

const linksOf = (runId: string): Pick<RunStatus, 'status_url' | 'stream_url' | 'cancel_url'> => ({
  status_url: `/api/status/${runId}`,
  stream_url: `/api/status/stream/${runId}`,
  cancel_url: `/api/generate/${runId}/cancel`,
});

/** Bodies that can be sent as they are; the last one needs SIMULATOR=on. */
export const REQUESTS = {
  prompt: {
    summary: 'A prompt; the platform chooses the rest',
    value: { prompt: 'a lighthouse above a stormy sea at dusk' },
  },
  directed: {
    summary: 'Size, seed and some parameters given',
    value: {
      prompt: 'a lighthouse above a stormy sea at dusk',
      camera_angle: 'low-angle',
      lighting: 'dramatic',
      negative_prompt: 'people, text',
      width: 768,
      height: 512,
      seed: 42,
    },
  },
  manual: {
    summary: 'Taken as given, nothing chosen',
    value: { prompt: 'three pears on a wooden table', mode: 'manual', style: 'editorial', width: 512, height: 512 },
  },
  simulated: {
    summary: 'The simulator: fails once, then succeeds (SIMULATOR=on)',
    value: { prompt: 'a red car in the rain', model: 'simulator/timeout-then-ok', max_retries: 2 },
  },
};

/** What only jobs have. */
const PLAIN = {
  num_variants: 1,
  structured_prompt: null,
  inputs: null,
  duration_seconds: null,
  fps: null,
  motion: null,
};

export const COMPLETED = {
  id: 1,
  run_id: RUN_ID,
  status: 'completed',
  type: 'image',
  mode: 'ai',
  image_url: ARTIFACT.url,
  parameters: {
    prompt: 'a lighthouse above a stormy sea at dusk',
    negative_prompt: null,
    ...VISUAL,
    steps: 30,
    cfg_scale: 7,
    ...PLAIN,
  },
  quality_score: 1,
  generation_time: 1.698,
  reasoning: REASONING,
  cached: false,
  retry_count: 0,
  max_retries: 3,
  seed: 42,
  provider: 'builtin',
  model: 'studio',
  width: 768,
  height: 512,
  cost_estimate_usd: 0.002,
  cost_usd: 0.002,
  user_id: 1,
  project_id: null,
  parent_id: null,
  batch_id: null,
  instruction: null,
  source_run_id: null,
  saved_usd: null,
  prompt_hash: '7f0c5c6a4f1e9a40b6d1f0a3f1f2f8a3c96b0b1f6a4c1c2c2f7f5d3b8e0a9d41',
  next_attempt_at: null,
  created_at: CREATED,
  started_at: STARTED,
  completed_at: ENDED,
} satisfies Generation;

export const DETAIL = {
  ...COMPLETED,
  artifacts: [ARTIFACT],
  error: null,
  attempts: [
    {
      attempt: 1,
      status: 'completed',
      started_at: STARTED,
      ended_at: ENDED,
      worker_id: WORKER_ID,
      provider_job_ids: [],
      error: null,
    },
  ],
} satisfies GenerationDetail;

const ASYNC_RUN_ID = '01a1fbd0-678b-738f-8e57-937f6fce88f2';
const ASYNC_CREATED = '2026-11-21T01:55:01.644Z';

export const ACCEPTED = {
  id: 18,
  run_id: ASYNC_RUN_ID,
  status: 'pending',
  seed: 3371328260,
  provider: 'simulator',
  model: 'slow-5s',
  created_at: ASYNC_CREATED,
  ...linksOf(ASYNC_RUN_ID),
} satisfies AcceptedGeneration;

/** A run that somebody stopped before a worker took it. */
export const CANCELLED = {
  ...COMPLETED,
  status: 'cancelled',
  image_url: null,
  quality_score: null,
  generation_time: null,
  cost_usd: null,
  started_at: null,
  completed_at: '2026-11-21T01:54:58.112Z',
} satisfies Generation;

export const STATUS_COMPLETED = {
  run_id: RUN_ID,
  id: 1,
  status: 'completed',
  progress: 1,
  queue_position: null,
  artifacts: [ARTIFACT],
  error: null,
  retry_count: 0,
  next_attempt_at: null,
  created_at: CREATED,
  started_at: STARTED,
  completed_at: ENDED,
  ...linksOf(RUN_ID),
} satisfies RunStatus;

/** A run whose first attempt failed and whose second is not due yet. */
export const STATUS_RETRYING = {
  ...STATUS_COMPLETED,
  ...linksOf(ASYNC_RUN_ID),
  run_id: ASYNC_RUN_ID,
  id: 18,
  status: 'pending',
  progress: 0,
  artifacts: [],
  error: { category: 'timeout', message: 'The simulator fails as its model asks: timeout', retryable: true },
  retry_count: 1,
  next_attempt_at: '2026-11-21T01:55:02.690Z',
  created_at: ASYNC_CREATED,
  started_at: '2026-11-21T01:55:01.682Z',
  completed_at: null,
} satisfies RunStatus;

const ofRequest = {
  request_id: REQUEST_ID,
  traceparent: '00-729e13f41f2abee9878d475770895472-dab82ba5490e55b3-01',
  correlation_id: RUN_ID,
};
const ofWorker = {
  actor: `worker:${WORKER_ID}`,
  causation_id: '01a1fbd0-58d7-70da-b4f1-6a9f2f0c9d3e',
  ...ofRequest,
};

export const HISTORY = {
  run_id: RUN_ID,
  id: 1,
  events: [
    {
      sequence: 1,
      position: 1,
      type: 'GenerationCreated',
      occurred_at: '2026-11-21T01:54:57.879Z',
      data: {
        type: 'image',
        user_id: 1,
        project_id: null,
        mode: 'ai',
        prompt: COMPLETED.parameters.prompt,
        negative_prompt: null,
        visual: VISUAL,
        reasoning: REASONING,
        width: 768,
        height: 512,
        steps: 30,
        cfg_scale: 7,
        seed: 42,
        provider: 'builtin',
        model: 'studio',
        model_version: '1',
        use_cache: true,
        max_retries: 3,
        cost_estimate_usd: 0.002,
        prompt_hash: COMPLETED.prompt_hash,
        created_at: CREATED,
      },
      metadata: {
        actor: 'user:1',
        causation_id: REQUEST_ID,
        ...ofRequest,
      },
    },
    {
      sequence: 2,
      position: 2,
      type: 'GenerationStarted',
      occurred_at: '2026-11-21T01:54:57.913Z',
      data: { attempt: 1, worker_id: WORKER_ID, started_at: STARTED },
      metadata: ofWorker,
    },
    {
      sequence: 3,
      position: 3,
      type: 'GenerationArtifactStored',
      occurred_at: '2026-11-21T01:54:59.609Z',
      data: { attempt: 1, artifact: STORED, stored_at: ENDED },
      metadata: ofWorker,
    },
    {
      sequence: 4,
      position: 4,
      type: 'GenerationCompleted',
      occurred_at: '2026-11-21T01:54:59.609Z',
      data: {
        attempt: 1,
        quality_score: 1,
        generation_time: 1.698,
        cost_usd: 0.002,
        cached: false,
        completed_at: ENDED,
      },
      metadata: ofWorker,
    },
  ],
} satisfies RunHistory;

export const LOOKUP_HIT = {
  hit: true,
  prompt_hash: COMPLETED.prompt_hash,
  run_id: RUN_ID,
  artifacts: [ARTIFACT],
  cached_at: ENDED,
  expires_at: '2026-12-21T01:54:59.609Z',
};

export const LOOKUP_MISS = {
  ...LOOKUP_HIT,
  ...{ hit: false, run_id: null, artifacts: [], cached_at: null, expires_at: null },
};
