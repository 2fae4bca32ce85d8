import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/openapi-decorators.js';
import { responseHeaders } from '../../platform/http/openapi-schemas.js';
import { HISTORY_PAGE } from './history-examples.data.js';
import { HistoryPage } from './history.dto.js';

/** GET /api/generate/history */
export const ApiListHistory = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'List runs',
      description:
        'The runs that match every given field, newest first. `next_cursor` and the header `Link` lead to the next page; a cursor is a place behind a ' +
        'run, so that runs which are added meanwhile neither repeat nor hide any. A run is found here as soon as its creation or its end was answered; ' +
        'while the index of runs is being rebuilt, or its process is down, the newest are missing until it has caught up (`GET /health/ready` shows its lag as `history`).',
    }),
    ApiResponse({
      status: 200,
      description: 'One page of runs.',
      type: HistoryPage,
      headers: responseHeaders('Link', 'X-Total-Relation'),
      examples: { page: { summary: 'The newest two of five runs', value: HISTORY_PAGE } },
    }),
    ApiProblems({
      code: 'validation_error',
      issues: [
        { loc: ['query', 'status'], msg: 'Invalid status: done', type: 'value_error' },
        { loc: ['query', 'limit'], msg: 'limit must not be greater than 200', type: 'value_error' },
        { loc: ['query', 'from'], msg: 'from is not a date or time of RFC 3339: yesterday', type: 'datetime_parsing' },
        { loc: ['query', 'cursor'], msg: 'cursor is none that an answer gave', type: 'value_error' },
      ],
    }),
  );
