import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import {
  ApiIdempotencyKey,
  ApiProblems,
  BODY_PROBLEMS,
  type ProblemSample,
} from '../platform/http/openapi-decorators.js';
import { responseHeaders } from '../platform/http/openapi-schemas.js';
import { EndpointReportDto, EndpointReported, JobReportDto, JobReported } from './tracking.dto.js';

const JOB_REQUESTS = {
  completed: {
    summary: 'A training that is over',
    value: { event: 'completed', job_type: 'training', duration: 5400.5, run_id: 'lora-17' },
  },
  created: { summary: 'A workflow that begins', value: { event: 'created', job_type: 'workflow' } },
};
const ENDPOINT_REQUESTS = {
  request: {
    summary: 'A request to another service',
    value: { path: '/api/training/17', method: 'GET', duration: 0.042, status: 200 },
  },
};
const INVALID_JOB: ProblemSample = {
  code: 'validation_error',
  issues: [
    { loc: ['body', 'event'], msg: 'Invalid event: done', type: 'value_error' },
    { loc: ['body', 'duration'], msg: 'duration must not be less than 0', type: 'value_error' },
  ],
};
const INVALID_ENDPOINT: ProblemSample = {
  code: 'validation_error',
  issues: [
    {
      loc: ['body', 'path'],
      msg: 'path must begin with a slash and be of visible ASCII characters',
      type: 'value_error',
    },
    { loc: ['body', 'status'], msg: 'status must not be greater than 599', type: 'value_error' },
  ],
};

interface Reports {
  readonly report: Type;
  readonly requests: typeof JOB_REQUESTS | typeof ENDPOINT_REQUESTS;
  readonly invalid: ProblemSample;
}

const ApiReport = ({ report, requests, invalid }: Reports): MethodDecorator =>
  applyDecorators(
    ApiBody({ type: report, examples: { ...requests } }),
    ApiProblems(...BODY_PROBLEMS.filter((status) => status !== 422), invalid, 429),
  );

const LIMITED =
  'Each process takes fifty reports a second in the long run, and a thousand at once; beyond that it answers 429.';

/** POST /api/monitoring/track/job */
export const ApiTrackJob = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Report a job that ran elsewhere',
      description: `It is counted beside the runs, in \`stats/system\`, \`stats/usage\` and \`stats/durations\`, and a failed one is listed in \`errors/recent\`. ${LIMITED}`,
    }),
    ApiIdempotencyKey(),
    ApiResponse({
      status: 200,
      description: 'The report is in the log.',
      type: JobReported,
      headers: responseHeaders('Idempotent-Replayed'),
      examples: {
        tracked: { summary: 'Taken', value: { tracked: true, id: '01a216af-2fdd-7228-9a56-263688b4479c' } },
      },
    }),
    ApiReport({ report: JobReportDto, requests: JOB_REQUESTS, invalid: INVALID_JOB }),
  );

/** POST /api/monitoring/track/endpoint */
export const ApiTrackEndpoint = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Report a request to an endpoint elsewhere',
      description:
        'It is counted in `stats/endpoints` beside the requests to this API. Five hundred different endpoints are told apart; the requests to all others ' +
        `are counted together. ${LIMITED}`,
    }),
    ApiResponse({
      status: 200,
      description: 'The request will be counted within seconds.',
      type: EndpointReported,
      examples: { tracked: { summary: 'Taken', value: { tracked: true, path: '/api/training/:id' } } },
    }),
    ApiReport({ report: EndpointReportDto, requests: ENDPOINT_REQUESTS, invalid: INVALID_ENDPOINT }),
  );
