import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/openapi-decorators.js';
import { STATISTICS } from './statistics-example.data.js';
import { Statistics } from './statistics.dto.js';

/** GET /api/generate/statistics */
export const ApiGetStatistics = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Sum runs up',
      description:
        'Counts, times, scores and cost of the runs that were created in the last days, of everybody or of one user, one project or a user in a ' +
        'project. A run counts on the day of its creation in UTC, with the status that it has now; one that failed and is asked for again is no ' +
        'longer a failure. The sums are kept while runs go on, so that the answer takes as long for a million runs as for ten. What was answered ' +
        'before is counted; while the sums are being rebuilt, or their process is down, the newest runs are missing until it has caught up ' +
        '(`GET /health/ready` shows its lag as `statistics`).',
    }),
    ApiResponse({
      status: 200,
      description: 'The sums.',
      type: Statistics,
      examples: { week: { summary: 'Three days', value: STATISTICS } },
    }),
    ApiProblems({
      code: 'validation_error',
      issues: [{ loc: ['query', 'days'], msg: 'days must not be greater than 365', type: 'value_error' }],
    }),
  );
