import type { ModelList } from './models.dto.js';

const MANNERS = ['negative-prompt', 'seed', 'deterministic', 'offline'];
const LIMITS = {
  width: { min: 256, max: 2048 },
  height: { min: 256, max: 2048 },
  steps: { min: 1, max: 150 },
  cfg_scale: { min: 1, max: 30 },
};

const PAINTER = {
  types: ['image'] as const,
  capabilities: [
    'text-to-image',
    'guidance',
    ...['canny', 'depth', 'pose', 'scribble', 'tile'].map((type) => `controlnet:${type}`),
    ...MANNERS,
  ],
  limits: {
    ...LIMITS,
    'guidance_images.length': { min: 0, max: 4 },
    'guidance_images.weight': { min: 0, max: 1 },
    'controlnet.strength': { min: 0, max: 2 },
    'controlnet.start': { min: 0, max: 1 },
    'controlnet.end': { min: 0, max: 1 },
  },
};

/** The answer of GET /api/models without SIMULATOR=on, its list of simulator models cut to the first. */
const EXTRAS = { included_pixels: 1_048_576, guidance_image_usd: 0.0005, controlnet_usd: 0.001 };

export const MODEL_LIST: ModelList = {
  default: { provider: 'builtin', model: 'studio' },
  providers: [
    {
      id: 'builtin',
      name: 'Built-in renderer',
      configured: true,
      reason: null,
      models: [
        {
          id: 'studio',
          name: 'Darkroom Studio',
          version: '1',
          ...PAINTER,
          price: { unit: 'image', usd: 0.002, ...EXTRAS },
        },
        {
          id: 'proof',
          name: 'Darkroom Proof',
          version: '1',
          ...PAINTER,
          price: { unit: 'image', usd: 0.001, ...EXTRAS },
        },
        {
          id: 'motion',
          name: 'Darkroom Motion',
          version: '1',
          types: ['video'],
          capabilities: ['text-to-video', 'image-to-video', ...MANNERS],
          limits: {
            ...LIMITS,
            duration_seconds: { min: 1, max: 10 },
            fps: { min: 1, max: 60 },
            pixel_frames: { min: 1, max: 130_000_000 },
          },
          price: { unit: 'second', usd: 0.01, ...EXTRAS },
        },
      ],
    },
    {
      id: 'simulator',
      name: 'Simulator',
      configured: false,
      reason: 'SIMULATOR is off',
      models: [
        {
          id: 'ok',
          name: 'Succeeds at once',
          version: '1',
          types: ['image'],
          capabilities: ['text-to-image', ...MANNERS],
          limits: LIMITS,
          price: { unit: 'image', usd: 0.01, included_pixels: null, guidance_image_usd: 0, controlnet_usd: 0 },
        },
      ],
    },
  ],
};
