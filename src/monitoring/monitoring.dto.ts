import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

export const count = (description: string): ApiPropertyOptions => ({ type: 'integer', minimum: 0, description });

export const seconds = (description: string): ApiPropertyOptions => ({ type: Number, minimum: 0, description });

const orNull = (description: string, more: ApiPropertyOptions = {}): ApiPropertyOptions => ({
  type: Number,
  minimum: 0,
  nullable: true,
  description,
  ...more,
});

export const moment = (description: string): ApiPropertyOptions => ({
  type: String,
  format: 'date-time',
  description,
});

const SINCE: ApiPropertyOptions = {
  type: String,
  format: 'date-time',
  nullable: true,
  description: 'When the counts last started again from zero; null where they never did.',
};
const UPTIME = count('Whole seconds since the process that answers was started.');
const FORMATTED: ApiPropertyOptions = {
  type: String,
  pattern: '^\\d+:[0-5]\\d:[0-5]\\d$',
  description: 'The same as hours, minutes and seconds; the hours go on beyond a day.',
};

/** The answer of GET /api/monitoring/health. */
export class MonitoringHealth {
  @ApiProperty({
    enum: ['healthy', 'degraded'],
    enumName: 'MonitoringStatus',
    description:
      '`degraded` while something that follows the log stands still or is more than half a minute behind, as it is without a process in the role `projector`; ' +
      '`GET /health/ready` says what. Without a database there is no 200.',
  })
  status!: 'healthy' | 'degraded';

  @ApiProperty(UPTIME)
  uptime_seconds!: number;

  @ApiProperty(FORMATTED)
  uptime_formatted!: string;

  @ApiProperty(moment('When this was answered.'))
  timestamp!: string;
}

/** The answer of GET /api/monitoring/stats/system. */
export class SystemStatistics {
  @ApiProperty(count('Jobs that were created since the last reset: runs, and jobs that were reported.'))
  total_jobs!: number;

  @ApiProperty(count('Jobs that completed since then.'))
  jobs_completed!: number;

  @ApiProperty(count('Jobs that failed since then and were not asked for again.'))
  jobs_failed!: number;

  @ApiProperty(count('Jobs that were cancelled since then.'))
  jobs_cancelled!: number;

  @ApiProperty(count('Jobs that have not ended now, waiting or at work, whenever they were created.'))
  jobs_pending!: number;

  @ApiProperty(
    orNull(
      'Mean seconds of the pictures and videos that completed since the last reset, also of those that took their result from another; null where none did.',
    ),
  )
  avg_generation_time!: number | null;

  @ApiProperty(UPTIME)
  uptime_seconds!: number;

  @ApiProperty(SINCE)
  since!: string | null;
}

/** The answer of GET /api/monitoring/stats/usage: what completed since the last reset. */
export class UsageStatistics {
  @ApiProperty(
    count(
      'Pictures of completed runs, each variant for itself, and reported jobs `image`. A result that was taken from another run was made once and counts once.',
    ),
  )
  total_images_generated!: number;

  @ApiProperty(count('The same of videos.'))
  total_videos_generated!: number;

  @ApiProperty(count('Reported jobs `workflow`.'))
  total_workflows_executed!: number;

  @ApiProperty(count('Reported jobs `dataset`.'))
  total_datasets_created!: number;

  @ApiProperty(count('Reported jobs `training`.'))
  total_training_jobs!: number;

  @ApiProperty(count('Reported jobs `download`.'))
  total_downloads!: number;
}

/** Jobs that took between the bound of the bucket before and this one. */
export class DurationBucket {
  @ApiProperty(orNull('Upper bound in seconds; null for whatever took longer than the last.'))
  le!: number | null;

  @ApiProperty(count('Completed jobs in this bucket alone.'))
  count!: number;
}

/** How long the completed jobs of one type and one model took. */
export class JobDurations {
  @ApiProperty({
    type: String,
    description: '`image`, `video`, or the type of a reported job; `other` for one that is not counted for itself.',
  })
  type!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'As `provider/model`; null for jobs that ran elsewhere.',
  })
  model!: string | null;

  @ApiProperty(count('Completed jobs whose duration is known.'))
  count!: number;

  @ApiProperty(seconds('Mean seconds.'))
  average!: number;

  @ApiProperty(seconds('Half of them took no longer than these seconds; within 1 %.'))
  p50!: number;

  @ApiProperty(seconds('95 % of them took no longer than these seconds; within 1 %.'))
  p95!: number;

  @ApiProperty({
    type: [DurationBucket],
    description: 'All buckets, the shortest first; one within 1 % of a bound may be counted on its other side.',
  })
  buckets!: readonly DurationBucket[];
}

/** The answer of GET /api/monitoring/stats/durations. */
export class DurationStatistics {
  @ApiProperty({ type: [JobDurations], description: 'By type and model; those with most jobs first.' })
  durations!: readonly JobDurations[];

  @ApiProperty(SINCE)
  since!: string | null;
}

/** The answer of POST /api/monitoring/reset-stats. */
export class StatisticsReset {
  @ApiProperty(moment('From when on the counts are.'))
  reset_at!: string;
}

/** `since` of an answer about counts. */
export const ApiSince = (): PropertyDecorator => ApiProperty(SINCE);

/** `uptime_formatted` of an answer. */
export const ApiUptimeFormatted = (): PropertyDecorator => ApiProperty(FORMATTED);
