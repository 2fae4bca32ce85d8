import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, Max, Min } from 'class-validator';
import {
  CAMERA_ANGLES,
  COLOR_PALETTES,
  COMPOSITIONS,
  FIELDS_OF_VIEW,
  LIGHTINGS,
  STYLES,
  type VisualParameters,
} from '../providers/image-provider.port.js';
import { LIMITS, PRIORITIES } from './generation.data.js';
import type { Mode, Priority } from './generation.events.js';
import { IsMultipleOf, IsPresetId, IsTrimmedText, MAX_ID, numeric } from './request-fields.dto.js';

/** Body of POST /api/generate. */
@ApiSchema({ name: 'GenerateRequest' })
export class GenerateDto {
  @ApiProperty({
    description: 'What the picture shows: 3 to 2000 characters, white space at the ends not counted.',
    minLength: LIMITS.prompt.min,
    maxLength: LIMITS.prompt.max,
    example: 'a lighthouse above a stormy sea at dusk',
  })
  @IsString()
  @IsTrimmedText(LIMITS.prompt)
  prompt!: string;

  @ApiPropertyOptional({
    enum: ['ai', 'manual'],
    enumName: 'Mode',
    default: 'ai',
    description:
      '`ai`: the platform fills each visual parameter that is left out and says why in `reasoning`. `manual`: they are taken as given.',
  })
  @IsOptional()
  @IsIn(['ai', 'manual'])
  mode?: Mode;

  @ApiPropertyOptional({
    enum: [...CAMERA_ANGLES],
    enumName: 'CameraAngle',
    description: 'Height and tilt of the camera.',
  })
  @IsOptional()
  @IsIn(CAMERA_ANGLES)
  camera_angle?: (typeof CAMERA_ANGLES)[number];

  @ApiPropertyOptional({ enum: [...FIELDS_OF_VIEW], enumName: 'FieldOfView', description: 'Width of the view.' })
  @IsOptional()
  @IsIn(FIELDS_OF_VIEW)
  fov?: (typeof FIELDS_OF_VIEW)[number];

  @ApiPropertyOptional({ enum: [...LIGHTINGS], enumName: 'Lighting', description: 'Kind of light.' })
  @IsOptional()
  @IsIn(LIGHTINGS)
  lighting?: (typeof LIGHTINGS)[number];

  @ApiPropertyOptional({ enum: [...COLOR_PALETTES], enumName: 'ColorPalette', description: 'Mood of the colours.' })
  @IsOptional()
  @IsIn(COLOR_PALETTES)
  color_palette?: (typeof COLOR_PALETTES)[number];

  @ApiPropertyOptional({ enum: [...COMPOSITIONS], enumName: 'Composition', description: 'Where the subject stands.' })
  @IsOptional()
  @IsIn(COMPOSITIONS)
  composition?: (typeof COMPOSITIONS)[number];

  @ApiPropertyOptional({ enum: [...STYLES], enumName: 'Style', description: 'Manner of the picture.' })
  @IsOptional()
  @IsIn(STYLES)
  style?: (typeof STYLES)[number];

  @ApiPropertyOptional({
    description: 'What must not be in the picture; at most 2000 characters.',
    maxLength: LIMITS.negative_prompt.max,
  })
  @IsOptional()
  @IsString()
  @IsTrimmedText(LIMITS.negative_prompt)
  negative_prompt?: string;

  @ApiPropertyOptional(numeric('integer', 'Pixels', LIMITS.width))
  @IsOptional()
  @IsInt()
  @Min(LIMITS.width.min)
  @Max(LIMITS.width.max)
  @IsMultipleOf(LIMITS.width.multiple_of)
  width?: number;

  @ApiPropertyOptional(numeric('integer', 'Pixels', LIMITS.height))
  @IsOptional()
  @IsInt()
  @Min(LIMITS.height.min)
  @Max(LIMITS.height.max)
  @IsMultipleOf(LIMITS.height.multiple_of)
  height?: number;

