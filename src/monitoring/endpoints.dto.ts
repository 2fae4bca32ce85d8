import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ApiProblems } from '../platform/http/openapi-decorators.js';
import { ApiTold } from './monitoring-docs.dto.js';
import { ApiSince, count, moment } from './monitoring.dto.js';

/** The requests to one endpoint. */
export class EndpointUse {
  @ApiProperty({
    type: String,
    description:
      'Pattern of the route, as `/api/generate/:id`. `(other)`: requests that no route took, and those to reported endpoints beyond five hundred.',
  })
  path!: string;

  @ApiProperty({ type: String, description: 'The method of the requests; `*` for those of `(other)`.' })
  method!: string;

  @ApiProperty(count('Requests since the last reset.'))
  count!: number;

  @ApiProperty({
    type: Number,
    minimum: 0,
    nullable: true,
    description:
      'Mean seconds from a request to the end of its answer, a wait for a run included. Event streams, and requests whose client hung up, have none; null where none has one.',
  })
  avg_response_time!: number | null;

  @ApiProperty({
    type: Number,
    minimum: 0,
    nullable: true,
    description: '95 % of them took no longer than these seconds; within 1 %. Null as the mean.',
  })
  p95_response_time!: number | null;

  @ApiProperty(count('Answers with a status of 400 or more.'))
  error_count!: number;

  @ApiProperty(moment('When the last one ended.'))
  last_accessed!: string;
}

/** The answer of GET /api/monitoring/stats/endpoints. */
export class EndpointStatistics {
  @ApiProperty(count('Requests to all endpoints since the last reset, also to those that are not listed.'))
  total_requests!: number;

  @ApiProperty({ type: [EndpointUse], description: 'The twenty that are used most, most used first.' })
  endpoints!: readonly EndpointUse[];

  @ApiSince()
  since!: string | null;
}

/** Something that failed. */
export class RecentError {
  @ApiProperty(moment('When it failed.'))
  timestamp!: string;

  @ApiProperty({
    enum: ['generation', 'job', 'http'],
    enumName: 'ErrorType',
    description: '`generation`: a run; `job`: a job that was reported; `http`: a request that was answered with 5xx.',
  })
  type!: 'generation' | 'job' | 'http';

  @ApiProperty({
    type: String,
    description:
      'Of a run, the category of its last failure; of a request, the `code` of its answer; `unknown` of a reported job.',
  })
  category!: string;

  @ApiProperty({ type: String, description: 'What went wrong, as it was answered.' })
  message!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of a request: its method and the pattern of its route. Null of a job.',
  })
  path!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a job; null of a request.' })
  run_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    pattern: '^[0-9a-f]{32}$',
    description: 'Trace of the request that it goes back to; null where that had none.',
  })
  trace_id!: string | null;
}

/** The answer of GET /api/monitoring/errors/recent. */
export class RecentErrors {
  @ApiProperty({ type: [RecentError], description: 'Newest first.' })
  errors!: readonly RecentError[];
}

export const DEFAULT_ERRORS = 50;
const MOST_ERRORS = 200;

/** Query of GET /api/monitoring/errors/recent. */
export class RecentErrorsQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MOST_ERRORS,
    default: DEFAULT_ERRORS,
    description: 'How many at the most.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_ERRORS)
  limit?: number;
}

const ENDPOINTS = {
  total_requests: 4_711,
  endpoints: [
    {
      ...{
        path: '/api/status/:run_id',
        method: 'GET',
        count: 3_120,
        avg_response_time: 0.001714,
        p95_response_time: 0.0032,
      },
      ...{ error_count: 4, last_accessed: '2026-11-26T10:42:17.031Z' },
    },
    {
      ...{
        path: '/api/generate',
        method: 'POST',
        count: 1_102,
        avg_response_time: 1.209311,
        p95_response_time: 1.9386,
      },
      ...{ error_count: 31, last_accessed: '2026-11-26T10:42:16.412Z' },
    },
  ],
  since: null,
} satisfies EndpointStatistics;

const ERRORS = {
  errors: [
    {
      ...{ timestamp: '2026-11-26T10:42:16.412Z', type: 'generation', category: 'moderated' },
      message: 'The provider refused the prompt',
      ...{ path: null, run_id: '01a216af-2fdd-7228-9a56-263688b4479c', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' },
    },
    {
      ...{ timestamp: '2026-11-26T10:31:02.007Z', type: 'http', category: 'unavailable' },
      message: 'The database, the queue or the storage cannot be reached; try again shortly',
      ...{ path: 'GET /api/status/:run_id', run_id: null, trace_id: '7c1d9f0e2b3a4c5d6e7f8091a2b3c4d5' },
    },
  ],
} satisfies RecentErrors;

/** GET /api/monitoring/stats/endpoints */
export const ApiEndpointStatistics = (): MethodDecorator =>
  ApiTold({
    summary: 'Tell how endpoints are used',
    description:
      'Requests to all processes by the pattern of their route, and those that were reported. Each process adds what it counts every five seconds and when ' +
      'it stops; the one that answers has added all of its own. Reset by `POST /api/monitoring/reset-stats`.',
    type: EndpointStatistics,
    value: ENDPOINTS,
  });

/** GET /api/monitoring/errors/recent */
export const ApiRecentErrors = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'List what failed',
      description:
        'Runs that failed, jobs that were reported as failed, and requests to any process that were answered with 5xx; the newest thousand jobs and as many ' +
        'requests are kept, also over a reset. A run that failed is listed as such alone, however it was answered.',
    }),
    ApiResponse({
      status: 200,
      description: 'The newest errors.',
      type: RecentErrors,
      examples: { errors: { summary: 'A run and a request', value: ERRORS } },
    }),
    ApiProblems({
      code: 'validation_error',
      issues: [{ loc: ['query', 'limit'], msg: 'limit must not be greater than 200', type: 'value_error' }],
    }),
  );
