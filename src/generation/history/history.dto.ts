import { ApiProperty, ApiPropertyOptional, ApiSchema, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsDate, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { LIMITS } from '../generation.data.js';
import { STATUSES, type Mode } from '../generation.events.js';
import type { Status } from '../status/generation.queries.js';

const TYPES = ['image', 'video'] as const;
const MAX_ID = 2 ** 31 - 1;
/** Longer ones would not fit into the header `Link`. */
const MAX_TEXT = 500;

const whole = (
  description: string,
  limits: { readonly minimum: number; readonly maximum?: number; readonly default?: number },
): ApiPropertyOptions => ({
  type: 'integer',
  description,
  ...limits,
});

const moment = (description: string): ApiPropertyOptions => ({ type: String, format: 'date-time', description });

/** Query of GET /api/generate/history; fields that are given have to hold all together. */
export class HistoryQuery {
  @ApiPropertyOptional(whole('Runs of this user.', { minimum: 1, maximum: MAX_ID }))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  user_id?: number;

  @ApiPropertyOptional(whole('Runs of this project.', { minimum: 1, maximum: MAX_ID }))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  project_id?: number;

  @ApiPropertyOptional({ enum: STATUSES, enumName: 'Status', description: 'Runs that stand there.' })
  @IsOptional()
  @IsIn(STATUSES)
  status?: Status;

  @ApiPropertyOptional({ enum: TYPES, description: 'Runs that make this.' })
  @IsOptional()
  @IsIn(TYPES)
  type?: (typeof TYPES)[number];

  @ApiPropertyOptional({ description: 'Runs that this provider makes.', minLength: 1, maxLength: LIMITS.provider.max })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.provider.max)
  provider?: string;

  @ApiPropertyOptional({
    description: 'Runs that this model makes, by its id without the provider.',
    minLength: 1,
    maxLength: LIMITS.model.max,
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.model.max)
  model?: string;

  @ApiPropertyOptional({ description: 'Runs that this preset was applied to.', minLength: 1, maxLength: 64 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  preset?: string;

  @ApiPropertyOptional({
    description:
      'Runs whose prompt contains this text, in upper or lower case; every character stands for itself. A text of one or two letters is looked for ' +
      'in the newest 5,000 of the other matches; a page may then be short, or empty, and `next_cursor` leads on to older ones.',
    minLength: 1,
    maxLength: MAX_TEXT,
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT)
  q?: string;

  @ApiPropertyOptional(
    moment('Runs that were created then or later: a time of RFC 3339, or a date for its midnight in UTC.'),
  )
  @IsOptional()
  @IsDate()
  from?: Date;

  @ApiPropertyOptional(
    moment('Runs that were created then or earlier: a time of RFC 3339, or a date for the end of its day in UTC.'),
  )
  @IsOptional()
  @IsDate()
  to?: Date;

  @ApiPropertyOptional(whole('Runs of one answer.', { minimum: 1, maximum: 200, default: 50 }))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;

  @ApiPropertyOptional(
    whole(
      'Runs to pass over. A large one is slow, and new runs push others from page to page: `cursor` knows neither.',
      {
        minimum: 0,
        default: 0,
      },
    ),
  )
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  offset?: number;

  @ApiPropertyOptional({
    description:
      'Where the page before this one ended: its `next_cursor`, with the same other fields; not together with `offset`.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  cursor?: string;
}

const orNull = (options: ApiPropertyOptions): ApiPropertyOptions => ({ ...options, nullable: true });

/** A run in a list; GET /api/generate/{id} has the rest. */
export class HistoryEntry {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'The short number of the run; newer runs have higher ones.',
  })
  id!: number;

  @ApiProperty({ format: 'uuid', description: 'The run. Every route that takes `id` takes this too.' })
  run_id!: string;

  @ApiProperty({ description: 'The prompt.' })
  prompt!: string;

  @ApiProperty({
    enum: ['ai', 'manual'],
    enumName: 'Mode',
    description: 'Whether the platform filled the visual parameters that were left out.',
  })
  mode!: Mode;

  @ApiProperty({ description: 'What is made.', example: 'image' })
  type!: string;

  @ApiProperty({ enum: STATUSES, enumName: 'Status', description: 'Where the run stands.' })
  status!: Status;

  @ApiProperty(
    orNull({
      type: String,
      format: 'uri-reference',
      description: 'The bytes of the first result; null until there is one.',
    }),
  )
  result_url!: string | null;

  @ApiProperty(orNull({ type: Number, minimum: 0, maximum: 1, description: 'As in `GET /api/generate/{id}`.' }))
  quality_score!: number | null;

  @ApiProperty(
    orNull({ type: Number, minimum: 0, description: 'Seconds from the start of the last attempt to its end.' }),
  )
  generation_time!: number | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Attempts after the first.' })
  retry_count!: number;

  @ApiProperty({ description: 'Whether the result was there already.' })
  cached!: boolean;

  @ApiProperty({ format: 'date-time', description: 'When the run was accepted.' })
  created_at!: string;

  @ApiProperty(orNull({ type: String, format: 'date-time', description: 'When the run ended, whatever the end was.' }))
  completed_at!: string | null;
}

/** The answer of GET /api/generate/history. */
@ApiSchema({ name: 'History' })
export class HistoryPage {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Runs that match, as `total_relation` says. It is exact up to 10,000, and beyond that for everything that `user_id`, `project_id`, whole days and one more of `status`, `type`, `provider`, ' +
      '`model` and `preset` can say. Matches of a text that many prompts contain are counted in the newest 10,000 of the other matches, or 5,000 where one of these is given.',
  })
  total!: number;

  @ApiProperty({
    enum: ['eq', 'gte'],
    description:
      '`eq`: `total` is exact. `gte`: there are at least so many; so too while the newest runs may be missing. The header `X-Total-Relation` says the same.',
  })
  total_relation!: 'eq' | 'gte';

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 200, description: 'As it was asked for.' })
  limit!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'As it was asked for; 0 with a cursor.' })
  offset!: number;

  @ApiProperty(orNull({ type: String, description: 'Leads to the next page; null on the last one.' }))
  next_cursor!: string | null;

  @ApiProperty({ type: [HistoryEntry], description: 'Newest first.' })
  results!: readonly HistoryEntry[];
}