  @ApiPropertyOptional(numeric('integer', 'Steps of refinement', LIMITS.steps))
  @IsOptional()
  @IsInt()
  @Min(LIMITS.steps.min)
  @Max(LIMITS.steps.max)
  steps?: number;

  @ApiPropertyOptional(numeric('number', 'How closely the model follows the prompt', LIMITS.cfg_scale))
  @IsOptional()
  @IsNumber()
  @Min(LIMITS.cfg_scale.min)
  @Max(LIMITS.cfg_scale.max)
  cfg_scale?: number;

  @ApiPropertyOptional(
    numeric('integer', 'The same seed gives the same picture. Drawn and recorded when it is left out', LIMITS.seed),
  )
  @IsOptional()
  @IsInt()
  @Min(LIMITS.seed.min)
  @Max(LIMITS.seed.max)
  seed?: number;

  @ApiPropertyOptional({
    description: 'A provider of `GET /api/models`; the default one when it is left out.',
    minLength: 1,
    maxLength: 100,
    example: 'builtin',
  })
  @IsOptional()
  @IsString()
  @IsTrimmedText({ min: 1, max: 100 })
  provider?: string;

  @ApiPropertyOptional({
    description: 'A model of the provider, or `provider/model` without `provider`.',
    minLength: 1,
    maxLength: 200,
    example: 'builtin/studio',
  })
  @IsOptional()
  @IsString()
  @IsTrimmedText({ min: 1, max: 200 })
  model?: string;

  @ApiPropertyOptional({
    description:
      'A preset of `GET /api/presets`: its template, negative prompt and parameters count where the request says nothing itself.',
    pattern: '^[a-z0-9_]{3,64}$',
  })
  @IsOptional()
  @IsString()
  @IsPresetId()
  preset?: string;

  @ApiPropertyOptional({ description: 'Whether a picture that is there already may be the answer.', default: true })
  @IsOptional()
  @IsBoolean()
  use_cache?: boolean;

  @ApiPropertyOptional(numeric('integer', 'Attempts that may follow the first', LIMITS.max_retries))
  @IsOptional()
  @IsInt()
  @Min(LIMITS.max_retries.min)
  @Max(LIMITS.max_retries.max)
  max_retries?: number;

  @ApiPropertyOptional({
    enum: [...PRIORITIES],
    enumName: 'Priority',
    default: 'normal',
    description:
      'How urgent the run is among those of its user. Users take turns, each by their weight, and the priority says which of their runs takes the ' +
      'next turn: a `high` one passes those that wait, a `low` one lets them pass, and no other user waits longer for that. Retries keep it.',
  })
  @IsOptional()
  @IsIn(PRIORITIES)
  priority?: Priority;

  @ApiPropertyOptional(
    numeric(
      'integer',
      'Seconds that the run may wait for an attempt to start, from now and again from each retry by hand; then it fails as `expired`',
      LIMITS.expires_in,
    ),
  )
  @IsOptional()
  @IsInt()
  @Min(LIMITS.expires_in.min)
  @Max(LIMITS.expires_in.max)
  expires_in?: number;

  @ApiPropertyOptional(numeric('integer', 'Whose run it is', { min: 1, max: MAX_ID, default: 1 }))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  user_id?: number;

  @ApiPropertyOptional(numeric('integer', 'The project that it belongs to', { min: 1, max: MAX_ID }))
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

/** The visual parameters that a body gives. */
export const visualOf = (body: VisualParameters): VisualParameters =>
  Object.fromEntries(VISUAL.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));

/** Null for a text that is absent or empty. */
export const trimmed = (text: string | undefined): string | null => {
  const kept = text?.trim() ?? '';
  return kept === '' ? null : kept;
};

/** The provider and the model that a body names, whatever else is wrong with it; null where one of them is no text. */
export const namedModel = ({
  provider,
  model,
}: {
  readonly provider?: unknown;
  readonly model?: unknown;
}): { readonly provider: string | null; readonly model: string | null } | null => {
  const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === 'string';
  return isText(provider) && isText(model) ? { provider: trimmed(provider), model: trimmed(model) } : null;
};
