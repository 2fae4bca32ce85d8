import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { requestContext } from '../platform/http/request-context.js';
import { originOf } from '../platform/http/request-origin.js';
import {
  ApiDurationStatistics,
  ApiMonitoringHealth,
  ApiResetStatistics,
  ApiSystemStatistics,
  ApiUsageStatistics,
} from './monitoring-docs.dto.js';
import { durationsOf, systemOf, usageOf } from './monitoring-report.policy.js';
import { ResetStatistics } from './monitoring.commands.js';
import type {
  DurationStatistics,
  MonitoringHealth,
  StatisticsReset,
  SystemStatistics,
  UsageStatistics,
} from './monitoring.dto.js';
import { MonitoringReports } from './monitoring.store.js';
import { formatUptime } from './uptime.policy.js';

const uptime = (): number => Math.floor(process.uptime());

@ApiTags('Monitoring')
@Controller('api/monitoring')
export class MonitoringController {
  constructor(
    private readonly commands: CommandBus,
    private readonly reports: MonitoringReports,
  ) {}

  @Get('health')
  @ApiMonitoringHealth()
  async getMonitoringHealth(): Promise<MonitoringHealth> {
    const getsOn = await this.reports.getsOn();
    const seconds = uptime();
    return {
      status: getsOn ? 'healthy' : 'degraded',
      uptime_seconds: seconds,
      uptime_formatted: formatUptime(seconds),
      timestamp: new Date().toISOString(),
    };
  }

  @Get('stats/system')
  @ApiSystemStatistics()
  async getSystemStatistics(): Promise<SystemStatistics> {
    const { kinds, since } = await this.reports.jobs();
    return systemOf(kinds, uptime(), since);
  }

  @Get('stats/usage')
  @ApiUsageStatistics()
  async getUsageStatistics(): Promise<UsageStatistics> {
    return usageOf((await this.reports.jobs()).kinds);
  }

  @Get('stats/durations')
  @ApiDurationStatistics()
  async getDurationStatistics(): Promise<DurationStatistics> {
    const { kinds, since } = await this.reports.timedJobs();
    return { durations: durationsOf(kinds), since };
  }

  @Post('reset-stats')
  @HttpCode(200)
  @ApiResetStatistics()
  async resetStatistics(): Promise<StatisticsReset> {
    const { requestId } = requestContext();
    return { reset_at: await this.commands.execute(new ResetStatistics(originOf('user:1', requestId))) };
  }
}
