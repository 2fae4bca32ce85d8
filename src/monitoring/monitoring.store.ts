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

  /** Whether everything that this build follows the log with gets on. */
  async getsOn(): Promise<boolean> {
    const names = this.subscriptions.followers.map(({ name }) => name);
    const { rows } = await this.pool.query<{ name: string }>(
      'select name from subscriptions where name = any($1::text[]) and failure is not null limit 1',
      [names],
    );
    return rows.length === 0;
  }

  /** RFC 3339: when the counts last started again; null where they never did. */
  async since(): Promise<string | null> {
    await this.subscriptions.caughtUp('monitoring');
    const { rows } = await this.pool.query<{ at: Date }>(SINCE);
    return rows[0]?.at.toISOString() ?? null;
  }
}
