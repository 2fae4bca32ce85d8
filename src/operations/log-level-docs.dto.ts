import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems, BODY_PROBLEMS } from '../platform/http/openapi-decorators.js';
import { LogLevelChangeDto, LogLevelChanged, LogLevelState } from './log-level.dto.js';

const FOR_ADMINISTRATORS = 'For administrators; while there are no API keys, whoever can call the API is one.';

const STATE = {
  configured: 'info',
  overrides: [{ level: 'debug', context: 'JobQueue', expires_at: '2026-11-20T09:41:00.000Z' }],
} satisfies LogLevelState;

/** GET /api/admin/log-level */
export const ApiGetLogLevel = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Tell what is logged',
      description: `The log level of the process that answers, and what was changed for a while. ${FOR_ADMINISTRATORS}`,
    }),
    ApiResponse({
      status: 200,
      description: 'The levels.',
      type: LogLevelState,
      examples: {
        changed: { summary: 'One context is looked at', value: STATE },
        configured: { summary: 'As configured', value: { configured: 'info', overrides: [] } },
      },
    }),
    ApiProblems(),
  );

/** PUT /api/admin/log-level */
export const ApiPutLogLevel = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Change what is logged, for a while',
      description:
        'Sets the log level of every process, or of one context of them, until its time is over. A change takes the place of the one before it for ' +
        `the same context; all processes follow changes in one order. Each process logs a line about it. ${FOR_ADMINISTRATORS}`,
    }),
    ApiBody({
      type: LogLevelChangeDto,
      examples: {
        one: { summary: 'Look at the queue', value: { level: 'debug', context: 'JobQueue', ttl_seconds: 600 } },
        all: { summary: 'Say less for an hour', value: { level: 'warn', ttl_seconds: 3600 } },
      },
    }),
    ApiResponse({
      status: 200,
      description: 'It holds.',
      type: LogLevelChanged,
      examples: { changed: { summary: 'For ten minutes', value: { ...STATE, told_others: true } } },
    }),
    ApiProblems(...BODY_PROBLEMS),
  );
