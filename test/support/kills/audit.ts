import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { cleanEnvironment, DIST, eventually } from '../darkroom-process.js';
import type { Heard } from './console-listener.js';
import type { Served } from './customer.js';
import type { Order } from './orders.js';
import { runRecords, type AttemptRecord, type LoggedEvent, type RunRecord } from './run-record.js';
import { isCollateral, judge } from './run-judgement.js';

export interface Findings {
  readonly problems: string[];
  /** For the table, in its order. */
  readonly counts: Readonly<Record<string, number>>;
}

interface EventRow {
  readonly position: string;
  readonly stream_id: string;
  readonly version: number;
  readonly type: string;
  readonly data: object;
}

interface SimulatorRow {
  readonly id: string;
  readonly request_key: string;
  readonly submits: number;
  readonly fetches: number;
}

const MOST_PROBLEMS = 40;

const readLog = async (client: pg.Client): Promise<LoggedEvent[]> => {
  const { rows } = await client.query<EventRow>(
    'select position, stream_id, version, type, data from events order by position',
  );
  return rows.map(
    ({ position, stream_id: runId, ...event }) => ({ ...event, position: Number(position), runId }) as LoggedEvent,
  );
};

const logProblems = (log: readonly LoggedEvent[]): string[] =>
  log.flatMap(({ position }, place) =>
    position === place + 1 ? [] : [`position ${String(position)} stands in place of ${String(place + 1)}`],
  );

/** Every event once and in order, whatever connection it came by. */
const streamProblems = (log: readonly LoggedEvent[], heard: readonly Heard[]): string[] => {
  const problems = heard.flatMap(({ position, type, runId }, place) => {
    const event = log[place];
    return event?.position === position && event.type === type && event.runId === runId
      ? []
      : [
          `the listener heard ${type} at ${String(position)} in place of ${String(event?.type)} at ${String(place + 1)}`,
        ];
  });
  if (heard.length !== log.length) problems.push(`the listener heard ${String(heard.length)} of ${String(log.length)}`);
  return problems;
};

/** An attempt whose job the log names: the vendor has that very job, and gave its picture out if the attempt was completed. */
const jobProblems = (key: string, { end, providerJobId }: AttemptRecord, row: SimulatorRow | undefined): string[] => {
  if (providerJobId === null) return [];
  if (row?.id !== providerJobId) return [`${key} is not the vendor's job of the log`];
  // As often as answers were lost with their connections: the vendor gives the same picture again and is paid once.
  return end !== 'completed' || row.fetches >= 1 ? [] : [`${key} was completed and never fetched`];
};

/** The vendor's own books: each attempt was taken once, sent again only by a worker that could not know, and fetched if completed. */
const vendorProblems = (rows: readonly SimulatorRow[], runs: ReadonlyMap<string, RunRecord>): string[] => {
  const attempts = new Map<string, AttemptRecord>(
    [...runs.values()].flatMap((run) =>
      run.attempts.map((attempt) => [`${run.runId}:${String(attempt.attempt)}`, attempt] as const),
    ),
  );
  const keys = new Map(rows.map((row) => [row.request_key, row]));
  const problems = keys.size === rows.length ? [] : ['the vendor took one request twice'];
  for (const { request_key: key, submits } of rows) {
    const attempt = attempts.get(key);
    if (!attempt) problems.push(`the vendor has ${key}, which the log does not know`);
    else if (submits > 1 + attempt.unsubmittedResumptions) {
      problems.push(
        `${key} was sent ${String(submits)} times, with ${String(attempt.unsubmittedResumptions)} takeovers`,
      );
    }
  }
  return [...problems, ...[...attempts].flatMap(([key, attempt]) => jobProblems(key, attempt, keys.get(key)))];
};

const number = async (client: pg.Client, sql: string): Promise<number> => {
  const { rows } = await client.query<{ n: string }>(sql);
  return Number(rows[0]?.n ?? 0);
};

