import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, Min, ValidateBy, ValidateNested } from 'class-validator';
import { GenerateDto, trimmed } from '../generation/generation.dto.js';
import { TextToVideoDto } from '../generation/jobs/job.dto.js';
import { PROMPT_PLACE, type PresetParameters } from '../generation/preset/preset-source.port.js';
import { IsPresetId, IsTrimmedText, MAX_ID, numeric } from '../generation/request-fields.dto.js';
import type { NewPreset } from './presets.commands.js';
import { PRESET_CATEGORIES, PRESET_LIMITS, VISIBILITIES } from './presets.data.js';
import type { PresetCategory, PresetContent, Visibility } from './presets.events.js';

/** A template without the caller's words, or with them twice, is a mistake. */
const HasOnePromptPlace = (): PropertyDecorator =>
  ValidateBy({
    name: 'hasOnePromptPlace',
    validator: {
      validate: (value) => typeof value === 'string' && value.split(PROMPT_PLACE).length === 2,
      defaultMessage: () => `must contain ${PROMPT_PLACE} exactly once`,
    },
  });

/** What a preset decides of a run, with the limits of the bodies that make one. */
@ApiSchema({ name: 'PresetParameters' })
export class PresetParametersDto extends IntersectionType(
  PickType(GenerateDto, [
    'camera_angle',
    'fov',
    'lighting',
    'color_palette',
    'composition',
    'style',
    'width',
    'height',
    'steps',
    'cfg_scale',
    'seed',
    'provider',
    'model',
  ] as const),
  PickType(TextToVideoDto, ['duration_seconds', 'fps'] as const),
) {}

/** Body of POST /api/presets. */
@ApiSchema({ name: 'CreatePresetRequest' })
export class CreatePresetDto {
  @ApiProperty({
    description: 'By which requests name it: 3 to 64 of `a`–`z`, `0`–`9` and `_`.',
    pattern: '^[a-z0-9_]{3,64}$',
    example: 'blue_hour',
  })
  @IsString()
  @IsPresetId()
  id!: string;

  @ApiProperty({
    description: 'What people call it.',
    minLength: PRESET_LIMITS.name.min,
    maxLength: PRESET_LIMITS.name.max,
    example: 'Blue Hour',
  })
  @IsString()
  @IsTrimmedText(PRESET_LIMITS.name)
  name!: string;

  @ApiProperty({ enum: [...PRESET_CATEGORIES], enumName: 'PresetCategory', description: 'What it is for.' })
  @IsIn(PRESET_CATEGORIES)
  category!: PresetCategory;

  @ApiPropertyOptional({
    description: 'What it does, for people; at most 1000 characters.',
    maxLength: PRESET_LIMITS.description.max,
  })
  @IsOptional()
  @IsString()
  @IsTrimmedText(PRESET_LIMITS.description)
  description?: string;

  @ApiProperty({
    description: 'What becomes of a prompt: `{prompt}`, which stands in it exactly once, is replaced with it.',
    minLength: PRESET_LIMITS.prompt_template.min,
    maxLength: PRESET_LIMITS.prompt_template.max,
    example: '{prompt}, in the blue hour, long exposure',
  })
  @IsString()
  @IsTrimmedText(PRESET_LIMITS.prompt_template)
  @HasOnePromptPlace()
  prompt_template!: string;

  @ApiPropertyOptional({
    description: 'What must not be in the picture, unless a request says so itself; at most 2000 characters.',
    maxLength: PRESET_LIMITS.negative_prompt.max,
  })
  @IsOptional()
  @IsString()
  @IsTrimmedText(PRESET_LIMITS.negative_prompt)
  negative_prompt?: string;

  @ApiProperty({
    type: PresetParametersDto,
    description:
      'Values for fields that a request leaves out; `{}` for none. `duration_seconds` and `fps` are for videos only.',
  })
  @ValidateNested()
  @Type(() => PresetParametersDto)
  parameters!: PresetParametersDto;

  @ApiPropertyOptional(numeric('integer', 'The user whose preset it is, for good', { min: 1, max: MAX_ID }))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  owner?: number;

  @ApiPropertyOptional({
    enum: [...VISIBILITIES],
    enumName: 'PresetVisibility',
    default: 'shared',
    description: '`private`: only its owner can see and use it. `shared`: everybody can.',
  })
  @IsOptional()
  @IsIn(VISIBILITIES)
  visibility?: Visibility;
}

/** Body of PUT /api/presets/{id}. */
@ApiSchema({ name: 'ChangePresetRequest' })
export class ChangePresetDto extends OmitType(CreatePresetDto, ['id', 'owner', 'visibility'] as const) {
  @ApiPropertyOptional({ enum: [...VISIBILITIES], enumName: 'PresetVisibility', description: 'As it is, if left out.' })
  @IsOptional()
  @IsIn(VISIBILITIES)
  visibility?: Visibility;
}

/** Who asks about a preset. */
export class PresetCallerQuery {
  @ApiPropertyOptional(numeric('integer', 'Who asks, for private presets', { min: 1, max: MAX_ID, default: 1 }))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  user_id?: number;
}

/** Query of GET /api/presets. */
export class PresetsQuery extends PresetCallerQuery {
  @ApiPropertyOptional({ enum: [...PRESET_CATEGORIES], enumName: 'PresetCategory', description: 'Only those for it.' })
  @IsOptional()
  @IsIn(PRESET_CATEGORIES)
  category?: PresetCategory;
}

/** Body of POST /api/presets/apply/{id}. */
@ApiSchema({ name: 'ApplyPresetRequest' })
export class ApplyPresetDto {
  @ApiProperty({
    description: 'The prompt that the preset is applied to: 3 to 2000 characters.',
    minLength: 3,
    maxLength: 2000,
    example: 'a fisherman mending his net',
  })
  @IsString()
  @IsTrimmedText({ min: 3, max: 2000 })
  user_prompt!: string;
}

/** Without the fields that were left out. */
const parametersOf = (body: PresetParametersDto): PresetParameters => {
  const { provider, model, ...others } = body;
  const named = { ...others, provider: trimmed(provider) ?? undefined, model: trimmed(model) ?? undefined };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
};

/** What a body says of a preset, without white space at the ends. */
export const contentOf = (body: Omit<ChangePresetDto, 'visibility'>): PresetContent => ({
  name: body.name.trim(),
  category: body.category,
  description: trimmed(body.description),
  prompt_template: body.prompt_template.trim(),
  negative_prompt: trimmed(body.negative_prompt),
  parameters: parametersOf(body.parameters),
});

export const toNewPreset = (body: CreatePresetDto): NewPreset => ({
  ...contentOf(body),
  id: body.id,
  owner: body.owner ?? null,
  visibility: body.visibility ?? 'shared',
});
