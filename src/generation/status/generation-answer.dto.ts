import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  CAMERA_ANGLES,
  COLOR_PALETTES,
  COMPOSITIONS,
  ERROR_CATEGORIES,
  FIELDS_OF_VIEW,
  LIGHTINGS,
  STYLES,
  type ErrorCategory,
  type VisualParameters,
} from '../../providers/image-provider.port.js';
import type { GenerationType, Mode } from '../generation.events.js';
import type { Status } from './generation.queries.js';

/** An enum that every schema refers to by one name. */
const oneOf = (enumName: string, values: readonly string[], description: string): ApiPropertyOptions => ({
  enum: [...values],
  enumName,
  description,
});

const orNull = (options: ApiPropertyOptions): ApiPropertyOptions => ({ ...options, nullable: true });
const time = (description: string): ApiPropertyOptions => ({ type: String, format: 'date-time', description });
const path = (description: string): ApiPropertyOptions => ({ type: String, format: 'uri-reference', description });

const STATUSES: readonly Status[] = ['pending', 'processing', 'completed', 'failed', 'cancelled'];

export const STATUS = oneOf(
  'Status',
  STATUSES,
  'Where the run stands. `pending` is queued, or waits for its next attempt: then `next_attempt_at` is set.',
);
const RUN_ID: ApiPropertyOptions = {
  type: String,
  format: 'uuid',
  description: 'The run. Every route that takes `id` takes this too.',
};
const ID: ApiPropertyOptions = { type: 'integer', minimum: 1, description: 'The short number of the same run.' };
const RETRY_COUNT: ApiPropertyOptions = { type: 'integer', minimum: 0, description: 'Attempts after the first.' };
const NEXT_ATTEMPT_AT = orNull(time('When the next attempt is due, while a failed one waits for it.'));
const CREATED_AT = time('When the run was accepted.');
const STARTED_AT = orNull(time('When the first attempt started.'));
const COMPLETED_AT = orNull(time('When the run ended, whatever the end was.'));
const SEED: ApiPropertyOptions = {
  type: 'integer',
  minimum: 0,
  maximum: 2 ** 32 - 1,
  description: 'The seed, drawn and recorded if the caller gave none. The same seed gives the same picture.',
};

/** The parameters of a picture, given or chosen. */
export class AppliedParameters {
  @ApiProperty({ description: 'The prompt, without white space at its ends.' })
  prompt!: string;

  @ApiProperty(orNull({ type: String, description: 'What must not be in the picture.' }))
  negative_prompt!: string | null;

  @ApiProperty(
    orNull(oneOf('CameraAngle', CAMERA_ANGLES, 'Height and tilt of the camera; null leaves it to the model.')),
  )
  camera_angle!: VisualParameters['camera_angle'] | null;

  @ApiProperty(orNull(oneOf('FieldOfView', FIELDS_OF_VIEW, 'Width of the view; null leaves it to the model.')))
  fov!: VisualParameters['fov'] | null;

  @ApiProperty(orNull(oneOf('Lighting', LIGHTINGS, 'Kind of light; null leaves it to the model.')))
  lighting!: VisualParameters['lighting'] | null;

  @ApiProperty(orNull(oneOf('ColorPalette', COLOR_PALETTES, 'Mood of the colours; null leaves it to the model.')))
  color_palette!: VisualParameters['color_palette'] | null;

  @ApiProperty(orNull(oneOf('Composition', COMPOSITIONS, 'Where the subject stands; null leaves it to the model.')))
  composition!: VisualParameters['composition'] | null;

  @ApiProperty(orNull(oneOf('Style', STYLES, 'Manner of the picture; null leaves it to the model.')))
  style!: VisualParameters['style'] | null;

  @ApiProperty({ type: 'integer', description: 'Steps of refinement.' })
  steps!: number;

  @ApiProperty({ description: 'How closely the model follows the prompt.' })
  cfg_scale!: number;
}

/** Why an attempt or a run failed. */
export class RunFailure {
  @ApiProperty(oneOf('ErrorCategory', ERROR_CATEGORIES, 'What went wrong, for programs.'))
  category!: ErrorCategory;

  @ApiProperty({ description: 'What went wrong, for people.' })
  message!: string;

  @ApiProperty({ description: 'Whether another attempt may end differently.' })
  retryable!: boolean;
}

/** A picture that was made. */
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

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Measured qualities of the picture; null where none were measured.',
  })
  evaluation!: Readonly<Record<string, unknown>> | null;
}

/** What every answer about one run says. */
class RunIdentity {
  @ApiProperty(ID)
  id!: number;

  @ApiProperty(RUN_ID)
  run_id!: string;

  @ApiProperty(STATUS)
  status!: Status;

  @ApiProperty(CREATED_AT)
  created_at!: string;
}

/** The answer of POST /api/generate. */
export class Generation extends RunIdentity {
  @ApiProperty(oneOf('GenerationType', ['image'], 'What is made.'))
  type!: GenerationType;

  @ApiProperty(oneOf('Mode', ['ai', 'manual'], 'Whether the platform filled the visual parameters that were left out.'))
  mode!: Mode;

  @ApiProperty(orNull(path('The bytes of the first picture; null until there is one.')))
  image_url!: string | null;

  @ApiProperty({ type: AppliedParameters, description: 'What the picture was asked to be.' })
  parameters!: AppliedParameters;

