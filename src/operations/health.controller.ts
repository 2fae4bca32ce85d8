import { Controller, Get } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { Readiness } from './readiness.store.js';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  /** The event loop turns; no dependency is asked, so that an outage elsewhere restarts nothing here. */
  @Get('live')
  live(): object {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.indicator('shutdown', () => this.readiness.accepting()),
      () => this.indicator('database', () => this.readiness.database()),
      () => this.indicator('queue', () => this.readiness.queue()),
      () => this.indicator('storage', () => this.readiness.storage()),
      () => this.indicator('projections', () => this.readiness.projections()),
    ]);
  }

  /** Answers once migrations and bootstrap are through: before that nothing listens. */
  @Get('startup')
  startup(): object {
    return { status: 'ok' };
  }

  private async indicator(name: string, check: () => Promise<Record<string, unknown>>): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    try {
      return indicator.up(await check());
    } catch (error) {
      return indicator.down(error instanceof Error ? error.message : String(error));
    }
  }
}
