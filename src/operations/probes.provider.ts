import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Ready } from './health.dto.js';
import { CheckDegraded, CheckDown, NotReady } from './health.errors.js';
import { Readiness } from './readiness.store.js';

/** What Terminus found, without its own word for the status, which is the number of the HTTP status here. */
const checksOf = (result: object | string): Record<string, unknown> =>
  typeof result === 'object' ? Object.fromEntries(Object.entries(result).filter(([name]) => name !== 'status')) : {};

/** What the probes ask, on whichever port. */
@Injectable()
export class Probes {
  private readonly logger = new Logger(Probes.name);

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  /** @throws NotReady */
  async checkReady(): Promise<Ready> {
    try {
      const {
        status,
        info = {},
        error = {},
        details,
      } = await this.health.check([
        () => this.indicator('shutdown', () => this.readiness.accepting()),
        () => this.indicator('database', () => this.readiness.database()),
        () => this.indicator('queue', () => this.readiness.queue()),
        () => this.indicator('storage', () => this.readiness.storage()),
        () => this.indicator('projections', () => this.readiness.projections()),
      ]);
      return { status: status === 'degraded' ? 'degraded' : 'ok', info, error, details };
    } catch (cause) {
      if (!(cause instanceof ServiceUnavailableException)) throw cause;
      throw new NotReady(checksOf(cause.getResponse()));
    }
  }

  /** Anybody may ask a probe, so it answers in fixed words; what a driver or the disk says goes to the log. */
  private async indicator(name: string, check: () => Promise<Record<string, unknown>>): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    try {
      return indicator.up(await check());
    } catch (error) {
      if (error instanceof CheckDegraded) return indicator.degraded(error.message);
      const { message, reason } =
        error instanceof CheckDown ? error : new CheckDown('It does not work; the log says why', String(error));
      this.logger.warn(`Not ready, ${name}: ${message}${reason === null ? '' : ` (${reason})`}`);
      return indicator.down(message);
    }
  }
}
