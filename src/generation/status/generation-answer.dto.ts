import { ApiProperty } from '@nestjs/swagger';
import {
  CAMERA_ANGLES,
  COLOR_PALETTES,
  COMPOSITIONS,
  FIELDS_OF_VIEW,
  LIGHTINGS,
  STYLES,
  type VisualParameters,
} from '../../providers/image-provider.port.js';
import { PRIORITIES } from '../generation.data.js';
import type { GenerationType, Mode, OrderedInputs, Priority } from '../generation.events.js';
import {
  COMPLETED_AT,
  CREATED_AT,
  EXPIRES_AT,
  ID,
  NEXT_ATTEMPT_AT,
  oneOf,
  orNull,
  path,
  RETRY_COUNT,
  RUN_ID,
  SEED,
  STARTED_AT,
  STATUS,
} from './answer-fields.dto.js';
import type { Status } from './generation.queries.js';
import { GenerationAttempt, RunArtifact, RunFailure } from './run-parts.dto.js';

/** The parameters of a picture, given or chosen. */
export class AppliedParameters {
  @ApiProperty({ description: 'The prompt, without white space at its ends.' })
  prompt!: string;

  @ApiProperty(
    orNull({ type: String, description: 'The prompt in the template of the preset, as the provider gets it.' }),
  )
  enhanced_prompt!: string | null;

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

  @ApiProperty({ type: 'integer', minimum: 1, description: 'How many results; variant k has the seed + k.' })
  num_variants!: number;

  @ApiProperty(
    orNull({
      type: 'object',
      additionalProperties: true,
      description: 'The FIBO object that the prompt was written from.',
    }),
  )
  structured_prompt!: object | null;

  @ApiProperty(
    orNull({
      type: 'object',
      additionalProperties: true,
      description:
        'The pictures that shape it, with the SHA-256 of their bytes: `guidance_images`, `controlnet`, `image`.',
    }),
  )
  inputs!: OrderedInputs | null;

  @ApiProperty(orNull({ type: Number, description: 'Seconds of a video.' }))
  duration_seconds!: number | null;

  @ApiProperty(orNull({ type: 'integer', description: 'Frames a second of a video.' }))
  fps!: number | null;

  @ApiProperty(orNull({ type: String, description: 'How the camera moves in a video.' }))
  motion!: string | null;
}

/** What every answer about one run says. */
export class RunIdentity {
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
  @ApiProperty(oneOf('GenerationType', ['image', 'video'], 'What is made.'))
  type!: GenerationType;

  @ApiProperty(oneOf('Mode', ['ai', 'manual'], 'Whether the platform filled the visual parameters that were left out.'))
  mode!: Mode;

  @ApiProperty(orNull(path('The bytes of the first picture or video; null until there is one.')))
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

  @ApiProperty({
    enum: [...PRIORITIES],
    enumName: 'Priority',
    description: 'How urgent the run is among those of its user.',
  })
  priority!: Priority;

  @ApiProperty(SEED)
  seed!: number;

  @ApiProperty({ description: 'The provider that makes it.' })
  provider!: string;

  @ApiProperty({ description: 'The model of the provider.' })
  model!: string;

  @ApiProperty(orNull({ type: String, description: 'The preset that was applied.' }))
  preset!: string | null;

  @ApiProperty(orNull({ type: 'integer', minimum: 1, description: 'Its version at that time.' }))
  preset_version!: number | null;

  @ApiProperty({ type: 'integer', description: 'Pixels that were asked for.' })
  width!: number;

  @ApiProperty({ type: 'integer', description: 'Pixels that were asked for.' })
  height!: number;

  @ApiProperty(
    orNull({
      type: Number,
      minimum: 0,
      description: 'What it was expected to cost, in US dollars; null for runs of older versions.',
    }),
  )
  cost_estimate_usd!: number | null;

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
  @ApiProperty(orNull({ type: String, description: 'How it refines that run.' }))
  instruction!: string | null;

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

/** The 202 answer of a job. */
export class AcceptedJob extends AcceptedGeneration {
  @ApiProperty({ description: 'Whether the result was there already; then the job is completed.' })
  cache_hit!: boolean;

  @ApiProperty(
    orNull({
      type: String,
      description: 'SHA-256 of what shapes the result, in hex; null for a job that shares none (`use_cache: false`).',
    }),
  )
  prompt_hash!: string | null;

  @ApiProperty(
    orNull({ type: Number, minimum: 0, description: 'What it will cost, in US dollars; 0 for a cache hit.' }),
  )
  cost_estimate_usd!: number | null;
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

  @ApiProperty(EXPIRES_AT)
  expires_at!: string | null;

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
