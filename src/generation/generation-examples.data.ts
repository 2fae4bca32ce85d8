import type { AcceptedGeneration, Generation, GenerationDetail, RunStatus } from './status/generation-answer.dto.js';
import type { RunArtifact } from './status/run-parts.dto.js';
import type { RunHistory } from './status/run-history.dto.js';

/** Answers of a real process, for the OpenAPI document; test/e2e holds them to the schemas and to fresh answers. */

const RUN_ID = '01a216e4-b8ea-775e-90bb-7a665c191cb1';
const ARTIFACT_ID = '01a216e4-bc9a-753c-8b60-a85a461728bd';
const WORKER_ID = '01a216e4-b52b-712e-8679-828409c5981e';
const REQUEST_ID = 'f560aa2c-bdc8-43a0-b2a7-a2d25b59289c';
const CREATED = '2026-11-26T08:06:58.027Z';
const STARTED = '2026-11-26T08:06:58.095Z';
const ENDED = '2026-11-26T08:06:58.970Z';

const REASONING = {
  camera_angle: 'A low camera lets what is tall or mighty rise above the viewer (“lighthouse”).',
  fov: 'A wide view takes in the whole place (“sea”).',
  lighting: 'Strong contrast belongs to the hour or the mood (“stormy”).',
  color_palette: 'Reds and golds carry the warmth of the scene (“dusk”).',
  composition: 'A place and what stands in it find their balance on the thirds (“lighthouse”, “sea”).',
  style: 'The scene could stand in a film (“stormy”).',
};
const VISUAL = {
  camera_angle: 'low-angle',
  fov: 'wide',
  lighting: 'dramatic',
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
  bytes: 401970,
  sha256: '1389f6b4ff7e80be4b7b0f2cdd18747a1daa1620b354dbc17c7229fb0fc28011',
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
  preset: {
    summary: 'With a preset, and a smaller size than it has',
    value: { prompt: 'an old fisherman', preset: 'cinematic_portrait', width: 384, height: 512 },
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
    enhanced_prompt: null,
    ...VISUAL,
    steps: 30,
    cfg_scale: 7,
    ...PLAIN,
  },
  quality_score: 1,
  generation_time: 0.875,
  reasoning: REASONING,
  cached: false,
  retry_count: 0,
  max_retries: 3,
  priority: 'normal',
  seed: 42,
  provider: 'builtin',
  model: 'studio',
  preset: null,
  preset_version: null,
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
  prompt_hash: 'd2d8000d9228ae8c36b5a931f0f2daee61a4bfe0b3070329f9f991fda2b394c6',
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

const ASYNC_RUN_ID = '01a216e5-91c3-7384-a658-b4c51e6fb9b5';
const ASYNC_CREATED = '2026-11-26T08:07:53.539Z';

export const ACCEPTED = {
  id: 20,
  run_id: ASYNC_RUN_ID,
  status: 'pending',
  seed: 4051217168,
  provider: 'simulator',
  model: 'timeout-then-ok',
  created_at: ASYNC_CREATED,
  ...linksOf(ASYNC_RUN_ID),
} satisfies AcceptedGeneration;

/** A run that somebody stopped before a worker took it. */
export const CANCELLED = {
  ...COMPLETED,
  id: 24,
  run_id: '01a216e5-930d-7667-8c06-7d36453734be',
  prompt_hash: null,
  created_at: '2026-11-26T08:07:53.869Z',
  status: 'cancelled',
  image_url: null,
  quality_score: null,
  generation_time: null,
  cost_usd: null,
  started_at: null,
  completed_at: '2026-11-26T08:07:53.979Z',
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
  expires_at: null,
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
  id: 20,
  status: 'pending',
  progress: 0,
  artifacts: [],
  error: { category: 'timeout', message: 'The simulator fails as its model asks: timeout', retryable: true },
  retry_count: 1,
  next_attempt_at: '2026-11-26T08:07:54.700Z',
  created_at: ASYNC_CREATED,
  started_at: '2026-11-26T08:07:53.628Z',
  completed_at: null,
} satisfies RunStatus;

const ofRequest = {
  request_id: REQUEST_ID,
  traceparent: '00-8c33e2fb531d04f2d4d0dc4fb71d2dd0-b39021aebde33ed9-01',
  correlation_id: RUN_ID,
};
const ofWorker = {
  actor: `worker:${WORKER_ID}`,
  causation_id: '01a216e4-b8f8-738e-ab38-f965d9bb22a2',
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
      occurred_at: '2026-11-26T08:06:58.044Z',
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
        priority: 'normal',
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
      occurred_at: '2026-11-26T08:06:58.104Z',
      data: { attempt: 1, worker_id: WORKER_ID, started_at: STARTED },
      metadata: ofWorker,
    },
    {
      sequence: 3,
      position: 3,
      type: 'GenerationArtifactStored',
      occurred_at: '2026-11-26T08:06:58.976Z',
      data: { attempt: 1, artifact: STORED, stored_at: ENDED },
      metadata: ofWorker,
    },
    {
      sequence: 4,
      position: 4,
      type: 'GenerationCompleted',
      occurred_at: '2026-11-26T08:06:58.976Z',
      data: {
        attempt: 1,
        quality_score: 1,
        generation_time: 0.875,
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
  expires_at: '2026-12-26T08:06:58.970Z',
};

export const LOOKUP_MISS = {
  ...LOOKUP_HIT,
  ...{ hit: false, run_id: null, artifacts: [], cached_at: null, expires_at: null },
};
