import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import type { MeasuredRequest } from '../platform/http/request-meter.js';

/** How many of the newest are kept; of these, how many wait in memory. */
const KEPT = 1_000;

type FailedRequest = Pick<MeasuredRequest, 'method' | 'status' | 'problem' | 'traceId' | 'at'> & {
  readonly path: string;
};

/** Requests that were answered with a status of 500 or more: kept in memory for seconds, then in the table, the newest thousand of all processes. */
@Injectable()
export class FailedRequests {
  private waiting: FailedRequest[] = [];

  constructor(private readonly pool: Pool) {}

  add({ method, path, status, problem, traceId, at }: FailedRequest): void {
    this.waiting.push({ method, path, status, problem, traceId, at });
    if (this.waiting.length > 2 * KEPT) this.waiting = this.waiting.slice(-KEPT);
  }

  /** @throws Error of `pg`; nothing is lost then */
  async write(): Promise<void> {
    if (this.waiting.length === 0) return;
    const written = this.waiting;
    this.waiting = [];
    try {
      await this.insert(written.slice(-KEPT));
    } catch (error) {
      this.waiting = [...written, ...this.waiting];
      throw error;
    }
  }

  private async insert(requests: readonly FailedRequest[]): Promise<void> {
    await this.pool.query(
      `insert into failed_requests (at, method, path, code, message, trace_id)
       select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
      [
        requests.map(({ at }) => at),
        requests.map(({ method }) => method),
        requests.map(({ path }) => path),
        requests.map(({ problem }) => problem?.code ?? 'internal_error'),
        requests.map(({ problem, status }) => problem?.detail ?? `Answered with the status ${String(status)}`),
        requests.map(({ traceId }) => traceId),
      ],
    );
    await this.pool.query(
      'delete from failed_requests where id <= (select id from failed_requests order by id desc offset $1 limit 1)',
      [KEPT],
    );
  }
}
