import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsTrimmedText, PROMPT_LENGTH } from '../generation/request-fields.dto.js';
import { MATCH_TYPES, type MatchType } from './autocomplete.policy.js';

const MAX_QUERY = 200;
const MOST = 50;
export const DEFAULT_LIMIT = 10;
export const DEFAULT_COUNT = 5;
/** One more than the highest seed. */
export const SEEDS = 2 ** 32;

/** Query of GET /api/suggestions/autocomplete. */
export class AutocompleteQuery {
  @ApiProperty({
    description:
      'What has been typed so far. Accents, upper and lower case and punctuation make no difference. Where nothing has been typed, the terms come that users ' +
      'accepted most. Of a long query the last six words are looked at.',
    maxLength: MAX_QUERY,
    example: 'portrait',
  })
  @IsString()
  @MaxLength(MAX_QUERY)
  query!: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MOST,
    default: DEFAULT_LIMIT,
    description: 'Suggestions of one answer.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST)
  limit?: number;
}

/** One suggestion for what has been typed. */
@ApiSchema({ name: 'SuggestionMatch' })
export class SuggestionMatchDto {
  @ApiProperty({ description: 'The term, to be put into the prompt.' })
  text!: string;

  @ApiProperty({ description: 'Its category.' })
  category!: string;

  @ApiProperty({ description: 'What the term does, for people.' })
  description!: string;

  @ApiProperty({
    enum: MATCH_TYPES,
    enumName: 'MatchType',
    description:
      '`prefix`: the term begins so. `word`: its words begin so, in any order. `fuzzy`: they do but for typos. `semantic`: it means the same or something near.',
  })
  match_type!: MatchType;
}

/** A category and how many terms it has. */
export class SuggestionCategory {
  @ApiProperty({ description: 'Its name, for `GET /api/suggestions/by-category/{name}`.' })
  name!: string;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Its terms.' })
  count!: number;
}

/** The answer of GET /api/suggestions/categories. */
export class SuggestionCategories {
  @ApiProperty({ type: [SuggestionCategory], description: 'All categories.' })
  categories!: readonly SuggestionCategory[];
}

/** A term of a category. */
export class SuggestedTerm {
  @ApiProperty({ description: 'The term, to be put into a prompt.' })
  text!: string;

  @ApiProperty({ description: 'What the term does, for people.' })
  description!: string;
}

/** The answer of GET /api/suggestions/by-category/{name}. */
export class CategorySuggestions {
  @ApiProperty({ description: 'The category, as it was asked for.' })
  category!: string;

  @ApiProperty({ type: [SuggestedTerm], description: 'All its terms.' })
  suggestions!: readonly SuggestedTerm[];
}

/** Body of POST /api/suggestions/enhance. */
@ApiSchema({ name: 'EnhanceRequest' })
export class EnhanceDto {
  @ApiProperty({
    description: 'The prompt: 3 to 2000 characters, white space at the ends not counted.',
    minLength: PROMPT_LENGTH.min,
    maxLength: PROMPT_LENGTH.max,
    example: 'a castle above the clouds',
  })
  @IsString()
  @IsTrimmedText(PROMPT_LENGTH)
  prompt!: string;

  @ApiPropertyOptional({ type: Boolean, default: true, description: 'Whether it is to ask for detailed, good work.' })
  @IsOptional()
  @IsBoolean()
  add_quality?: boolean;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Whether it is to name a style.' })
  @IsOptional()
  @IsBoolean()
  add_style?: boolean;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Whether it is to name a lighting.' })
  @IsOptional()
  @IsBoolean()
  add_lighting?: boolean;
}

/** The answer of POST /api/suggestions/enhance. */
export class EnhancedPrompt {
  @ApiProperty({ description: 'The prompt as it was given, without white space at the ends.' })
  original!: string;

  @ApiProperty({ description: 'The prompt with the additions behind it; the original where there are none.' })
  enhanced!: string;

  @ApiProperty({ type: [String], description: 'What was added: quality, style, lighting, as far as it was missing.' })
  additions!: readonly string[];
}

/** Query of GET /api/suggestions/random. */
export class RandomPromptsQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MOST,
    default: DEFAULT_COUNT,
    description: 'Prompts of the answer.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST)
  count?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: SEEDS - 1,
    description: 'The same seed gives the same prompts; without it they are others each time.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(SEEDS - 1)
  seed?: number;
}

/** What a random prompt is put together from. */
export class PromptComponents {
  @ApiProperty({ description: 'What is shown.' })
  subject!: string;

  @ApiProperty({ description: 'In which style.' })
  style!: string;

  @ApiProperty({ description: 'In which light.' })
  lighting!: string;

  @ApiProperty({ description: 'How well.' })
  quality!: string;
}

/** One random prompt. */
@ApiSchema({ name: 'RandomPrompt' })
export class RandomPromptDto {
  @ApiProperty({ description: 'The components, separated by commas.' })
  prompt!: string;

  @ApiProperty({ type: PromptComponents, description: 'What it is put together from.' })
  components!: PromptComponents;
}

/** The answer of GET /api/suggestions/random. */
@ApiSchema({ name: 'RandomPrompts' })
export class RandomPromptsDto {
  @ApiProperty({ type: [RandomPromptDto], description: 'No two of them are the same.' })
  prompts!: readonly RandomPromptDto[];
}
