import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { addEncoded } from '../platform/measures/duration-sketch.policy.js';
import type { CountedKind } from './monitoring-report.policy.js';
import { countsOf, type JobsRow } from './monitoring.projection.js';

/** The counts of all jobs, and since when they are. */
export interface CountedJobs {
  readonly kinds: readonly CountedKind[];
  /** RFC 3339; null where nobody ever reset them. */
  readonly since: string | null;
}

export interface PresetUse {
  readonly preset: string;
  readonly count: number;
}

// A list of columns, so that the sketches stay where they are.
const JOBS = {
  name: 'monitoring_jobs',
  text: 'select type, model, created, completed, failed, cancelled, open, results, timed, time_ms from monitoring_jobs',
};
const SINCE = { name: 'monitoring_since', text: 'select at from monitoring_resets' };
const PRESETS = {
  name: 'monitoring_presets',
  text: 'select preset, runs::float8 as count from monitoring_presets order by runs desc, preset limit $1',
};

/** What nobody has dealt with for so long, although everything is there within seconds of its event. */
const PATIENCE_SECONDS = 30;
/** $1 names, $2 seconds. What no process has ever started has no row; while no process is a projector, nothing fails and nothing gets on. */
const STANDING_STILL = {
  name: 'monitoring_standing_still',
  text: `select name from unnest($1::text[]) as name left join subscriptions s using (name)
          where s.failure is not null
             or (select e.recorded_at from events e where e.position = coalesce(s.position, 0) + 1) < now() - make_interval(secs => $2)
          limit 1`,
};

/** Reads what the projection `monitoring` has counted: a few rows, however many runs there are. */
@Injectable()
export class MonitoringReports {
  constructor(
    private readonly pool: Pool,
    private readonly subscriptions: Subscriptions,
  ) {}

  /** Without their durations. */
  async jobs(): Promise<CountedJobs> {
    await this.subscriptions.caughtUp('monitoring');
    const [{ rows }, since] = await Promise.all([this.pool.query<JobsRow>(JOBS), this.since()]);
    return { kinds: rows.map((row) => ({ kind: row, counts: countsOf(row) })), since };
  }

  async timedJobs(): Promise<CountedJobs> {
    await this.subscriptions.caughtUp('monitoring');
    const [{ rows }, since] = await Promise.all([
      this.pool.query<JobsRow & { readonly durations: Buffer }>('select * from monitoring_jobs'),
      this.since(),
    ]);
    const kinds = rows.map((row) => {
      const counts = countsOf(row);
      addEncoded(counts.durations, row.durations);
      return { kind: row, counts };
    });
    return { kinds, since };
  }

  /** The presets that most runs since the last reset have, most first. */
  async popularPresets(limit: number): Promise<PresetUse[]> {
    await this.subscriptions.caughtUp('monitoring');
    const { rows } = await this.pool.query<PresetUse>({ ...PRESETS, values: [limit] });
    return rows;
  }

  /** Whether everything that this build follows the log with gets on: it has not failed, and what it has still to deal with is new. */
  async getsOn(): Promise<boolean> {
    const names = this.subscriptions.followers.map(({ name }) => name);
    const { rows } = await this.pool.query<{ name: string }>({ ...STANDING_STILL, values: [names, PATIENCE_SECONDS] });
    return rows.length === 0;
  }

  /** RFC 3339: when the counts last started again; null where they never did. */
  async since(): Promise<string | null> {
    await this.subscriptions.caughtUp('monitoring');
    const { rows } = await this.pool.query<{ at: Date }>(SINCE);
    return rows[0]?.at.toISOString() ?? null;
  }
}
