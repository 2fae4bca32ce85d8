import { ApiHideProperty, ApiProperty, ApiPropertyOptional, ApiSchema, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { CONTROL_TYPES, type ControlType } from '../../providers/image-provider.port.js';
import { LIMITS } from '../generation.data.js';
import { GenerateDto } from '../generation.dto.js';
import { IsTrimmedText, numeric } from '../request-fields.dto.js';
import { JOB_LIMITS } from './job.data.js';
import { StructuredPromptDto } from './structured-prompt.dto.js';

/** The other field says the same thing and is not given. */
const IsInsteadOf = (other: string): PropertyDecorator =>
  ValidateBy({
    name: 'isInsteadOf',
    validator: {
      // As elsewhere, null is the same as nothing.
      validate: (_, args) => ((args && (Reflect.get(args.object, other) as unknown)) ?? null) === null,
      defaultMessage: () => `cannot be given together with ${other}`,
    },
  });

const IsNotThereYet = (what: string): PropertyDecorator =>
  ValidateBy({
    name: 'isNotThereYet',
    validator: { validate: () => false, defaultMessage: () => `${what} are not available yet: leave the field out` },
  });

const IsNotBefore = (start: string): PropertyDecorator =>
  ValidateBy({
    name: 'isNotBefore',
    validator: {
      validate: (value, args) => {
        const from: unknown = args && Reflect.get(args.object, start);
        return typeof value !== 'number' || typeof from !== 'number' || value >= from;
      },
      defaultMessage: () => `must not be less than ${start}`,
    },
  });

/** A picture whose colours and large shapes the result takes on. */
export class GuidanceImageDto {
  @ApiProperty({ format: 'uuid', description: 'An upload.' })
  @IsString()
  @IsUUID()
  upload_id!: string;

  @ApiPropertyOptional(numeric('number', 'How much it counts', JOB_LIMITS.guidance_weight))
  @IsOptional()
  @IsNumber()
  @Min(JOB_LIMITS.guidance_weight.min)
  @Max(JOB_LIMITS.guidance_weight.max)
  weight?: number;
}

/** A picture that says where things are. */
@ApiSchema({ name: 'ControlNet' })
export class ControlnetDto {
  @ApiProperty({ enum: [...CONTROL_TYPES], enumName: 'ControlType', description: 'How the picture is read.' })
  @IsIn(CONTROL_TYPES)
  type!: ControlType;

  @ApiProperty({ format: 'uuid', description: 'An upload.' })
  @IsString()
  @IsUUID()
  image!: string;

  @ApiPropertyOptional(numeric('number', 'How strictly it is followed', JOB_LIMITS.control_strength))
  @IsOptional()
  @IsNumber()
  @Min(JOB_LIMITS.control_strength.min)
  @Max(JOB_LIMITS.control_strength.max)
  strength?: number;

  @ApiPropertyOptional(numeric('number', 'Part of the generation from which it counts', JOB_LIMITS.control_start))
  @IsOptional()
  @IsNumber()
  @Min(JOB_LIMITS.control_start.min)
  @Max(JOB_LIMITS.control_start.max)
  start?: number;

  @ApiPropertyOptional(numeric('number', 'Part of the generation up to which it counts', JOB_LIMITS.control_end))
  @IsOptional()
  @IsNumber()
  @Min(JOB_LIMITS.control_end.min)
  @Max(JOB_LIMITS.control_end.max)
  @IsNotBefore('start')
  end?: number;
}

/** What all jobs take. */
export class JobDto extends PickType(GenerateDto, [
  'negative_prompt',
  'provider',
  'model',
  'preset',
  'seed',
  'width',
  'height',
  'steps',
  'cfg_scale',
  'use_cache',
  'max_retries',
  'priority',
  'expires_in',
  'user_id',
  'project_id',
] as const) {
  @ApiPropertyOptional({
    description:
      'What it shows: 3 to 2000 characters, white space at the ends not counted. Either this or `structured_prompt`.',
    minLength: LIMITS.prompt.min,
    maxLength: LIMITS.prompt.max,
    example: 'a lighthouse above a stormy sea at dusk',
  })
  @ValidateIf(({ structured_prompt }: JobDto) => structured_prompt === undefined)
  @IsString()
  @IsTrimmedText(LIMITS.prompt)
  prompt?: string;

  @ApiPropertyOptional({
    type: StructuredPromptDto,
    description: 'What it shows, as a FIBO object, in place of `prompt`.',
  })
  @IsOptional()
  @IsInsteadOf('prompt')
  @ValidateNested()
  @Type(() => StructuredPromptDto)
  structured_prompt?: StructuredPromptDto;

  @ApiPropertyOptional(numeric('number', 'The same as `cfg_scale`', LIMITS.cfg_scale))
  @IsOptional()
  @IsNumber()
  @Min(LIMITS.cfg_scale.min)
  @Max(LIMITS.cfg_scale.max)
  @IsInsteadOf('cfg_scale')
  guidance_scale?: number;

  @ApiPropertyOptional(numeric('integer', 'How many results; variant k has the seed + k', JOB_LIMITS.num_variants))
  @IsOptional()
  @IsInt()
  @Min(JOB_LIMITS.num_variants.min)
  @Max(JOB_LIMITS.num_variants.max)
  num_variants?: number;

  @ApiHideProperty()
  @IsOptional()
  @IsNotThereYet('Webhooks')
  webhook_url?: string;
}

/** Body of POST /api/generate/text-to-image. */
@ApiSchema({ name: 'TextToImageRequest' })
export class TextToImageDto extends JobDto {
  @ApiPropertyOptional({
    type: [GuidanceImageDto],
    maxItems: JOB_LIMITS.guidance_images.max,
    description: 'Pictures whose colours and large shapes the result takes on.',
  })
  @IsOptional()
  @ArrayMaxSize(JOB_LIMITS.guidance_images.max)
  @ValidateNested({ each: true })
  @Type(() => GuidanceImageDto)
  guidance_images?: GuidanceImageDto[];

  @ApiPropertyOptional({ type: ControlnetDto, description: 'A picture that says where things are.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => ControlnetDto)
  controlnet?: ControlnetDto;
}

/** Body of POST /api/generate/text-to-video. */
@ApiSchema({ name: 'TextToVideoRequest' })
export class TextToVideoDto extends JobDto {
  @ApiPropertyOptional(numeric('number', 'Seconds', JOB_LIMITS.duration_seconds))
  @IsOptional()
  @IsNumber()
  @Min(JOB_LIMITS.duration_seconds.min)
  @Max(JOB_LIMITS.duration_seconds.max)
  duration_seconds?: number;

  @ApiPropertyOptional(numeric('integer', 'Frames a second', JOB_LIMITS.fps))
  @IsOptional()
  @IsInt()
  @Min(JOB_LIMITS.fps.min)
  @Max(JOB_LIMITS.fps.max)
  fps?: number;
}

/** Body of POST /api/generate/image-to-video. */
@ApiSchema({ name: 'ImageToVideoRequest' })
export class ImageToVideoDto extends TextToVideoDto {
  @ApiProperty({ format: 'uuid', description: 'The picture that is set in motion: an upload or an artifact.' })
  @IsString()
  @IsUUID()
  image!: string;
}
