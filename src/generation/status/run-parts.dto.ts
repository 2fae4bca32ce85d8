import { ApiProperty } from '@nestjs/swagger';
import { ERROR_CATEGORIES, type ErrorCategory } from '../../providers/image-provider.port.js';
import { oneOf, orNull, path, time } from './answer-fields.dto.js';

/** Why an attempt or a run failed. */
export class RunFailure {
  @ApiProperty(oneOf('ErrorCategory', ERROR_CATEGORIES, 'What went wrong, for programs.'))
  category!: ErrorCategory;

  @ApiProperty({ description: 'What went wrong, for people.' })
  message!: string;

  @ApiProperty({ description: 'Whether another attempt may end differently.' })
  retryable!: boolean;
}

/** A picture or a video that was made. */
export class RunArtifact {
  @ApiProperty({ format: 'uuid', description: 'The artifact.' })
  id!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of the variant, from 0.' })
  variant!: number;

  @ApiProperty(path('The bytes; valid for as long as the artifact is kept.'))
  url!: string;

  @ApiProperty(path('A small WebP of it.'))
  thumbnail_url!: string;

  @ApiProperty({ description: 'Media type of the bytes.' })
  content_type!: string;

  @ApiProperty({ type: 'integer', description: 'Pixels.' })
  width!: number;

  @ApiProperty({ type: 'integer', description: 'Pixels.' })
  height!: number;

  @ApiProperty({ type: 'integer', description: 'Number of bytes.' })
  bytes!: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the bytes.' })
  sha256!: string;

  @ApiProperty({ type: 'integer', description: 'The seed of this variant.' })
  seed!: number;

  @ApiProperty(orNull({ type: Number, description: 'Seconds of a video; null for a picture.' }))
  duration_seconds!: number | null;

  @ApiProperty(orNull(path('The first frame of a video; null for a picture.')))
  poster_url!: string | null;

  @ApiProperty(orNull(path('A small animated WebP of a video; null for a picture.')))
  preview_url!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Measured qualities of the picture; null where none were measured.',
  })
  evaluation!: Readonly<Record<string, unknown>> | null;
}

/** One attempt of a run. */
export class GenerationAttempt {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'From 1.' })
  attempt!: number;

  @ApiProperty(oneOf('AttemptStatus', ['processing', 'completed', 'failed', 'cancelled'], 'How it went.'))
  status!: 'processing' | 'completed' | 'failed' | 'cancelled';

  @ApiProperty(time('When a worker took it.'))
  started_at!: string;

  @ApiProperty(orNull(time('When it ended.')))
  ended_at!: string | null;

  @ApiProperty({ format: 'uuid', description: 'The worker that ran it last.' })
  worker_id!: string;

  @ApiProperty({
    type: [String],
    description:
      "The provider's own ids of its jobs, one for each variant that it took; none where it answers at once.",
  })
  provider_job_ids!: readonly string[];

  @ApiProperty(orNull({ type: RunFailure, description: 'Why it failed.' }))
  error!: RunFailure | null;
}
