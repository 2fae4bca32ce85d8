import type { Generation } from '../status/generation-answer.dto.js';
import type { Lineage } from './lineage.dto.js';

export const REFINE_REQUESTS = {
  instruction: { summary: 'An instruction', value: { instruction: 'with a sailing boat, in cool colours' } },
  changed: {
    summary: 'An instruction and a field',
    value: { instruction: 'closer to the water', camera_angle: 'eye-level', seed: 7 },
  },
};

export const REFINED = {
  id: 7,
  run_id: '01a216e4-bd39-742f-86d5-e9727cca7b1c',
  status: 'completed',
  type: 'image',
  mode: 'ai',
  image_url: '/api/artifacts/01a216e4-c2e6-705f-ab70-d51be7646478/content',
  parameters: {
    camera_angle: 'low-angle',
    fov: 'wide',
    lighting: 'dramatic',
    color_palette: 'cool',
    composition: 'rule-of-thirds',
    style: 'cinematic',
    num_variants: 1,
    structured_prompt: null,
    inputs: null,
    duration_seconds: null,
    fps: null,
    motion: null,
    prompt: 'a lighthouse above a stormy sea at dusk, with a sailing boat, in cool colours',
    negative_prompt: null,
    steps: 30,
    cfg_scale: 7,
  },
  quality_score: 1,
  generation_time: 1.415,
  reasoning: {
    fov: 'A wide view takes in the whole place (“sea”).',
    style: 'The scene could stand in a film (“stormy”).',
    lighting: 'Strong contrast belongs to the hour or the mood (“stormy”).',
    composition: 'A place and what stands in it find their balance on the thirds (“lighthouse”, “sea”).',
    camera_angle: 'A low camera lets what is tall or mighty rise above the viewer (“lighthouse”).',
    color_palette: 'The prompt asks for it (“cool colours”).',
  },
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
  parent_id: '01a216e4-b8ea-775e-90bb-7a665c191cb1',
  batch_id: null,
  instruction: 'with a sailing boat, in cool colours',
  source_run_id: null,
  saved_usd: null,
  prompt_hash: '49b2ce3b14583247113f2efd76e7fa043f9ee7039c0ef452cd44b13a832f6990',
  next_attempt_at: null,
  created_at: '2026-11-26T08:06:59.129Z',
  started_at: '2026-11-26T08:06:59.167Z',
  completed_at: '2026-11-26T08:07:00.582Z',
} satisfies Generation;

export const LINEAGE = {
  run_id: '01a216e4-b8ea-775e-90bb-7a665c191cb1',
  ancestors: [],
  refinements: [
    {
      id: 7,
      run_id: '01a216e4-bd39-742f-86d5-e9727cca7b1c',
      status: 'completed',
      instruction: 'with a sailing boat, in cool colours',
      created_at: '2026-11-26T08:06:59.129Z',
    },
  ],
} satisfies Lineage;
