import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsInt, IsNumber, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { RequestInvalid } from '../platform/http/http.errors.js';
import { JOB_TYPES } from './job-counts.policy.js';
import { JOB_STEPS, type JobStep, type TrackedJob } from './monitoring.events.js';

/** Seconds: thirty days. */
const LONGEST_JOB = 2_592_000;
/** Seconds. */
const LONGEST_REQUEST = 3_600;
const LONGEST_WORD = 64;
const LONGEST_RUN_ID = 128;
const LONGEST_PATH = 256;

const WORD = /^[a-z0-9][a-z0-9_.-]*$/i;
const VISIBLE = /^[\x21-\x7e]*$/;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Body of POST /api/monitoring/track/job. */
@ApiSchema({ name: 'JobReport' })
export class JobReportDto {
  @ApiProperty({
    enum: JOB_STEPS,
    enumName: 'JobStep',
    description: 'What happened to the job. An end that no beginning was reported for is counted as both.',
  })
  @IsIn(JOB_STEPS)
  event!: JobStep;

  @ApiProperty({
    minLength: 1,
    maxLength: LONGEST_WORD,
    pattern: WORD.source,
    description: `A word for what the job does. Those that are counted for themselves: ${JOB_TYPES.map((type) => `\`${type}\``).join(', ')}, which stands for all the rest.`,
    example: 'training',
  })
  @IsString()
  @Length(1, LONGEST_WORD)
  @Matches(WORD, { message: 'job_type must be a word of letters, digits, dots, hyphens and underscores' })
  job_type!: string;

  @ApiPropertyOptional({
    type: Number,
    minimum: 0,
    maximum: LONGEST_JOB,
    nullable: true,
    description: 'How long the job took, in seconds; only with `completed` and `failed`.',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(LONGEST_JOB)
  duration?: number;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: LONGEST_RUN_ID,
    pattern: VISIBLE.source,
    nullable: true,
    description: 'What the caller calls the job: visible ASCII characters.',
  })
  @IsOptional()
  @IsString()
  @Length(1, LONGEST_RUN_ID)
  @Matches(VISIBLE, { message: 'run_id must be of visible ASCII characters' })
  run_id?: string;
}

/** @throws RequestInvalid for the duration of a job that has only begun */
export const toJob = ({ event, job_type, duration, run_id }: JobReportDto): TrackedJob => {
  if (event === 'created' && duration !== undefined)
    throw new RequestInvalid([
      { loc: ['body', 'duration'], msg: 'duration is of a job that has ended', type: 'value_error' },
    ]);
  return { event, job_type, duration: duration ?? null, run_id: run_id ?? null };
};

/** Body of POST /api/monitoring/track/endpoint. */
@ApiSchema({ name: 'EndpointReport' })
export class EndpointReportDto {
  @ApiProperty({
    minLength: 1,
    maxLength: LONGEST_PATH,
    pattern: '^/[\\x21-\\x7e]*$',
    description:
      'Path or pattern of the endpoint, with its first slash. Numbers, UUIDs and long hexadecimal numbers in it count as `:id`, a query is left out.',
    example: '/api/training/:id',
  })
  @IsString()
  @Length(1, LONGEST_PATH)
  @Matches(/^\/[\x21-\x7e]*$/, { message: 'path must begin with a slash and be of visible ASCII characters' })
  path!: string;

  @ApiProperty({ enum: METHODS, enumName: 'EndpointMethod', description: 'The method of the request.' })
  @IsIn(METHODS)
  method!: (typeof METHODS)[number];

  @ApiProperty({
    type: Number,
    minimum: 0,
    maximum: LONGEST_REQUEST,
    description: 'How long the answer took, in seconds.',
  })
  @IsNumber()
  @Min(0)
  @Max(LONGEST_REQUEST)
  duration!: number;

  @ApiProperty({
    type: 'integer',
    minimum: 100,
    maximum: 599,
    description: 'The HTTP status of the answer; from 400 on it is an error.',
  })
  @IsInt()
  @Min(100)
  @Max(599)
  status!: number;
}

/** The answer of POST /api/monitoring/track/job. */
export class JobReported {
  @ApiProperty({ enum: [true], description: 'The report is in the log.' })
  tracked!: true;

  @ApiProperty({
    format: 'uuid',
    description: 'Names the report; the same for a repeat with the same idempotency key.',
  })
  id!: string;
}

/** The answer of POST /api/monitoring/track/endpoint. */
export class EndpointReported {
  @ApiProperty({ enum: [true], description: 'The request will be counted.' })
  tracked!: true;

  @ApiProperty({ type: String, description: 'The pattern that it is counted under.' })
  path!: string;
}
