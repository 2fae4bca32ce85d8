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

const visualOf = (body: GenerateDto): VisualParameters => ({
  ...(body.camera_angle !== undefined && { camera_angle: body.camera_angle }),
  ...(body.fov !== undefined && { fov: body.fov }),
  ...(body.lighting !== undefined && { lighting: body.lighting }),
  ...(body.color_palette !== undefined && { color_palette: body.color_palette }),
  ...(body.composition !== undefined && { composition: body.composition }),
  ...(body.style !== undefined && { style: body.style }),
});

const textOf = (text: string | undefined): string | null => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

/** The body with the contract's defaults filled in. */
export const toRequest = (body: GenerateDto): GenerationRequest => ({
  prompt: body.prompt.trim(),
  mode: body.mode ?? 'ai',
  visual: visualOf(body),
  negativePrompt: textOf(body.negative_prompt),
  width: body.width ?? LIMITS.width.default,
  height: body.height ?? LIMITS.height.default,
  steps: body.steps ?? LIMITS.steps.default,
  cfgScale: body.cfg_scale ?? LIMITS.cfg_scale.default,
  seed: body.seed ?? null,
  provider: body.provider?.trim() ?? null,
  model: body.model?.trim() ?? null,
  useCache: body.use_cache ?? true,
  maxRetries: body.max_retries ?? LIMITS.max_retries.default,
  userId: body.user_id ?? 1,
  projectId: body.project_id ?? null,
});
