import type { AppliedPreset, Preset } from './presets-answer.dto.js';

/** Answers of a real process, for the OpenAPI document; test/e2e holds them to the schemas. */

const CONTENT = {
  name: 'Blue Hour',
  category: 'image',
  description: 'Outdoors, half an hour after sunset.',
  prompt_template: '{prompt}, in the blue hour, long exposure',
  negative_prompt: 'direct sun, harsh shadows',
  parameters: { width: 1024, height: 576, cfg_scale: 7.5, color_palette: 'cool' },
} as const;

export const PRESET_REQUESTS = {
  shared: { summary: 'For everybody', value: { id: 'blue_hour', ...CONTENT } },
  private: {
    summary: 'For one user, and for videos',
    value: {
      id: 'drone_flight',
      name: 'Drone flight',
      category: 'video',
      prompt_template: 'aerial view of {prompt}, smooth camera movements',
      parameters: { duration_seconds: 6, fps: 24 },
      owner: 7,
      visibility: 'private',
    },
  },
};

export const CHANGE_REQUESTS = {
  wider: {
    summary: 'Wider than before',
    value: { ...CONTENT, parameters: { ...CONTENT.parameters, width: 1344 } },
  },
};

export const CREATED_PRESET = {
  id: 'blue_hour',
  version: 1,
  ...CONTENT,
  built_in: false,
  owner: null,
  visibility: 'shared',
  created_at: '2026-11-26T11:37:50.253Z',
  updated_at: '2026-11-26T11:37:50.253Z',
  usage_url: '/api/presets/blue_hour/usage',
} satisfies Preset;

export const CHANGED_PRESET: Preset = {
  ...CREATED_PRESET,
  version: 2,
  parameters: { ...CONTENT.parameters, width: 1344 },
  updated_at: '2026-11-26T11:37:53.462Z',
};

export const BUILT_IN_EXAMPLE: Preset = {
  id: 'time_lapse',
  version: 1,
  name: 'Time Lapse',
  category: 'video',
  description: 'Hours in seconds: clouds race, the light changes, the camera stands still.',
  prompt_template: '{prompt}, accelerated motion',
  negative_prompt: 'slow motion, camera shake, frozen frames, flicker, watermark',
  parameters: { duration_seconds: 4, fps: 30 },
  built_in: true,
  owner: null,
  visibility: 'shared',
  created_at: null,
  updated_at: null,
  usage_url: '/api/presets/time_lapse/usage',
};

export const APPLIED_PRESET: AppliedPreset = {
  enhanced_prompt: 'a fisherman mending his net, in the blue hour, long exposure',
  negative_prompt: CONTENT.negative_prompt,
  parameters: CONTENT.parameters,
};

export const PRESET_USAGE = { runs: 4, completed: 3, failed: 1, success_rate: 75, average_generation_time: 0.5163 };