  @ApiProperty(
    orNull({
      type: Number,
      minimum: 0,
      maximum: 1,
      description: 'Half for the run, more for each visual parameter and for a picture.',
    }),
  )
  quality_score!: number | null;

  @ApiProperty(
    orNull({ type: Number, minimum: 0, description: 'Seconds from the start of the last attempt to its end.' }),
  )
  generation_time!: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Why the platform chose what it chose, by parameter.',
  })
  reasoning!: Readonly<Record<string, string>>;

  @ApiProperty({ description: 'Whether the picture was there already.' })
  cached!: boolean;

  @ApiProperty(RETRY_COUNT)
  retry_count!: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 5, description: 'Attempts that may follow the first.' })
  max_retries!: number;

  @ApiProperty(SEED)
  seed!: number;

  @ApiProperty({ description: 'The provider that makes it.' })
  provider!: string;

  @ApiProperty({ description: 'The model of the provider.' })
  model!: string;

  @ApiProperty({ type: 'integer', description: 'Pixels that were asked for.' })
  width!: number;

  @ApiProperty({ type: 'integer', description: 'Pixels that were asked for.' })
  height!: number;

  @ApiProperty(orNull({ type: Number, minimum: 0, description: 'Price in US dollars; null until it is known.' }))
  cost_usd!: number | null;

  @ApiProperty({ type: 'integer', description: 'Whose run it is.' })
  user_id!: number;

  @ApiProperty(orNull({ type: 'integer', description: 'The project that it belongs to.' }))
  project_id!: number | null;

  @ApiProperty(orNull({ type: String, format: 'uuid', description: 'The run that this one refines.' }))
  parent_id!: string | null;

  @ApiProperty(orNull({ type: String, format: 'uuid', description: 'The batch that it belongs to.' }))
  batch_id!: string | null;

  @ApiProperty(
    orNull({
      type: String,
      format: 'uuid',
      description:
        'The run that the result was made for, where it was not this one: it was there already, or was being made.',
    }),
  )
  source_run_id!: string | null;

  @ApiProperty(
    orNull({ type: 'number', minimum: 0, description: 'What making the result again would have cost, in US dollars.' }),
  )
  saved_usd!: number | null;

  @ApiProperty(
    orNull({
      type: String,
      description: 'SHA-256 of what shapes the result, in hex; null for a run that shares none (`use_cache: false`).',
    }),
  )
  prompt_hash!: string | null;

  @ApiProperty(NEXT_ATTEMPT_AT)
  next_attempt_at!: string | null;

  @ApiProperty(STARTED_AT)
  started_at!: string | null;

  @ApiProperty(COMPLETED_AT)
  completed_at!: string | null;
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

  @ApiProperty(orNull({ type: String, description: "The provider's own id of the job, once it took one." }))
  provider_job_id!: string | null;

  @ApiProperty(orNull({ type: RunFailure, description: 'Why it failed.' }))
  error!: RunFailure | null;
}

/** The answer of GET /api/generate/{id}. */
export class GenerationDetail extends Generation {
  @ApiProperty({ type: [RunArtifact], description: 'What was made, by variant.' })
  artifacts!: readonly RunArtifact[];

  @ApiProperty(orNull({ type: RunFailure, description: 'Why the last attempt failed.' }))
  error!: RunFailure | null;

  @ApiProperty({ type: [GenerationAttempt], description: 'Oldest first.' })
  attempts!: readonly GenerationAttempt[];
}

/** The 202 answer. */
export class AcceptedGeneration extends RunIdentity {
  @ApiProperty(SEED)
  seed!: number;

  @ApiProperty({ description: 'The provider that will make it.' })
  provider!: string;

  @ApiProperty({ description: 'The model of the provider.' })
  model!: string;

  @ApiProperty(path('Where to ask how it goes.'))
  status_url!: string;

  @ApiProperty(path('Where to be told how it goes, as server-sent events.'))
  stream_url!: string;

  @ApiProperty(path('Where to cancel it with a POST.'))
  cancel_url!: string;
}

/** The answer of GET /api/status/{run_id}. */
export class RunStatus extends RunIdentity {
  @ApiProperty({ minimum: 0, maximum: 1, description: 'Share of the running attempt that is done.' })
  progress!: number;

  @ApiProperty(
    orNull({
      type: 'integer',
      minimum: 1,
      maximum: 1001,
      description: 'Place in the queue while it waits: 1 is taken next, 1001 has a thousand or more before it.',
    }),
  )
  queue_position!: number | null;

  @ApiProperty({ type: [RunArtifact], description: 'What was made, by variant.' })
  artifacts!: readonly RunArtifact[];

  @ApiProperty(orNull({ type: RunFailure, description: 'Why the last attempt failed.' }))
  error!: RunFailure | null;

  @ApiProperty(RETRY_COUNT)
  retry_count!: number;

  @ApiProperty(NEXT_ATTEMPT_AT)
  next_attempt_at!: string | null;

  @ApiProperty(STARTED_AT)
  started_at!: string | null;

  @ApiProperty(COMPLETED_AT)
  completed_at!: string | null;

  @ApiProperty(path('This answer.'))
  status_url!: string;

  @ApiProperty(path('Where to be told how it goes, as server-sent events.'))
  stream_url!: string;

  @ApiProperty(path('Where to cancel it with a POST.'))
  cancel_url!: string;
}
