import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import type { RecentError } from './endpoints.dto.js';
import { FailedRequests } from './failed-requests.store.js';

type ErrorRow = Omit<RecentError, 'timestamp'> & { readonly at: Date };

/** The trace of a job stands with its event: the projection does not carry it. */
const NEWEST = `
  select at, type, category, message, path, run_id, trace_id from (
    (select f.at, f.type, f.category, f.message, null as path, f.run_id, split_part(e.metadata ->> 'traceparent', '-', 2) as trace_id
       from monitoring_failures f left join events e on e.position = f.position order by f.position desc limit $1)
    union all
    (select r.at, 'http', r.code, r.message, r.method || ' ' || r.path, null, r.trace_id from failed_requests r order by r.id desc limit $1)
  ) as each
  order by at desc limit $1`;

/** Reads what failed lately, by the newest rows of two small tables. */
@Injectable()
export class RecentErrorList {
  constructor(
    private readonly pool: Pool,
    private readonly subscriptions: Subscriptions,
    private readonly failedRequests: FailedRequests,
  ) {}

  /** Newest first, with the requests to this process up to now. */
  async newest(limit: number): Promise<RecentError[]> {
    await Promise.all([this.subscriptions.caughtUp('monitoring'), this.failedRequests.write()]);
    const { rows } = await this.pool.query<ErrorRow>(NEWEST, [limit]);
    return rows.map(({ at, ...row }) => ({ timestamp: at.toISOString(), ...row }));
  }
}
