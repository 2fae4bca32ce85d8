import { ApiProperty, ApiSchema, OmitType } from '@nestjs/swagger';
import { AnyJobDto } from '../jobs/any-job.dto.js';
import { RunArtifact } from '../status/run-parts.dto.js';

/** Body of POST /api/cache/lookup: a request, without what does not shape its result. */
@ApiSchema({ name: 'CacheLookupRequest' })
export class CacheLookupDto extends OmitType(AnyJobDto, [
  'use_cache',
  'max_retries',
  'priority',
  'expires_in',
  'project_id',
]) {}

/** What a request would be answered with now. */
@ApiSchema({ name: 'CacheLookup' })
export class CacheLookupAnswer {
  @ApiProperty({ description: 'Whether the result is there.' })
  hit!: boolean;

  @ApiProperty({ description: 'SHA-256 of everything that shapes the result, in hex.', pattern: '^[0-9a-f]{64}$' })
  prompt_hash!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The run that it was made for.' })
  run_id!: string | null;

  @ApiProperty({ type: [RunArtifact], description: 'The pictures of that run; empty without a hit.' })
  artifacts!: RunArtifact[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was made.' })
  cached_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Until when it answers requests.' })
  expires_at!: string | null;
}
