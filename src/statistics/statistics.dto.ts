import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  getSchemaPath,
  type ApiPropertyOptions,
} from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { Mode } from '../generation/generation.events.js';
import type { Status } from '../generation/status/generation.queries.js';

const MAX_ID = 2 ** 31 - 1;
export const DEFAULT_DAYS = 30;
const MAX_DAYS = 365;

/** Query of GET /api/generate/statistics. */
export class StatisticsQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_ID, description: 'Runs of this user only.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  user_id?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_ID, description: 'Runs of this project only.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_ID)
  project_id?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_DAYS,
    default: DEFAULT_DAYS,
    description: 'Days of the period, the last of which is today in UTC.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  days?: number;
}

const runs = (description: string): ApiPropertyOptions => ({ type: 'integer', minimum: 0, description });

const percent = (description: string): ApiPropertyOptions => ({
  type: Number,
  minimum: 0,
  maximum: 100,
  description: `${description}, in percent with two decimals; 0 where there is no run.`,
});

const ofCompleted = (description: string, more: ApiPropertyOptions = {}): ApiPropertyOptions => ({
  type: Number,
  minimum: 0,
  nullable: true,
  description: `${description}; null where no run has completed.`,
  ...more,
});

const byValue = (description: string): ApiPropertyOptions => ({
  type: 'object',
  additionalProperties: { type: 'integer', minimum: 1 },
  description: `${description}, the most frequent first; what no run has is left out.`,
});

const byKnown = (values: readonly string[], description: string): ApiPropertyOptions => ({
  type: 'object',
  properties: Object.fromEntries(values.map((value) => [value, { type: 'integer', minimum: 0 }])),
  required: [...values],
  selfRequired: true,
  description,
});

/** One day of the period. */
export class DayStatistics {
  @ApiProperty({ type: String, format: 'date', description: 'The day, in UTC.' })
  date!: string;

  @ApiProperty(runs('Runs that were created on this day.'))
  total!: number;

  @ApiProperty(runs('Of these, runs that have completed, whenever that was.'))
  completed!: number;

  @ApiProperty(runs('Of these, runs that have failed, whenever that was.'))
  failed!: number;
}

/** What became of the runs that a preset was applied to. */
export class PresetUsage {
  @ApiProperty(runs('Runs that it was applied to.'))
  runs!: number;

  @ApiProperty(runs('Of these, runs that have completed.'))
  completed!: number;

  @ApiProperty(runs('Of these, runs that have failed.'))
  failed!: number;

  @ApiProperty(percent('Share of its runs that completed'))
  success_rate!: number;

  @ApiProperty(ofCompleted('Mean `generation_time` of its completed runs, in seconds'))
  average_generation_time!: number | null;
}

/** The answer of GET /api/generate/statistics. */
@ApiExtraModels(PresetUsage)
export class Statistics {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_DAYS, description: 'Days of the period, today included.' })
  period_days!: number;

  @ApiProperty(runs('Runs that were created in the period.'))
  total_generations!: number;

  @ApiProperty(byKnown(['pending', 'processing', 'completed', 'failed', 'cancelled'], 'Runs by where they stand now.'))
  status_breakdown!: Readonly<Record<Status, number>>;

  @ApiProperty(byKnown(['ai', 'manual'], 'Runs by mode.'))
  mode_breakdown!: Readonly<Record<Mode, number>>;

  @ApiProperty(byValue('Runs by what they make'))
  type_breakdown!: Readonly<Record<string, number>>;

  @ApiProperty(byValue('Runs by provider'))
  provider_breakdown!: Readonly<Record<string, number>>;

  @ApiProperty(byValue('Runs by the preset that was applied'))
  preset_breakdown!: Readonly<Record<string, number>>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(PresetUsage) },
    description: 'How the runs of each preset fared, in the same order.',
  })
  preset_usage!: Readonly<Record<string, PresetUsage>>;

  @ApiProperty(ofCompleted('Mean `generation_time` of completed runs, in seconds'))
  average_generation_time!: number | null;

  @ApiProperty(
    ofCompleted('Half of the completed runs took no longer than these seconds; within 1 % of the exact value'),
  )
  p50_generation_time!: number | null;

  @ApiProperty(
    ofCompleted('95 % of the completed runs took no longer than these seconds; within 1 % of the exact value'),
  )
  p95_generation_time!: number | null;

  @ApiProperty(ofCompleted('Mean `quality_score` of completed runs', { maximum: 1 }))
  average_quality_score!: number | null;

  @ApiProperty(percent('Share of all runs that completed'))
  success_rate!: number;

  @ApiProperty(percent('Share of all runs that were answered with a result that was there already'))
  cache_hit_rate!: number;

  @ApiProperty(percent('Share of all runs that had more than one attempt'))
  retry_rate!: number;

  @ApiProperty({
    type: Number,
    minimum: 0,
    description:
      'What runs had paid when they ended, completed, failed and cancelled ones, in US dollars, to a millionth.',
  })
  total_cost_usd!: number;

  @ApiProperty({
    type: Number,
    minimum: 0,
    description:
      'What making the results again would have cost that runs took from others, in US dollars, to a millionth.',
  })
  saved_usd!: number;

  @ApiProperty({ type: [DayStatistics], description: 'Every day of the period, oldest first.' })
  daily!: readonly DayStatistics[];
}
