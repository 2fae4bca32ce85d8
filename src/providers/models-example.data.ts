import type { ModelList } from './models.dto.js';

const CAPABILITIES = ['text-to-image', 'negative-prompt', 'seed', 'deterministic', 'offline'];
const LIMITS = {
  width: { min: 256, max: 2048 },
  height: { min: 256, max: 2048 },
  steps: { min: 1, max: 150 },
  cfg_scale: { min: 1, max: 30 },
};

/** The answer of GET /api/models without SIMULATOR=on, its list of simulator models cut to the first. */
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
          types: ['image'],
          capabilities: CAPABILITIES,
          limits: LIMITS,
          price: { unit: 'image', usd: 0.002 },
        },
        {
          id: 'proof',
          name: 'Darkroom Proof',
          types: ['image'],
          capabilities: CAPABILITIES,
          limits: LIMITS,
          price: { unit: 'image', usd: 0.001 },
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
          types: ['image'],
          capabilities: CAPABILITIES,
          limits: LIMITS,
          price: { unit: 'image', usd: 0.01 },
        },
      ],
    },
  ],
};
