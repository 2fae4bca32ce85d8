import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { cleanEnvironment, DIST, eventually } from '../darkroom-process.js';
import { batchRecords, judgeBatch, type BatchRecord } from './batch-judgement.js';
import { countsOf } from './counts.js';
import { batchEvents, logProblems, readLog, runEvents, type RunEvent } from './log.js';
import type { ServedLoad } from './load.js';
import { judge, judgeEqual, type RunsOfLog } from './run-judgement.js';
import { runRecords } from './run-record.js';
import type { Heard } from './stream-listener.js';
import { sumProblems, type ToldSums } from './sums.js';
import { readVendorJobs, vendorProblems } from './vendor-judgement.js';

export interface Findings {
  readonly problems: string[];
  /** For the table, in its order. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What was told to those who asked and listened. */
export interface Told {
  readonly served: ServedLoad;
  /** By listener. */
  readonly heard: readonly (readonly Heard[])[];
  readonly sums: readonly ToldSums[];
}

const MOST_PROBLEMS = 40;
/** Of one kind: what is wrong in one place is often wrong in many. */
const MOST_OF_ONE_KIND = 8;

/** Every event once and in order, whatever connections it came by. */
const streamProblems = (events: readonly RunEvent[], heard: readonly Heard[], listener: number): string[] => {
  const problems = heard.flatMap(({ id, type, runId }, place) => {
    const event = events[place];
    return event?.position === id && event.type === type && event.streamId === runId
      ? []
      : [
          `listener ${String(listener)} heard ${type} at ${String(id)} in place of ${String(event?.type)} at ${String(event?.position)}`,
        ];
  });
  if (heard.length !== events.length)
    problems.push(`listener ${String(listener)} heard ${String(heard.length)} of ${String(events.length)}`);
  return problems.slice(0, 5);
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

const LAG = `select coalesce(max(h.head - s.position), 0) as n
               from subscriptions s, (select coalesce(max(position), 0) as head from events) h`;
const LAST = "select coalesce(max(position), 0) as n from events where stream_type = 'generation'";

/** Waits until the queue is empty, as spent wake-ups leave it by themselves, all read models have caught up, and all have heard the last event. */
export const untilQuiet = async (url: string, heard: () => readonly number[], limitMs: number): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await eventually(
      async () => ({
        jobs: await number(client, 'select count(*) as n from jobs'),
        lag: await number(client, LAG),
        unheard: (await number(client, LAST)) - Math.min(...heard()),
      }),
      ({ jobs, lag, unheard }) => jobs === 0 && lag === 0 && unheard === 0,
      limitMs,
    );
  } finally {
    await client.end();
  }
};

/** Every run and batch that was asked for is there, and no other. */
const presenceProblems = (
  { singles, equals, batches }: ServedLoad,
  { records }: RunsOfLog,
  recordedBatches: ReadonlyMap<string, BatchRecord>,
): string[] => {
  const ordered = [...singles, ...equals.flat(), ...batches.flatMap(({ items }) => items)].map(({ runId }) => runId);
  const [runs, batchIds] = [new Set(ordered), new Set(batches.map(({ answer }) => answer.batch_id))];
  return [
    ...(runs.size === ordered.length && batchIds.size === batches.length ? [] : ['two keys led to one run or batch']),
    ...[...records.keys()].filter((id) => !runs.has(id)).map((id) => `nobody asked for the run ${id}`),
    ...[...recordedBatches.keys()].filter((id) => !batchIds.has(id)).map((id) => `nobody asked for the batch ${id}`),
  ];
};

const loadProblems = (served: ServedLoad, runs: RunsOfLog, batches: ReadonlyMap<string, BatchRecord>): string[] => {
  // A batch says itself which of its runs were never to be made.
  const made = served.batches.flatMap(({ items }) => items.filter(({ runId }) => runs.records.has(runId)));
  return [
    ...[...served.singles, ...served.equals.flat(), ...made].flatMap((each) =>
      judge(each, runs).map((problem) => `${each.runId} (${each.order.model}, ${each.order.then}): ${problem}`),
    ),
    ...served.equals.flatMap((group) => judgeEqual(group, runs)),
    ...served.batches.flatMap((each) =>
      judgeBatch(each, batches, runs.records).map((problem) => `batch ${each.answer.batch_id}: ${problem}`),
    ),
  ];
};

const byRun = (events: readonly RunEvent[]): Map<string, RunEvent[]> => {
  const found = new Map<string, RunEvent[]>();
  for (const event of events) {
    const known = found.get(event.streamId);
    if (known) known.push(event);
    else found.set(event.streamId, [event]);
  }
  return found;
};

/** Everything that has to be true after the last strike. */
export const audit = async (
  site: { readonly home: string; readonly url: string },
  { served, heard, sums }: Told,
): Promise<Findings> => {
  const client = new pg.Client({ connectionString: site.url });
  await client.connect();
  try {
    const log = await readLog(client);
    const events = runEvents(log);
    const runs: RunsOfLog = { records: runRecords(events), events: byRun(events) };
    const batches = batchRecords(batchEvents(log));
    const kinds = [
      logProblems(log),
      ...heard.map((each, listener) => streamProblems(events, each, listener)),
      vendorProblems(await readVendorJobs(client), runs.records),
      await leftovers(client),
      presenceProblems(served, runs, batches),
      loadProblems(served, runs, batches),
    ];
    for (const each of sums) kinds.push(await sumProblems(client, each, runs.records));
    kinds.push(await verify(site.home, site.url));
    const problems = kinds.flatMap((kind) => kind.slice(0, MOST_OF_ONE_KIND));
    return { problems: problems.slice(0, MOST_PROBLEMS), counts: countsOf(log, served, runs.records) };
  } finally {
    await client.end();
  }
};
