import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { eventually, startDarkroom, type DarkroomProcess } from './darkroom-process.js';
import { endAllOf } from './database-process.js';

/** An event of a run, as GET /api/generate/{id}/events gives it. */
export interface TimelineEvent {
  readonly sequence: number;
  readonly type: string;
  readonly occurred_at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the simulator knows of the attempts of one run. */
export interface VendorJob {
  readonly request_key: string;
  readonly submits: number;
  readonly fetches: number;
  readonly cancelled_at: Date | null;
}

/** One database and any number of Darkroom processes on it, all in one home. */
export class Deployment {
  private readonly processes: DarkroomProcess[] = [];

  private constructor(
    readonly home: string,
    private readonly database: EmbeddedPostgres,
    private readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<Deployment> {
    const home = await mkdtemp(join(tmpdir(), 'darkroom-deployment-'));
    // The server may run as another account, which has to get in.
    await chmod(home, 0o755);
    const database = await startEmbeddedPostgres({ home, binDir: null, durable: true, log: () => undefined });
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    // A server that stops says goodbye to connections that are closing already.
    pool.on('error', () => undefined);
    return new Deployment(home, database, pool);
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** A process with these roles, ready. Leases are short, so that the dead are found out soon. */
  async start(role: string, env: Readonly<Record<string, string>> = {}): Promise<DarkroomProcess> {
    const started = await startDarkroom({
      home: this.home,
      env: { ROLE: role, DATABASE_URL: this.database.url, SIMULATOR: 'on', WORKER_LEASE_SECONDS: '1.5', ...env },
    });
    this.processes.push(started);
    return started;
  }

  async sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, [...values])).rows;
  }

  /** The events of a run so far, from the log itself. */
  timeline(runId: string): Promise<TimelineEvent[]> {
    return this.sql<TimelineEvent>(
      `select version as sequence, type, recorded_at as occurred_at, data from events where stream_id = $1 order by version`,
      [runId],
    );
  }

  /** Waits until a run has had an event of the type. @returns its data */
  async happened(runId: string, type: string, deadlineMs = 20_000): Promise<TimelineEvent> {
    const find = async (): Promise<TimelineEvent | undefined> =>
      (await this.timeline(runId)).find((event) => event.type === type);
    const event = await eventually(find, (found) => found !== undefined, deadlineMs);
    if (!event) throw new Error(`There is no ${type}`);
    return event;
  }

  vendorJobs(runId: string): Promise<VendorJob[]> {
    return this.sql<VendorJob>(
      `select request_key, submits, fetches, cancelled_at from simulator_jobs where request_key like $1 || ':%' order by request_key`,
      [runId],
    );
  }

  /** The process that has the run's attempt by its lease. @throws Error when nobody has it */
  async workerOf(runId: string): Promise<DarkroomProcess> {
    const [row] = await this.sql<{ pid: number }>(
      `select w.pid from generations g join workers w on w.worker_id = g.worker_id where g.run_id = $1`,
      [runId],
    );
    const found = this.processes.find(({ pid }) => pid === row?.pid);
    if (!found) throw new Error(`No process of this deployment runs ${runId}`);
    return found;
  }

  /** Waits until no wake-up is left: nobody is still busy with one. */
  async untilQueueIsEmpty(): Promise<void> {
    await eventually(
      () => this.sql('select id from jobs'),
      (jobs) => jobs.length === 0,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.end('SIGKILL')));
    await this.pool.end();
    await this.database.stop();
    await endAllOf(this.home);
    await rm(this.home, { recursive: true, force: true });
  }
}

/** POST /api/generate. @throws Error unless the run was accepted */
export const order = async (
  origin: string,
  model: string,
  {
    prefer = 'respond-async',
    ...body
  }: {
    readonly prefer?: string;
    readonly max_retries?: number;
    readonly use_cache?: boolean;
    readonly prompt?: string;
  } = {},
): Promise<{ readonly status: number; readonly runId: string; readonly headers: Headers }> => {
  const response = await fetch(`${origin}/api/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer },
    body: JSON.stringify({
      prompt: 'a lighthouse at night',
      model,
      width: 256,
      height: 256,
      use_cache: false,
      ...body,
    }),
  });
  const answer = (await response.json()) as { run_id?: string };
  if (answer.run_id === undefined) throw new Error(`${String(response.status)}: ${JSON.stringify(answer)}`);
  return { status: response.status, runId: answer.run_id, headers: response.headers };
};
