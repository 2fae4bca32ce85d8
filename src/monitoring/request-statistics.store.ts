import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';
import { inTransaction } from '../eventsourcing/checkpoints.js';
import { LogTail } from '../eventsourcing/log-tail.js';
import type { Transaction } from '../eventsourcing/projection.js';
import { RequestMeter, type MeasuredRequest } from '../platform/http/request-meter.js';
import { addEncoded, encodeSketch } from '../platform/measures/duration-sketch.policy.js';
import {
  EndpointTally,
  OTHER,
  patternOfPath,
  type CountedRequest,
  type Endpoint,
  type EndpointCounts,
} from './endpoint-counts.policy.js';
import { FailedRequests } from './failed-requests.store.js';

const FLUSH_MS = 5_000;

/** A row of endpoint_statistics as the driver gives it. */
interface EndpointRow extends Endpoint {
  readonly requests: string;
  readonly errors: string;
  readonly timed: string;
  readonly time_us: string;
  readonly durations: Buffer;
  readonly last_accessed: Date;
}

const countsOf = (row: EndpointRow): EndpointCounts => {
  const counts: EndpointCounts = {
    requests: Number(row.requests),
    errors: Number(row.errors),
    timed: Number(row.timed),
    timeUs: Number(row.time_us),
    durations: new Map(),
    lastAccessed: row.last_accessed.toISOString(),
  };
  addEncoded(counts.durations, row.durations);
  return counts;
};

/** Whoever adds to the counts waits for the one before: sketches are added up here and not in the database. */
const LOCK = "select pg_advisory_xact_lock(hashtextextended('darkroom.endpoint_statistics', 0))";

/** The newest reset that anybody knows of; $1 what this process has heard. Another one may have heard of one that is not projected yet. */
const EPOCH = `select greatest($1::bigint, (select position from monitoring_resets), (select max(epoch) from endpoint_statistics))::float8 as epoch`;

const ROWS =
  'select method, path, requests, errors, timed, time_us, durations, last_accessed from endpoint_statistics where epoch = $1';

const SAVE = `
  insert into endpoint_statistics (method, path, epoch, requests, errors, timed, time_us, durations, last_accessed)
  select method, path, $1, requests, errors, timed, time_us, decode(sketch, 'hex'), last_accessed
    from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::timestamptz[])
      as each (method, path, requests, errors, timed, time_us, sketch, last_accessed)
  on conflict (method, path) do update
     set epoch = excluded.epoch, requests = excluded.requests, errors = excluded.errors, timed = excluded.timed, time_us = excluded.time_us,
         durations = excluded.durations, last_accessed = excluded.last_accessed`;

const epochOf = async (heard: number, transaction: Transaction): Promise<number> => {
  const { rows } = await transaction.query<{ epoch: number }>(EPOCH, [heard]);
  return rows[0]?.epoch ?? heard;
};

const save = async (tally: EndpointTally, epoch: number, transaction: Transaction): Promise<void> => {
  const all = tally.counts();
  await transaction.query(SAVE, [
    epoch,
    all.map(({ endpoint }) => endpoint.method),
    all.map(({ endpoint }) => endpoint.path),
    all.map(({ counts }) => counts.requests),
    all.map(({ counts }) => counts.errors),
    all.map(({ counts }) => counts.timed),
    all.map(({ counts }) => counts.timeUs),
    all.map(({ counts }) => encodeSketch(counts.durations).toString('hex')),
    all.map(({ counts }) => counts.lastAccessed),
  ]);
  await transaction.query('delete from endpoint_statistics where epoch < $1', [epoch]);
};

/** A run that failed is told from its own event, whoever waited for it. */
const isOwnFailure = ({ status, problem }: MeasuredRequest): boolean =>
  status >= 500 && problem?.code !== 'generation_failed';

/**
 * The requests to this process and those that it is told of, counted in memory and added to the table every few seconds. Counts are since
 * a reset, by whose position they are marked: what a process had counted before it heard of one is never added to what came after.
 */
@Injectable()
export class RequestStatistics implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RequestStatistics.name);
  private tally = new EndpointTally();
  /** Position of the last reset that this process heard of. */
  private epoch = 0;
  private flushing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private readonly unsubscribe: (() => void)[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly meter: RequestMeter,
    private readonly tail: LogTail,
    private readonly failures: FailedRequests,
  ) {}

  /** Counts go on from the last reset, which may be one from before this process. */
  async onModuleInit(): Promise<void> {
    const stopMeter = this.meter.subscribe((request) => {
      this.measure(request);
    });
    const stopTail = this.tail.subscribe((events) => {
      const reset = events.findLast(({ type }) => type === 'MonitoringReset');
      if (reset) this.startAgain(reset.position);
    });
    this.unsubscribe.push(stopMeter, stopTail);
    this.epoch = Math.max(this.epoch, await epochOf(0, this.pool));
    this.timer = setInterval(() => {
      this.flush().catch((error: unknown) => {
        this.logger.warn(`The counts of requests wait to be written: ${String(error)}`);
      });
    }, FLUSH_MS).unref();
  }

  /** The last requests have been answered by now, and the database is still there. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const stop of this.unsubscribe) stop();
    await this.flush().catch((error: unknown) => {
      this.logger.warn(`The last counts of requests are lost: ${String(error)}`);
    });
  }

  /** Counts a request that somebody reports. @returns the pattern that it is counted under, while there is room for it */
  track(method: string, path: string, request: CountedRequest): string {
    const pattern = patternOfPath(path);
    this.tally.take({ method, path: pattern }, false, request);
    return pattern;
  }

  /** Adds what this process has counted to the table. @throws Error of `pg`; nothing is lost then */
  flush(): Promise<void> {
    const turn = this.flushing.then(() => this.write());
    this.flushing = turn.catch(() => undefined);
    return turn;
  }

  /** All endpoints with their requests since the last reset, also those of this process up to now. */
  async endpoints(): Promise<ReturnType<EndpointTally['counts']>> {
    await this.flush();
    const epoch = await epochOf(this.epoch, this.pool);
    const { rows } = await this.pool.query<EndpointRow>(ROWS, [epoch]);
    return rows.map((row) => ({ endpoint: { method: row.method, path: row.path }, counts: countsOf(row) }));
  }

  private measure(request: MeasuredRequest): void {
    const { method, pattern } = request;
    this.tally.take(pattern === null ? OTHER : { method, path: pattern }, true, request);
    if (isOwnFailure(request)) this.failures.add({ ...request, path: pattern ?? OTHER.path });
  }

  private startAgain(epoch: number): void {
    this.tally = new EndpointTally();
    this.epoch = epoch;
  }

  private async write(): Promise<void> {
    await this.failures.write();
    if (this.tally.size === 0) return;
    const { tally, epoch } = this;
    this.tally = new EndpointTally();
    try {
      await inTransaction(this.pool, (transaction) => this.add(tally, epoch, transaction));
    } catch (error) {
      if (this.epoch === epoch) this.tally.addAll(tally);
      throw error;
    }
  }

  private async add(tally: EndpointTally, counted: number, transaction: Transaction): Promise<void> {
    await transaction.query(LOCK);
    const epoch = await epochOf(counted, transaction);
    if (epoch > counted) {
      // This process missed a reset; it cannot tell what it counted before from what came after.
      if (epoch > this.epoch) this.startAgain(epoch);
      return;
    }
    const { rows } = await transaction.query<EndpointRow>(ROWS, [epoch]);
    const sum = new EndpointTally();
    for (const row of rows) sum.add(row, true, countsOf(row));
    sum.addAll(tally);
    await save(sum, epoch, transaction);
  }
}
