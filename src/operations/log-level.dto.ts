import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { LOG_LEVELS, type LevelChange, type LogLevel } from '../platform/logging/log-levels.js';
import { LOG_CONTEXTS } from './log-services.data.js';

/** Seconds: a day. A level for good is a matter of the configuration. */
const LONGEST = 86_400;

/** Body of PUT /api/admin/log-level. */
@ApiSchema({ name: 'LogLevelChange' })
export class LogLevelChangeDto {
  @ApiProperty({ enum: LOG_LEVELS, enumName: 'LogLevel', description: 'Least severe level that is logged.' })
  @IsIn(LOG_LEVELS)
  level!: LogLevel;

  @ApiPropertyOptional({
    enum: LOG_CONTEXTS,
    enumName: 'LogContext',
    nullable: true,
    description: 'Whose lines it concerns, by their `context`; all that no other change concerns where it is left out.',
  })
  @IsOptional()
  @IsIn(LOG_CONTEXTS)
  context?: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: LONGEST,
    description: 'How long it holds; then the configured level does again.',
    example: 600,
  })
  @IsInt()
  @Min(1)
  @Max(LONGEST)
  ttl_seconds!: number;
}

export const toChange = ({ level, context, ttl_seconds }: LogLevelChangeDto): LevelChange => ({
  level,
  context: context ?? null,
  ttlSeconds: ttl_seconds,
});

/** A level that holds for a while. */
export class LogLevelOverride {
  @ApiProperty({ enum: LOG_LEVELS, enumName: 'LogLevel', description: 'Least severe level that is logged.' })
  level!: LogLevel;

  @ApiProperty({
    enum: LOG_CONTEXTS,
    enumName: 'LogContext',
    nullable: true,
    description: 'Whose lines it concerns; null for all that no other one concerns.',
  })
  context!: string | null;

  @ApiProperty({ type: String, format: 'date-time', description: 'When the configured level holds again.' })
  expires_at!: string;
}

/** The answer of GET /api/admin/log-level, of the process that answers. */
@ApiExtraModels(LogLevelOverride)
export class LogLevelState {
  @ApiProperty({
    enum: [...LOG_LEVELS, 'silent'],
    enumName: 'ConfiguredLogLevel',
    description: 'The level of the configuration, `LOG_LEVEL`.',
  })
  configured!: LogLevel | 'silent';

  @ApiProperty({ type: [LogLevelOverride], description: 'What was changed for a while, the latest change last.' })
  overrides!: readonly LogLevelOverride[];
}

/** The answer of PUT /api/admin/log-level. */
export class LogLevelChanged extends LogLevelState {
  @ApiProperty({
    type: Boolean,
    description:
      'Whether the other processes were told; else it holds in the process that answers, and the others may hear of it later or not at all.',
  })
  told_others!: boolean;
}
