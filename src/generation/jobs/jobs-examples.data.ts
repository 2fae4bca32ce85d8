import type { ProblemSample } from '../../platform/http/openapi-decorators.js';
import type { AcceptedJob } from '../status/generation-answer.dto.js';
import type { StructuredPrompt } from './structured-prompt.data.js';

const STRUCTURED: StructuredPrompt = {
  short_description: 'A lighthouse on a cliff above a stormy sea at dusk.',
  objects: [
    {
      description: 'a white lighthouse with a red lantern room',
      location: 'on the cliff, right of the centre',
      relationship: 'rises above the waves',
      relative_size: 'large',
    },
  ],
  background_setting: 'a dark sea and a sky with torn clouds',
  lighting: { conditions: 'golden hour', direction: 'side-lit from left', shadows: 'long, soft shadows' },
  aesthetics: {
    composition: 'rule of thirds',
    color_scheme: 'warm complementary colors',
    mood_atmosphere: 'lonely and grand',
  },
  photographic_characteristics: {
    depth_of_field: 'deep',
    focus: 'sharp on the lighthouse',
    camera_angle: 'low angle',
    lens_focal_length: 'wide-angle',
  },
  style_medium: 'photograph',
  context: 'a landscape photograph for a calendar',
  artistic_style: 'cinematic',
};

/** Bodies that can be sent as they are; those with pictures need uploads of one's own. */
export const IMAGE_JOBS = {
  variants: {
    summary: 'Three variants',
    value: { prompt: 'a lighthouse above a stormy sea at dusk', num_variants: 3, width: 768, height: 512, seed: 42 },
  },
  structured: {
    summary: 'A structured prompt',
    value: { structured_prompt: STRUCTURED, width: 768, height: 512, seed: 42 },
  },
};

export const VIDEO_JOBS = {
  smooth: {
    summary: 'Three seconds',
    value: { prompt: 'a lighthouse above a stormy sea at dusk', duration_seconds: 3, fps: 24, seed: 42 },
  },
  timeLapse: {
    summary: 'A time-lapse',
    value: { prompt: 'time-lapse of clouds over mountains', duration_seconds: 2, fps: 30, width: 512, height: 288 },
  },
};

export const IMAGE_TO_VIDEO_JOBS = {
  artifact: {
    summary: 'An artifact in motion',
    value: { prompt: 'a slow pan over the sea', image: '01a216e4-bc9a-753c-8b60-a85a461728bd', duration_seconds: 2 },
  },
};

export const ACCEPTED_JOB = {
  id: 5,
  run_id: '01a216e4-bcfb-767f-8fa0-b64e9bc12f3c',
  status: 'pending',
  seed: 42,
  provider: 'builtin',
  model: 'studio',
  created_at: '2026-11-26T08:06:59.067Z',
  status_url: '/api/status/01a216e4-bcfb-767f-8fa0-b64e9bc12f3c',
  stream_url: '/api/status/stream/01a216e4-bcfb-767f-8fa0-b64e9bc12f3c',
  cancel_url: '/api/generate/01a216e4-bcfb-767f-8fa0-b64e9bc12f3c/cancel',
  cache_hit: false,
  prompt_hash: 'd80bc7372d146162301156931a76d44048d1378057f6aa713d54a25d0e6311b5',
  cost_estimate_usd: 0.006,
} satisfies AcceptedJob;

export const JOB_FROM_CACHE = {
  id: 15,
  run_id: '01a216e4-e24e-75f4-bff1-b41bec98adc2',
  status: 'completed',
  seed: 42,
  provider: 'builtin',
  model: 'studio',
  created_at: '2026-11-26T08:07:08.622Z',
  status_url: '/api/status/01a216e4-e24e-75f4-bff1-b41bec98adc2',
  stream_url: '/api/status/stream/01a216e4-e24e-75f4-bff1-b41bec98adc2',
  cancel_url: '/api/generate/01a216e4-e24e-75f4-bff1-b41bec98adc2/cancel',
  cache_hit: true,
  prompt_hash: 'd80bc7372d146162301156931a76d44048d1378057f6aa713d54a25d0e6311b5',
  cost_estimate_usd: 0,
} satisfies AcceptedJob;

export const LACKING: ProblemSample = {
  code: 'validation_error',
  issues: [
    {
      loc: ['body', 'guidance_images'],
      msg: 'The model ok lacks the capability guidance',
      type: 'value_error',
    },
  ],
};

export const ESTIMATE_REQUESTS = {
  image: {
    summary: 'Two large variants',
    value: { prompt: 'a lighthouse above a stormy sea at dusk', num_variants: 2, width: 2048, height: 1024 },
  },
  video: {
    summary: 'A video',
    value: { prompt: 'a lighthouse above a stormy sea at dusk', duration_seconds: 4, fps: 24 },
  },
};

export const ESTIMATE = {
  total_usd: 0.008,
  per_variant_usd: 0.004,
  breakdown: [
    { item: 'one image by studio version 1 × 2 variants', usd: 0.004 },
    { item: 'resolution 2048 × 1024 × 2 variants', usd: 0.004 },
  ],
  currency: 'USD',
  provider: 'builtin',
  model: 'studio',
  cache_hit: false,
};

export const ESTIMATE_CACHED = {
  total_usd: 0,
  per_variant_usd: 0,
  breakdown: [
    { item: 'one image by studio version 1 × 3 variants', usd: 0.006 },
    { item: 'the result is in the cache', usd: -0.006 },
  ],
  currency: 'USD',
  provider: 'builtin',
  model: 'studio',
  cache_hit: true,
};