/** Whatever has to be empty or caught up at the end. */
const leftovers = async (client: pg.Client): Promise<string[]> => {
  const problems: string[] = [];
  const parked = await number(client, 'select count(*) as n from parked_events');
  if (parked > 0) problems.push(`${String(parked)} events were parked`);
  const open = await number(client, "select count(*) as n from generations where status in ('pending', 'processing')");
  if (open > 0) problems.push(`${String(open)} rows of runs are not ended`);
  const failing = await number(client, 'select count(*) as n from subscriptions where failure is not null');
  if (failing > 0) problems.push(`${String(failing)} subscriptions stand still`);
  return problems;
};

const verify = async (home: string, url: string): Promise<string[]> => {
  try {
    await promisify(execFile)(process.execPath, [join(DIST, 'cli.js'), 'verify'], {
      env: cleanEnvironment({ DARKROOM_HOME: home, DATABASE_URL: url, SIMULATOR: 'on' }),
    });
    return [];
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return [`cli verify: ${stdout}${stderr}`];
  }
};

/** Attempts that were given up because their worker died, and not because their script says so. */
const stalled = ({ model }: Order, run: RunRecord | undefined): number =>
  model.includes('stalled') ? 0 : (run?.attempts ?? []).filter(({ category }) => category === 'stalled').length;

const countsOf = (log: readonly LoggedEvent[], served: readonly Served[], runs: ReadonlyMap<string, RunRecord>) => {
  const attempts = [...runs.values()].flatMap((run) => run.attempts);
  const ends = (status: string): number => [...runs.values()].filter((run) => run.status === status).length;
  const collateral = served.flatMap(({ order, runId }) =>
    (runs.get(runId)?.attempts ?? []).filter((attempt) => isCollateral(order, attempt)),
  );
  return {
    'runs accepted': served.length,
    'runs completed': ends('completed'),
    'runs failed': ends('failed'),
    'runs cancelled': ends('cancelled'),
    attempts: attempts.length,
    'attempts taken over': log.filter(({ type }) => type === 'GenerationResumed').length,
    'attempts stalled': served.reduce((sum, { order, runId }) => sum + stalled(order, runs.get(runId)), 0),
    'attempts lost to an absent vendor': collateral.length,
    'retries by hand': log.filter(({ type }) => type === 'GenerationRetryRequested').length,
    events: log.length,
    artifacts: log.filter(({ type }) => type === 'GenerationArtifactStored').length,
  };
};

/** Waits until the queue is empty, as spent wake-ups leave it by themselves, and a listener has heard the last event. */
export const untilQuiet = async (url: string, heard: () => number, limitMs: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await eventually(
      async () => ({
        jobs: await number(client, 'select count(*) as n from jobs'),
        unheard: (await number(client, 'select coalesce(max(position), 0) as n from events')) - heard(),
      }),
      ({ jobs, unheard }) => jobs === 0 && unheard === 0,
      limitMs,
    );
  } finally {
    await client.end();
  }
};

/** Everything that has to be true after the last kill. */
export const audit = async (
  site: { readonly home: string; readonly url: string },
  served: readonly Served[],
  heard: readonly Heard[],
): Promise<Findings> => {
  const client = new pg.Client({ connectionString: site.url });
  await client.connect();
  try {
    const log = await readLog(client);
    const runs = runRecords(log);
    const { rows } = await client.query<SimulatorRow>('select id, request_key, submits, fetches from simulator_jobs');
    const accepted = new Set(served.map(({ runId }) => runId));
    const problems = [
      ...logProblems(log),
      ...streamProblems(log, heard).slice(0, 5),
      ...vendorProblems(rows, runs),
      ...(await leftovers(client)),
      ...(accepted.size === served.length ? [] : ['two keys led to one run']),
      ...[...runs.keys()].filter((id) => !accepted.has(id)).map((id) => `nobody asked for the run ${id}`),
      ...served.flatMap((each) =>
        judge(each, runs.get(each.runId)).map(
          (problem) => `${each.runId} (${each.order.model}, ${each.order.then}): ${problem}`,
        ),
      ),
      ...(await verify(site.home, site.url)),
    ];
    return { problems: problems.slice(0, MOST_PROBLEMS), counts: countsOf(log, served, runs) };
  } finally {
    await client.end();
  }
};
