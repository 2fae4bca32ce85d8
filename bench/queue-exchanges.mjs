import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { built } from './build.mjs';
import { spread } from './percentiles.mjs';
import { printTable } from './report.mjs';

const FILLED_BY = 500;
const CALLS = 400;
const CLAIM_SECONDS = 60;
const CASES = [
  { jobs: 'few', groups: 1, slots: 1 },
  { jobs: 'many', groups: 1, slots: 1 },
  { jobs: 'many', groups: 1, slots: 16 },
  { jobs: 'few', groups: 1000, slots: 1 },
  { jobs: 'many', groups: 1000, slots: 1 },
  { jobs: 'many', groups: 1000, slots: 16 },
];

const jobsOf = (from, count, groups) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${randomUUID()}:1`,
    data: { run_id: randomUUID(), attempt: 1 },
    group: String((from + index) % groups),
  }));

const fill = async (table, jobs, groups) => {
  for (let from = 0; from < jobs; from += FILLED_BY)
    await table.enqueue(jobsOf(from, Math.min(FILLED_BY, jobs - from), groups), 1);
};

const timed = async (samples, call) => {
  const began = performance.now();
  const answer = await call();
  samples.push(performance.now() - began);
  return answer;
};

/** One job is added, so many are taken and those before them are done, again and again. */
const measureCase = async (table, { groups, slots }) => {
  const claim = { worker: randomUUID(), lockSeconds: CLAIM_SECONDS };
  const exchange = [];
  const enqueue = [];
  const place = [];
  let done = [];
  for (let call = 0; call < CALLS; call++) {
    const added = jobsOf(call, 1, groups);
    await timed(enqueue, () => table.enqueue(added, 1));
    const { taken } = await timed(exchange, () => table.exchange(claim, done, done, slots));
    done = taken.map(({ id }) => id);
    await timed(place, () => table.place(added[0].id));
  }
  await table.exchange(claim, done, done, 0);
  return { exchange: spread(exchange), enqueue: spread(enqueue), place: spread(place) };
};

/**
 * What the statements of the queue cost on their own, by how many jobs wait, of how many groups.
 * @param url a migrated database without jobs
 */
export const measureExchanges = async (url, many) => {
  const { JobTable } = await built('platform/queue/job-table.store.js');
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const table = new JobTable(pool, randomUUID());
  const figures = {};
  try {
    for (const each of CASES) {
      await pool.query('truncate jobs');
      const waiting = each.jobs === 'many' ? many : CALLS;
      await fill(table, waiting + each.slots * CALLS, each.groups);
      figures[`${waiting} of ${each.groups}, ${each.slots} at once`] = await measureCase(table, each);
    }
  } finally {
    await pool.end();
  }
  printTable(
    'Statements of the queue, by jobs that wait, their groups and how many are taken',
    ['', 'exchange p50 ms', 'p95 ms', 'enqueue p50 ms', 'p95 ms', 'place p50 ms', 'p95 ms'],
    Object.entries(figures).map(([name, { exchange, enqueue, place }]) => [
      ...[name, exchange.p50_ms, exchange.p95_ms],
      ...[enqueue.p50_ms, enqueue.p95_ms, place.p50_ms, place.p95_ms],
    ]),
  );
  return figures;
};
