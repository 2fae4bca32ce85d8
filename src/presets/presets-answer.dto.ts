import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { PRESET_CATEGORIES, VISIBILITIES } from './presets.data.js';
import { PresetParametersDto } from './presets.dto.js';
import type { PresetCategory, Visibility } from './presets.events.js';

/** A preset as it is now. */
export class Preset {
  @ApiProperty({ description: 'By which requests name it.', pattern: '^[a-z0-9_]{3,64}$' })
  id!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Grows with each change. Runs name what they used by id and version.',
  })
  version!: number;

  @ApiProperty({ description: 'What people call it.' })
  name!: string;

  @ApiProperty({ enum: [...PRESET_CATEGORIES], enumName: 'PresetCategory', description: 'What it is for.' })
  category!: PresetCategory;

  @ApiProperty({ type: String, nullable: true, description: 'What it does, for people.' })
  description!: string | null;

  @ApiProperty({ description: 'What becomes of a prompt, which is put in place of `{prompt}`.' })
  prompt_template!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What must not be in the picture.' })
  negative_prompt!: string | null;

  @ApiProperty({ type: PresetParametersDto, description: 'Values for fields that a request leaves out.' })
  parameters!: PresetParametersDto;

  @ApiProperty({ description: 'Whether it comes with Darkroom and cannot be changed.' })
  built_in!: boolean;

  @ApiProperty({ type: 'integer', minimum: 1, nullable: true, description: 'The user whose preset it is.' })
  owner!: number | null;

  @ApiProperty({ enum: [...VISIBILITIES], enumName: 'PresetVisibility', description: 'Who can see and use it.' })
  visibility!: Visibility;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null for a built-in one.' })
  created_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Of the last change.' })
  updated_at!: string | null;

  @ApiProperty({ format: 'uri-reference', description: 'How its runs fared.' })
  usage_url!: string;
}

/** The answer of GET /api/presets. */
@ApiSchema({ name: 'PresetList' })
export class PresetListAnswer {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Presets in the list.' })
  total!: number;

  @ApiProperty({ type: [Preset], description: 'The built-in ones first, then the others by their ids.' })
  presets!: readonly Preset[];
}

/** The answer of POST /api/presets/apply/{id}. */
export class AppliedPreset {
  @ApiProperty({
    description:
      'The prompt in its place in the template. With a long prompt it may have more than the 2000 characters that the `prompt` of a request may have; a request ' +
      'with the short prompt and `preset` is taken all the same.',
  })
  enhanced_prompt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What must not be in the picture.' })
  negative_prompt!: string | null;

  @ApiProperty({ type: PresetParametersDto, description: 'Values for fields that a request leaves out.' })
  parameters!: PresetParametersDto;
}
