import type { ProblemSample } from '../../platform/http/openapi-decorators.js';
import { ACCEPTED } from '../generation-examples.data.js';
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
    value: { prompt: 'a slow pan over the sea', image: '01a1fbd0-5f97-75fc-8056-4e72003ea8d2', duration_seconds: 2 },
  },
};

export const ACCEPTED_JOB = {
  ...ACCEPTED,
  cache_hit: false,
  prompt_hash: '7f0c5c6a4f1e9a40b6d1f0a3f1f2f8a3c96b0b1f6a4c1c2c2f7f5d3b8e0a9d41',
  cost_estimate_usd: 0.006,
} satisfies AcceptedJob;

export const JOB_FROM_CACHE = {
  ...ACCEPTED_JOB,
  status: 'completed',
  cache_hit: true,
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
  ...ESTIMATE,
  total_usd: 0,
  per_variant_usd: 0,
  breakdown: [...ESTIMATE.breakdown, { item: 'the result is in the cache', usd: -0.008 }],
  cache_hit: true,
};
