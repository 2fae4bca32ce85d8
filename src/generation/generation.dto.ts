import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, Max, Min, ValidateBy } from 'class-validator';
import {
  CAMERA_ANGLES,
  COLOR_PALETTES,
  COMPOSITIONS,
  FIELDS_OF_VIEW,
  LIGHTINGS,
  STYLES,
  type VisualParameters,
} from '../providers/image-provider.port.js';
import type { GenerationRequest } from './generation.commands.js';
import { LIMITS } from './generation.data.js';
import type { Mode } from './generation.events.js';

const MAX_ID = 2 ** 31 - 1;

/** Characters are Unicode code points; white space at both ends does not count. */
const IsTrimmedText = ({ min, max }: { readonly min: number; readonly max: number }): PropertyDecorator =>
  ValidateBy({
    name: 'isTrimmedText',
    validator: {
      validate: (value) => {
        const length = typeof value === 'string' ? [...value.trim()].length : -1;
        return length >= min && length <= max;
      },
      defaultMessage: () => `must have ${String(min)} to ${String(max)} characters`,
    },
  });

const IsMultipleOf = (step: number): PropertyDecorator =>
  ValidateBy({
    name: 'isMultipleOf',
    validator: {
      validate: (value) => typeof value === 'number' && value % step === 0,
      defaultMessage: () => `must be a multiple of ${String(step)}`,
    },
  });

/** Body of POST /api/generate. */
export class GenerateDto {
  @IsString()
  @IsTrimmedText(LIMITS.prompt)
  prompt!: string;

  @IsOptional()
  @IsIn(['ai', 'manual'])
  mode?: Mode;

  @IsOptional()
  @IsIn(CAMERA_ANGLES)
  camera_angle?: (typeof CAMERA_ANGLES)[number];

  @IsOptional()
  @IsIn(FIELDS_OF_VIEW)
  fov?: (typeof FIELDS_OF_VIEW)[number];

  @IsOptional()
  @IsIn(LIGHTINGS)
  lighting?: (typeof LIGHTINGS)[number];

  @IsOptional()
  @IsIn(COLOR_PALETTES)
  color_palette?: (typeof COLOR_PALETTES)[number];

  @IsOptional()
  @IsIn(COMPOSITIONS)
  composition?: (typeof COMPOSITIONS)[number];

  @IsOptional()
  @IsIn(STYLES)
  style?: (typeof STYLES)[number];

  @IsOptional()
  @IsString()
  @IsTrimmedText(LIMITS.negative_prompt)
  negative_prompt?: string;

  @IsOptional()
  @IsInt()
  @Min(LIMITS.width.min)
  @Max(LIMITS.width.max)
  @IsMultipleOf(LIMITS.width.multiple_of)
  width?: number;

  @IsOptional()
  @IsInt()
  @Min(LIMITS.height.min)
  @Max(LIMITS.height.max)
  @IsMultipleOf(LIMITS.height.multiple_of)
  height?: number;

  @IsOptional()
  @IsInt()
  @Min(LIMITS.steps.min)
  @Max(LIMITS.steps.max)
  steps?: number;

  @IsOptional()
  @IsNumber()
  @Min(LIMITS.cfg_scale.min)
  @Max(LIMITS.cfg_scale.max)
  cfg_scale?: number;

  @IsOptional()
  @IsInt()
  @Min(LIMITS.seed.min)
  @Max(LIMITS.seed.max)
  seed?: number;

  @IsOptional()
  @IsString()
  @IsTrimmedText({ min: 1, max: 100 })
  provider?: string;

  @IsOptional()
  @IsString()
  @IsTrimmedText({ min: 1, max: 200 })
  model?: string;

  @IsOptional()
  @IsBoolean()
  use_cache?: boolean;

  @IsOptional()
  @IsInt()
  @Min(LIMITS.max_retries.min)
  @Max(LIMITS.max_retries.max)
  max_retries?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  user_id?: number;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  project_id?: number;
}

const VISUAL = [
  'camera_angle',
  'fov',
  'lighting',
  'color_palette',
  'composition',
  'style',
] as const satisfies (keyof VisualParameters)[];

const visualOf = (body: GenerateDto): VisualParameters =>
  Object.fromEntries(VISUAL.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));

const trimmed = (text: string | undefined): string | null => {
  const kept = text?.trim() ?? '';
  return kept === '' ? null : kept;
};

const DEFAULTS: Readonly<
  Required<
    Pick<GenerateDto, 'mode' | 'width' | 'height' | 'steps' | 'cfg_scale' | 'use_cache' | 'max_retries' | 'user_id'>
  >
> = {
  mode: 'ai',
  width: LIMITS.width.default,
  height: LIMITS.height.default,
  steps: LIMITS.steps.default,
  cfg_scale: LIMITS.cfg_scale.default,
  use_cache: true,
  max_retries: LIMITS.max_retries.default,
  user_id: 1,
};

/** The body with the contract's defaults filled in. */
export const toRequest = (body: GenerateDto): GenerationRequest => {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as GenerateDto;
  const filled = Object.assign({}, DEFAULTS, given);
  return {
    prompt: filled.prompt.trim(),
    mode: filled.mode,
    visual: visualOf(body),
    negativePrompt: trimmed(filled.negative_prompt),
    width: filled.width,
    height: filled.height,
    steps: filled.steps,
    cfgScale: filled.cfg_scale,
    seed: filled.seed ?? null,
    provider: trimmed(filled.provider),
    model: trimmed(filled.model),
    useCache: filled.use_cache,
    maxRetries: filled.max_retries,
    userId: filled.user_id,
    projectId: filled.project_id ?? null,
  };
};
