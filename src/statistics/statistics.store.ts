import { Injectable } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { STATUSES } from '../generation/generation.events.js';
import { CountRuns } from '../generation/history/history.queries.js';
import { sumOfEncoded } from '../platform/measures/duration-sketch.policy.js';
import type { PresetUsage, Statistics } from './statistics.dto.js';
import { countsOf, type DayRow } from './statistics.projection.js';
import { daysUntil, reportOf, usageOf } from './statistics-report.policy.js';
import { GetPresetUsage } from './statistics.queries.js';

/** Whose runs; null for everybody's, and for those of all projects. */
export interface StatisticsOf {
  readonly userId: number | null;
  readonly projectId: number | null;
}

const PERIOD = {
  name: 'statistics_period',
  text: `select day::text, pending, processing, completed, failed, cancelled, retried, cached, cost_micros, saved_micros, quality_micros, time_ms, breakdown, presets, durations
           from statistics_days where user_id = $1 and project_id = $2 and day between $3 and $4`,
};

/** Reads the sums of the projection `statistics`. */
@Injectable()
export class StatisticsReports {
  constructor(
    private readonly pool: Pool,
    private readonly subscriptions: Subscriptions,
  ) {}

  /** The period ends with the day of `now`, in UTC. */
  async report({ userId, projectId }: StatisticsOf, days: number, now: Date): Promise<Statistics> {
    await this.subscriptions.caughtUp('statistics');
    const dates = daysUntil(now, days);
    const { rows } = await this.pool.query<DayRow>({
      ...PERIOD,
      values: [userId ?? 0, projectId ?? 0, dates[0], dates.at(-1)],
    });
    const byDay = new Map(rows.map((row) => [row.day, countsOf(row)]));
    return reportOf(byDay, sumOfEncoded(rows.map(({ durations }) => durations)), dates);
  }
}

const ALL_STATUSES = STATUSES.join(' + ');

/** The sums know all properties but the status by their values. */
const countOf = ({ having }: CountRuns['runs']): string => {
  if (having === null) return ALL_STATUSES;
  const status = STATUSES.find((each) => having.property === 'status' && each === having.value);
  return status ?? '(breakdown #>> $5::text[])::bigint';
};

@QueryHandler(CountRuns)
export class CountRunsHandler implements IQueryHandler<CountRuns> {
  constructor(private readonly pool: Pool) {}

  async execute({ runs }: CountRuns): Promise<number> {
    const { userId, projectId, days, having } = runs;
    const byValue = having !== null && having.property !== 'status';
    const { rows } = await this.pool.query<{ runs: string | null }>(
      `select sum(${countOf(runs)}) as runs from statistics_days where user_id = $1 and project_id = $2 and day between $3 and $4`,
      [
        ...[userId ?? 0, projectId ?? 0, days.first ?? '-infinity', days.last ?? 'infinity'],
        ...(byValue ? [[having.property, having.value]] : []),
      ],
    );
    return Number(rows[0]?.runs ?? 0);
  }
}

const USAGE = {
  name: 'preset_usage',
  text: `select coalesce(sum((presets #>> array[$1, 'runs'])::bigint), 0) as runs,
                coalesce(sum((presets #>> array[$1, 'completed'])::bigint), 0) as completed,
                coalesce(sum((presets #>> array[$1, 'failed'])::bigint), 0) as failed,
                coalesce(sum((presets #>> array[$1, 'time_ms'])::bigint), 0) as time_ms
           from statistics_days where user_id = 0 and project_id = 0`,
};

@QueryHandler(GetPresetUsage)
export class GetPresetUsageHandler implements IQueryHandler<GetPresetUsage> {
  constructor(
    private readonly pool: Pool,
    private readonly subscriptions: Subscriptions,
  ) {}

  async execute({ preset }: GetPresetUsage): Promise<PresetUsage> {
    await this.subscriptions.caughtUp('statistics');
    const { rows } = await this.pool.query<Record<'runs' | 'completed' | 'failed' | 'time_ms', string>>({
      ...USAGE,
      values: [preset],
    });
    const of = (name: 'runs' | 'completed' | 'failed' | 'time_ms'): number => Number(rows[0]?.[name] ?? 0);
    return usageOf({ runs: of('runs'), completed: of('completed'), failed: of('failed'), timeMs: of('time_ms') });
  }
}
