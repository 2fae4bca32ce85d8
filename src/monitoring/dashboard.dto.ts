import { ApiProperty } from '@nestjs/swagger';
import { STATUSES } from '../generation/generation.events.js';
import type { Status } from '../generation/status/generation.queries.js';
import { ApiTold, COUNTED } from './monitoring-docs.dto.js';
import { SYSTEM, USAGE } from './monitoring-examples.data.js';
import { ApiUptimeFormatted, count, moment, SystemStatistics, UsageStatistics } from './monitoring.dto.js';

/** A run that was created lately. */
export class RecentActivity {
  @ApiProperty({ enum: ['image', 'video'], enumName: 'GenerationType', description: 'What the run makes.' })
  type!: string;

  @ApiProperty({ enum: STATUSES, enumName: 'Status', description: 'Where it stands.' })
  status!: Status;

  @ApiProperty({ type: String, description: 'Its prompt.' })
  prompt!: string;

  @ApiProperty({ format: 'uuid', description: 'The run.' })
  run_id!: string;

  @ApiProperty(moment('When it ended; until then, when it was accepted.'))
  timestamp!: string;
}

/** How often a preset was applied. */
export class PopularPreset {
  @ApiProperty({ type: String, description: 'Id of the preset.' })
  preset!: string;

  @ApiProperty(count('Runs since the last reset.'))
  count!: number;
}

/** How the cache fares, as in `GET /api/generate/cache/stats`; a reset does not change it. */
export class DashboardCache {
  @ApiProperty(count('Requests that were answered with a result that was there.'))
  hits!: number;

  @ApiProperty(count('Requests that were not.'))
  misses!: number;

  @ApiProperty(count('Requests among the misses that joined one under way.'))
  joined!: number;

  @ApiProperty({ type: Number, minimum: 0, maximum: 1, description: 'Hits of all requests; 0 where there were none.' })
  hit_rate!: number;

  @ApiProperty({ type: Number, minimum: 0, description: 'What that saved, in US dollars.' })
  saved_usd!: number;
}

/** Wake-ups in the queue; they are a little behind the runs, and no more than a thousand of each kind are counted. */
export class DashboardQueue {
  @ApiProperty(count('Due, and taken by no worker.'))
  waiting!: number;

  @ApiProperty(count('Due later: runs that wait for their next attempt.'))
  delayed!: number;

  @ApiProperty(count('At a worker.'))
  active!: number;

  @ApiProperty({
    enum: ['eq', 'gte'],
    description:
      '`eq`: the numbers are exact. `gte`: one of them has come to a thousand, and there may be more of these; `system.jobs_pending` counts every run.',
  })
  relation!: 'eq' | 'gte';
}

/** The answer of GET /api/monitoring/dashboard. */
export class Dashboard {
  @ApiProperty({ type: SystemStatistics, description: 'As `GET /api/monitoring/stats/system`.' })
  system!: SystemStatistics;

  @ApiProperty({ type: UsageStatistics, description: 'As `GET /api/monitoring/stats/usage`.' })
  usage!: UsageStatistics;

  @ApiUptimeFormatted()
  uptime_formatted!: string;

  @ApiProperty({ type: [RecentActivity], description: 'The ten runs that were created last, newest first.' })
  recent_activity!: readonly RecentActivity[];

  @ApiProperty({ type: [PopularPreset], description: 'The ten presets with most runs, most first.' })
  popular_presets!: readonly PopularPreset[];

  @ApiProperty({ type: DashboardCache, description: 'The cache.' })
  cache!: DashboardCache;

  @ApiProperty({ type: DashboardQueue, nullable: true, description: 'The queue; null while it does not answer.' })
  queue!: DashboardQueue | null;

  @ApiProperty(moment('When this was answered.'))
  timestamp!: string;
}

const DASHBOARD = {
  system: SYSTEM,
  usage: USAGE,
  uptime_formatted: '3:25:45',
  recent_activity: [
    {
      ...{ type: 'image', status: 'completed', prompt: 'a red fox in fresh snow' },
      ...{ run_id: '01a216af-2b90-7529-a461-46eff599aecd', timestamp: '2026-11-26T10:42:15.507Z' },
    },
  ],
  popular_presets: [{ preset: 'anime_style', count: 211 }],
  cache: { hits: 1288, misses: 455, joined: 43, hit_rate: 0.739, saved_usd: 2.662 },
  queue: { waiting: 2, delayed: 1, active: 4, relation: 'eq' },
  timestamp: '2026-11-26T10:42:17.031Z',
} satisfies Dashboard;

/** GET /api/monitoring/dashboard */
export const ApiDashboard = (): MethodDecorator =>
  ApiTold({
    summary: 'Tell everything at a glance',
    description: `What a dashboard shows, in one answer that takes as long for a million runs as for ten, and for a hundred thousand jobs that wait. ${COUNTED}`,
    type: Dashboard,
    value: DASHBOARD,
  });
