import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import { IsTrimmedText } from '../request-fields.dto.js';
import type { StructuredPrompt } from './structured-prompt.data.js';

const WORDS = { min: 1, max: 2000 };
const limits = (description: string) => ({ description, minLength: WORDS.min, maxLength: WORDS.max });

const Words = (description: string): PropertyDecorator =>
  applyDecorators(ApiProperty(limits(description)), IsString(), IsTrimmedText(WORDS));

const OptionalWords = (description: string): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional(limits(description)), IsOptional(), IsString(), IsTrimmedText(WORDS));

/** One thing that the picture shows. */
export class PromptObject {
  @Words('What it is, in up to 100 words.')
  description!: string;

  @Words('Where in the picture it is.')
  location!: string;

  @Words('How it stands to the other objects.')
  relationship!: string;

  @OptionalWords('How large it is in the picture.')
  relative_size?: string;

  @OptionalWords('Its shape and colour.')
  shape_and_color?: string;

  @OptionalWords('Its surface.')
  texture?: string;

  @OptionalWords('Anything else that is to be seen of it.')
  appearance_details?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, description: 'How many there are, of a group.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  number_of_objects?: number;

  @OptionalWords('Of a person: the pose.')
  pose?: string;

  @OptionalWords('Of a person: the expression.')
  expression?: string;

  @OptionalWords('Of a person: the clothing.')
  clothing?: string;

  @OptionalWords('Of a person: what they do.')
  action?: string;

  @OptionalWords('Of a person: the gender.')
  gender?: string;

  @OptionalWords('Of a person: the skin.')
  skin_tone_and_texture?: string;

  @OptionalWords('Which way it faces.')
  orientation?: string;
}

/** The light. */
export class PromptLighting {
  @Words('Such as bright daylight, studio lighting or golden hour.')
  conditions!: string;

  @Words('Such as front-lit, backlit or side-lit from left.')
  direction!: string;

  @OptionalWords('What the shadows are like.')
  shadows?: string;
}

/** The picture as a picture. */
export class PromptAesthetics {
  @Words('Such as rule of thirds, centered or leading lines.')
  composition!: string;

  @Words('The colours of the whole.')
  color_scheme!: string;

  @Words('The mood.')
  mood_atmosphere!: string;

  @OptionalWords('As FIBO writes it: very low to very high.')
  preference_score?: string;

  @OptionalWords('As FIBO writes it: very low to very high.')
  aesthetic_score?: string;
}

/** The camera. */
export class PromptPhotography {
  @Words('Such as shallow or deep.')
  depth_of_field!: string;

  @Words('What is in focus.')
  focus!: string;

  @Words('Such as eye-level, low angle, high angle or dutch angle.')
  camera_angle!: string;

  @Words('Such as wide-angle, telephoto or macro.')
  lens_focal_length!: string;
}

/** A text that stands in the picture. */
export class PromptText {
  @Words('The exact text.')
  text!: string;

  @Words('Where it stands.')
  location!: string;

  @Words('How large it is.')
  size!: string;

  @Words('Its colour.')
  color!: string;

  @Words('Its font.')
  font!: string;

  @OptionalWords('Anything else that is to be seen of it.')
  appearance_details?: string;
}

/** A prompt as a FIBO JSON object; source: Bria-AI/FIBO, src/fibo_inference/vlm/gemini_api.py. */
@ApiSchema({ name: 'StructuredPrompt' })
export class StructuredPromptDto implements StructuredPrompt {
  @Words('What the picture shows, in up to 200 words.')
  short_description!: string;

  @ApiProperty({
    type: [PromptObject],
    maxItems: 5,
    description: 'The things that it shows, the most important first.',
  })
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => PromptObject)
  objects!: PromptObject[];

  @Words('What is behind them.')
  background_setting!: string;

  @ApiProperty({ type: PromptLighting })
  @ValidateNested()
  @Type(() => PromptLighting)
  lighting!: PromptLighting;

  @ApiProperty({ type: PromptAesthetics })
  @ValidateNested()
  @Type(() => PromptAesthetics)
  aesthetics!: PromptAesthetics;

  @ApiPropertyOptional({ type: PromptPhotography })
  @IsOptional()
  @ValidateNested()
  @Type(() => PromptPhotography)
  photographic_characteristics?: PromptPhotography;

  @OptionalWords('Such as photograph, oil painting or 3D render.')
  style_medium?: string;

  @ApiPropertyOptional({ type: [PromptText], maxItems: 10, description: 'Texts that stand in the picture.' })
  @IsOptional()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => PromptText)
  text_render?: PromptText[];

  @Words('What kind of picture it is.')
  context!: string;

  @OptionalWords('The manner, in up to three words.')
  artistic_style?: string;
}
