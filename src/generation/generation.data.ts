import {
  CAMERA_ANGLES,
  COLOR_PALETTES,
  COMPOSITIONS,
  FIELDS_OF_VIEW,
  LIGHTINGS,
  STYLES,
} from '../providers/image-provider.port.js';
import type { Priority } from './generation.events.js';
import type { ParameterRule, Parameters } from './parameters.dto.js';

export const PRIORITIES: readonly Priority[] = ['low', 'normal', 'high'];

/** Limits and defaults of a request's fields. Lengths are Unicode code points after trimming, sizes are pixels. */
export const LIMITS = {
  prompt: { min: 3, max: 2000 },
  negative_prompt: { min: 0, max: 2000 },
  width: { min: 256, max: 2048, multiple_of: 8, default: 1024 },
  height: { min: 256, max: 2048, multiple_of: 8, default: 1024 },
  steps: { min: 1, max: 150, default: 30 },
  cfg_scale: { min: 1, max: 30, default: 7 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  provider: { min: 1, max: 100 },
  model: { min: 1, max: 200 },
  preset: { min: 3, max: 64 },
  max_retries: { min: 0, max: 5, default: 3 },
  expires_in: { min: 1, max: 86_400 },
  user_id: { min: 1, max: 2 ** 31 - 1, default: 1 },
  project_id: { min: 1, max: 2 ** 31 - 1 },
} as const;

const choice = (values: readonly string[], fallback: string | null = null): ParameterRule => ({
  type: 'enum',
  values,
  default: fallback,
});

/** The answer of GET /api/generate/parameters. */
export const PARAMETERS: Parameters = {
  parameters: {
    prompt: { type: 'string', required: true, ...LIMITS.prompt },
    mode: choice(['ai', 'manual'], 'ai'),
    camera_angle: choice(CAMERA_ANGLES),
    fov: choice(FIELDS_OF_VIEW),
    lighting: choice(LIGHTINGS),
    color_palette: choice(COLOR_PALETTES),
    composition: choice(COMPOSITIONS),
    style: choice(STYLES),
    negative_prompt: { type: 'string', default: null, ...LIMITS.negative_prompt },
    width: { type: 'integer', ...LIMITS.width },
    height: { type: 'integer', ...LIMITS.height },
    steps: { type: 'integer', ...LIMITS.steps },
    cfg_scale: { type: 'number', ...LIMITS.cfg_scale },
    seed: { type: 'integer', default: 'random', ...LIMITS.seed },
    provider: { type: 'string', default: null, ...LIMITS.provider },
    model: { type: 'string', default: null, ...LIMITS.model },
    preset: { type: 'string', default: null, ...LIMITS.preset },
    use_cache: { type: 'boolean', default: true },
    max_retries: { type: 'integer', ...LIMITS.max_retries },
    priority: choice(PRIORITIES, 'normal'),
    expires_in: { type: 'integer', default: null, ...LIMITS.expires_in },
    user_id: { type: 'integer', ...LIMITS.user_id },
    project_id: { type: 'integer', default: null, ...LIMITS.project_id },
  },
};
