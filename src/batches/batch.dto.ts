import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsOptional, ValidateNested } from 'class-validator';
import { GenerateDto, namedModel } from '../generation/generation.dto.js';
import { toRequest } from '../generation/generation-request.dto.js';
import { Generation } from '../generation/status/generation-answer.dto.js';
import type { IssueList } from '../platform/http/issue-list.js';
import type { ModelCatalogue } from '../providers/model-catalogue.port.js';
import type { BatchRequest } from './batch.commands.js';
import { BATCH_LIMITS } from './batch.data.js';

const { min, max } = BATCH_LIMITS.requests;

/** Body of POST /api/generate/batch. */
@ApiSchema({ name: 'BatchRequest' })
export class BatchDto {
  @ApiProperty({
    type: [GenerateDto],
    minItems: min,
    maxItems: max,
    description: `Bodies of \`POST /api/generate\`, ${String(min)} to ${String(max)}. The batch is of the user of the first one.`,
  })
  @IsArray()
  @ArrayMinSize(min, { message: `must have ${String(min)} to ${String(max)} items` })
  @ArrayMaxSize(max)
  @ValidateNested({ each: true })
  @Type(() => GenerateDto)
  requests!: GenerateDto[];

  @ApiPropertyOptional({
    default: true,
    description: 'Whether all run at once; else each begins when the one before it has ended.',
  })
  @IsOptional()
  @IsBoolean()
  parallel?: boolean;

  @ApiPropertyOptional({
    default: true,
    description: 'Whether the others go on when one ends without a result; else what has not started is cancelled.',
  })
  @IsOptional()
  @IsBoolean()
  continue_on_error?: boolean;
}

/** The body with the contract's defaults filled in. */
export const toBatchRequest = ({ requests, parallel, continue_on_error }: BatchDto): BatchRequest => {
  const all = requests.map(toRequest);
  return {
    userId: all[0]?.userId ?? 1,
    parallel: parallel ?? true,
    continueOnError: continue_on_error ?? true,
    requests: all,
  };
};

/** Tells of unknown models in a body whose fields may hold anything. */
export const addUnknownModels = (
  { requests }: Readonly<Record<string, unknown>>,
  models: ModelCatalogue,
  issues: IssueList,
): void => {
  if (!Array.isArray(requests)) return;
  (requests as readonly unknown[]).forEach((request, index) => {
    const named = typeof request === 'object' && request !== null ? namedModel({ ...request }) : null;
    if (!named) return;
    for (const { loc, msg, type } of models.issuesOf(named.provider, named.model, 'image'))
      issues.add(['body', 'requests', index, ...loc.slice(1)], msg, type);
  });
};

export type BatchStatus = Generation['status'];

const count = (description: string): { type: 'integer'; minimum: number; maximum: number; description: string } => ({
  type: 'integer',
  minimum: 0,
  maximum: max,
  description,
});

/** The answer of the routes on batches. */
@ApiExtraModels(Generation)
@ApiSchema({ name: 'Batch' })
export class BatchAnswer {
  @ApiProperty({ format: 'uuid', description: 'The batch.' })
  batch_id!: string;

  @ApiProperty({
    enum: ['pending', 'processing', 'completed', 'failed', 'cancelled'],
    enumName: 'BatchStatus',
    description:
      '`completed`: all ran to their end, with or without a result. `failed`: one without a result stopped the others. `cancelled`: somebody ' +
      'stopped it; what runs then is over once `completed_at` is set.',
  })
  status!: BatchStatus;

  @ApiProperty(count('Requests.'))
  total!: number;

  @ApiProperty(count('Those with a result so far.'))
  successful!: number;

  @ApiProperty(count('Those that ended without one so far: failed, cancelled or never started.'))
  failed!: number;

  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ $ref: getSchemaPath(Generation) }, { type: 'null' }] },
    description: 'The answers in the order of the requests; null where there is no result, or not yet.',
  })
  results!: readonly (Generation | null)[];

  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ type: 'string' }, { type: 'null' }] },
    description: 'In the same order, why there is no result; null where there is one, or may come.',
  })
  errors!: readonly (string | null)[];

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    description: 'In the same order, the runs; one that has not begun is not known to other routes yet.',
  })
  run_ids!: readonly string[];

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was accepted.' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the last of its requests ended.',
  })
  completed_at!: string | null;

  @ApiProperty({ format: 'uri-reference', description: 'This answer.' })
  status_url!: string;

  @ApiProperty({ format: 'uri-reference', description: 'Where to cancel it with a POST.' })
  cancel_url!: string;
}
