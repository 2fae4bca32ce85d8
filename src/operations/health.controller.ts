import { applyDecorators, Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { ApiProbeProblems } from '../platform/http/openapi-decorators.js';
import { TakesAnyInput } from '../platform/http/undeclared-input.guard.js';
import { Alive, Ready } from './health.dto.js';
import { Probes } from './probes.provider.js';

const UP: HealthIndicatorResult = {
  shutdown: { status: 'up' },
  database: { status: 'up' },
  queue: { status: 'up', active: 1, waiting: 0, delayed: 2 },
  storage: { status: 'up' },
  projections: { status: 'up', lag: { enqueue_attempt: 0 } },
};
const DEGRADED = {
  ...UP,
  queue: { status: 'degraded', message: 'It does not answer; runs are accepted and wait' },
} satisfies HealthIndicatorResult;
const DOWN = { database: { status: 'down', message: 'No answer within 2000 ms' } };

const ApiAlive = (summary: string, description: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary, description }),
    ApiResponse({
      status: 200,
      description: 'It is.',
      type: Alive,
      examples: { ok: { summary: 'Always the same', value: { status: 'ok' } } },
    }),
    ApiProbeProblems(),
  );

@ApiTags('Operations')
@TakesAnyInput()
@Controller('health')
export class HealthController {
  constructor(private readonly probes: Probes) {}

  /** The event loop turns; no dependency is asked, so that an outage elsewhere restarts nothing here. */
  @Get('live')
  @ApiAlive(
    'Ask whether the process lives',
    'The liveness probe: looks at no dependency, so that an outage elsewhere restarts nothing here.',
  )
  checkLive(): Alive {
    return { status: 'ok' };
  }

  /** @throws NotReady */
  @Get('ready')
  @Header('Cache-Control', 'no-cache, no-store, must-revalidate')
  @ApiOperation({
    summary: 'Ask whether the process can serve',
    description:
      'The readiness probe: looks at the database, the queue, the storage and the lag of the projections. In a shutdown it turns 503 first, ' +
      'so that clients are sent elsewhere. What is `degraded` is missed, and no reason to. A 503 lists the checks under `details`.',
  })
  @ApiResponse({
    status: 200,
    description: 'No check is down.',
    type: Ready,
    examples: {
      up: { summary: 'Ready', value: { status: 'ok', info: UP, error: {}, details: UP } },
      degraded: {
        summary: 'Ready, without the queue',
        value: { status: 'degraded', info: DEGRADED, error: {}, details: DEGRADED },
      },
    },
  })
  @ApiProbeProblems({ code: 'unavailable', details: { info: UP, error: DOWN, details: { ...UP, ...DOWN } } })
  checkReady(): Promise<Ready> {
    return this.probes.checkReady();
  }

  /** Answers once migrations and bootstrap are through: before that nothing listens. */
  @Get('startup')
  @ApiAlive(
    'Ask whether the process has started',
    'The startup probe: nothing listens before the migrations are through and everything is connected.',
  )
  checkStartup(): Alive {
    return { status: 'ok' };
  }
}
