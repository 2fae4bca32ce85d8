import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { HealthIndicatorResult } from '@nestjs/terminus';

/** The answer of a probe that looks at no dependency. */
export class Alive {
  @ApiProperty({ enum: ['ok'], description: 'Always `ok`; what does not live does not answer.' })
  status!: 'ok';
}

/** One thing that a ready process needs; its figures stand beside its status. */
export class ReadinessCheck {
  @ApiProperty({
    enum: ['up', 'degraded', 'down'],
    enumName: 'CheckStatus',
    description: 'Whether it is there; `degraded` is something that the process serves without.',
  })
  status!: 'up' | 'degraded' | 'down';

  @ApiPropertyOptional({ description: 'The reason, where it is not.' })
  message?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'Of the queue: jobs that a worker holds.' })
  active?: number;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Of the queue: jobs that are due; no more than a thousand of each kind are counted.',
  })
  waiting?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Of the queue: jobs that are due later.' })
  delayed?: number;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Of the projections: events that each is behind.',
  })
  lag?: Readonly<Record<string, number>>;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string' },
    description: 'Of the projections: those that stand still; the log of their process says why.',
  })
  standing_still?: readonly string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Of the projections: events that each gave up on; a person has to look at them.',
  })
  parked?: Readonly<Record<string, number>>;
}

const CHECKS = { type: 'object', additionalProperties: { $ref: '#/components/schemas/ReadinessCheck' } } as const;

/** The answer of GET /health/ready while nothing is down. */
@ApiExtraModels(ReadinessCheck)
export class Ready {
  @ApiProperty({
    enum: ['ok', 'degraded'],
    enumName: 'ReadyStatus',
    description: '`ok` where every check is up, `degraded` where one is degraded.',
  })
  status!: 'ok' | 'degraded';

  @ApiProperty({ ...CHECKS, description: 'The checks that are not down.' })
  info!: Partial<HealthIndicatorResult>;

  @ApiProperty({ ...CHECKS, description: 'The checks that are down: none.' })
  error!: Partial<HealthIndicatorResult>;

  @ApiProperty({ ...CHECKS, description: 'Each check by its name, with its figures.' })
  details!: HealthIndicatorResult;
}
