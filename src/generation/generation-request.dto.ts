import type { GenerationRequest } from './generation.commands.js';
import { LIMITS } from './generation.data.js';
import { trimmed, visualOf, type GenerateDto } from './generation.dto.js';

/** What every body may hold that asks for a result. */
type Common = Pick<
  GenerateDto,
  | 'negative_prompt'
  | 'width'
  | 'height'
  | 'steps'
  | 'cfg_scale'
  | 'seed'
  | 'provider'
  | 'model'
  | 'preset'
  | 'use_cache'
  | 'max_retries'
  | 'priority'
  | 'expires_in'
  | 'user_id'
  | 'project_id'
>;

/** The names of the fields that the caller gave, also where an empty one takes something away. */
const givenFields = (body: object): ReadonlySet<string> =>
  new Set(Object.entries(body).flatMap(([name, value]) => (value === undefined || value === null ? [] : [name])));

/** How the run is to be dealt with, whatever it makes. */
const handlingOf = (body: Common): Pick<GenerationRequest, 'useCache' | 'maxRetries' | 'priority' | 'expiresIn'> => ({
  useCache: body.use_cache ?? true,
  maxRetries: body.max_retries ?? LIMITS.max_retries.default,
  priority: body.priority ?? 'normal',
  ...(typeof body.expires_in === 'number' && { expiresIn: body.expires_in }),
});

/** The fields that all bodies have, with the contract's defaults filled in. */
export const commonOf = (body: Common): Omit<GenerationRequest, 'type' | 'prompt' | 'mode' | 'visual' | 'details'> => ({
  negativePrompt: trimmed(body.negative_prompt),
  width: body.width ?? LIMITS.width.default,
  height: body.height ?? LIMITS.height.default,
  steps: body.steps ?? LIMITS.steps.default,
  cfgScale: body.cfg_scale ?? LIMITS.cfg_scale.default,
  seed: body.seed ?? null,
  provider: trimmed(body.provider),
  model: trimmed(body.model),
  ...handlingOf(body),
  userId: body.user_id ?? LIMITS.user_id.default,
  projectId: body.project_id ?? null,
  ...(body.preset !== undefined && { preset: { id: body.preset, given: givenFields(body) } }),
});

/** The body of a plain generation with the contract's defaults filled in. */
export const toRequest = (
  body: Omit<GenerateDto, 'use_cache' | 'max_retries' | 'priority' | 'expires_in' | 'user_id' | 'project_id'> & Common,
): GenerationRequest => ({
  ...commonOf(body),
  type: 'image',
  prompt: body.prompt.trim(),
  mode: body.mode ?? 'ai',
  visual: visualOf(body),
});
