import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ListNewestRuns } from '../generation/history/history.queries.js';
import { COUNTED_JOBS, JobQueue, nullWhileAway, type JobCounts } from '../platform/queue/job-queue.port.js';
import { GetCacheUse, type CacheUse } from '../prompt-cache/prompt-cache.queries.js';
import {
  ApiDashboard,
  type Dashboard,
  type DashboardCache,
  type DashboardQueue,
  type RecentActivity,
} from './dashboard.dto.js';
import { systemOf, usageOf } from './monitoring-report.policy.js';
import { MonitoringReports } from './monitoring.store.js';
import { formatUptime } from './uptime.policy.js';

const SHOWN = 10;

const cacheOf = ({ lookups, hits, joined, savedUsd }: CacheUse): DashboardCache => ({
  hits,
  misses: lookups - hits,
  joined,
  hit_rate: lookups === 0 ? 0 : Math.round((hits / lookups) * 1000) / 1000,
  saved_usd: savedUsd,
});

const queueOf = ({ waiting, delayed, active }: JobCounts): DashboardQueue => {
  const isExact = [waiting, delayed, active].every((each) => each < COUNTED_JOBS);
  return { waiting, delayed, active, relation: isExact ? 'eq' : 'gte' };
};

@ApiTags('Monitoring')
@Controller('api/monitoring/dashboard')
export class DashboardController {
  constructor(
    private readonly reports: MonitoringReports,
    private readonly queries: QueryBus,
    private readonly queue: JobQueue,
  ) {}

  @Get()
  @ApiDashboard()
  async getDashboard(): Promise<Dashboard> {
    const [{ kinds, since }, activity, presets, cache, queue] = await Promise.all([
      this.reports.jobs(),
      this.activity(),
      this.reports.popularPresets(SHOWN),
      this.queries.execute(new GetCacheUse()),
      this.queue.counts().catch(nullWhileAway),
    ]);
    const uptime = Math.floor(process.uptime());
    return {
      system: systemOf(kinds, uptime, since),
      usage: usageOf(kinds),
      uptime_formatted: formatUptime(uptime),
      recent_activity: activity,
      popular_presets: presets,
      cache: cacheOf(cache),
      queue: queue && queueOf(queue),
      timestamp: new Date().toISOString(),
    };
  }

  private async activity(): Promise<RecentActivity[]> {
    const runs = await this.queries.execute(new ListNewestRuns(SHOWN));
    return runs.map(({ type, status, prompt, run_id, created_at, completed_at }) => ({
      ...{ type, status, prompt, run_id },
      timestamp: completed_at ?? created_at,
    }));
  }
}
