import pg from 'pg';
import { setTimeout } from 'node:timers/promises';
import { startDarkroom } from './darkroom-process.mjs';
import { createDatabase, migrateDatabase, startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { medians, spread } from './percentiles.mjs';
import { measureExchanges } from './queue-exchanges.mjs';
import { below, machineOf, printTable } from './report.mjs';
import { atSteadyRate } from './steady-rate.mjs';

/** `runs` is how many jobs wait while an exchange with the queue is timed. */
export const DEFAULTS = { seconds: 8, rounds: 3, runs: [100_000] };

const MOST_TIMES = 3;
const FLOODER = 1;
const LONE = 2;
const LONE_PER_SECOND = 10;
/** More than the machine makes of them in a second, so that the flood outlasts the measurement. */
const FLOOD_PER_SECOND = 400;
const BATCH = 50;
/**
 * What is measured: attempts that cost nothing but processors, in one process; such as keep a worker waiting, with processes as they are deployed; and
 * these with no more attempts at a time than leave processors idle, so that what is waited for is a turn.
 */
const FORMS = {
  one: { title: 'one process, results at once', processes: [{}] },
  several: {
    title: 'an API, two workers, results after 50 ms',
    processes: [
      { ROLE: 'api,projector' },
      { ROLE: 'worker', SIMULATOR_LATENCY_MS: '50' },
      { ROLE: 'worker', SIMULATOR_LATENCY_MS: '50' },
    ],
  },
  few: {
    title: 'an API, a worker with four attempts at a time, results after 50 ms',
    processes: [{ ROLE: 'api,projector' }, { ROLE: 'worker', SIMULATOR_LATENCY_MS: '50', WORKER_CONCURRENCY: '4' }],
  },
};
const WARM_UP_RUNS = 300;

const bodyOf = (user, number) => ({
  ...{
    prompt: `a lighthouse above a stormy sea at dusk, view ${user}-${number}`,
    model: 'simulator/ok',
    mode: 'manual',
  },
  ...{ user_id: user, use_cache: false },
});

const send = async (connection, path, body) => {
  const { status, body: answer } = await connection.send(
    connection.prepare('POST', path, { body, headers: { Prefer: 'respond-async' } }),
  );
  if (status !== 202) throw new Error(`POST ${path} answered ${status}: ${answer}`);
};

const flood = async (connection, runs) => {
  for (let sent = 0; sent < runs; sent += BATCH) {
    const requests = Array.from({ length: BATCH }, (_, index) => bodyOf(FLOODER, sent + index));
    await send(connection, '/api/generate/batch', { requests });
  }
};

const until = async (database, sql) => {
  while (!(await database.query(sql)).rows[0].holds) await setTimeout(50);
};

const waitingOf = (user) =>
  `select count(*)::int as waiting from generations where user_id = ${user} and status = 'pending'`;

const WAITS = `select extract(epoch from started_at - created_at)::float8 * 1000 as ms
                 from generations where user_id = ${LONE} order by id offset ${LONE_PER_SECOND}`;

/** What a run of the lone user waits from its request to its start; a second of them goes ahead. */
const loneWaits = async ({ connection, client, seconds, isFlooded }) => {
  await atSteadyRate(LONE_PER_SECOND, seconds + 1, (number) =>
    send(connection(), '/api/generate', bodyOf(LONE, number)),
  );
  if (isFlooded && (await client.query(waitingOf(FLOODER))).rows[0].waiting === 0)
    throw new Error('The flood ended before the measurement did.');
  await until(
    client,
    `select not exists (select from generations where user_id = ${LONE} and started_at is null) as holds`,
  );
  return spread((await client.query(WAITS)).rows.map(({ ms }) => ms));
};

/** One measurement on a database of its own, with or without runs of another user that wait. */
const measureWaits = async (database, name, { processes, seconds, isFlooded }) => {
  const url = await createDatabase(database.url, name);
  const darkrooms = [];
  const client = new pg.Client({ connectionString: url });
  const open = [];
  // A request that is slow must not keep the next one waiting.
  const connection = () => {
    open.push(new HttpConnection(darkrooms[0].origin));
    return open.at(-1);
  };
  try {
    for (const settings of processes) darkrooms.push(await startDarkroom(database, { DATABASE_URL: url, ...settings }));
    await client.connect();
    await flood(connection(), WARM_UP_RUNS);
    await until(client, `select count(*) = ${WARM_UP_RUNS} as holds from generations where status = 'completed'`);
    if (isFlooded) {
      const runs = FLOOD_PER_SECOND * (seconds + 1);
      await client.query('update queue_state set paused = true');
      await flood(connection(), runs);
      await until(client, `select count(*) >= ${runs} as holds from jobs`);
      await client.query(
        `with resumed as (update queue_state set paused = false) select pg_notify('darkroom_jobs', '')`,
      );
    }
    return await loneWaits({ connection, client, seconds, isFlooded });
  } finally {
    await client.end();
    for (const each of open) each.close();
    await Promise.all(darkrooms.map((each) => each.stop()));
  }
};

const measureForm = async (database, form, { seconds, rounds }) => {
  const results = { alone: [], flooded: [] };
  const { title, processes } = FORMS[form];
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(results)) {
      const options = { processes, seconds, isFlooded: name === 'flooded' };
      results[name].push(await measureWaits(database, `${form}_${name}_${round}`, options));
    }
  }
  const [alone, flooded] = [medians(results.alone), medians(results.flooded)];
  const times = { p50: flooded.p50_ms / alone.p50_ms, p95: flooded.p95_ms / alone.p95_ms };
  printTable(
    `A lone user's wait from the request to the start, ${LONE_PER_SECOND} runs a second, ${title}; medians over rounds`,
    ['', 'p50 ms', 'p95 ms', 'p99 ms'],
    [
      ['alone', alone.p50_ms, alone.p95_ms, alone.p99_ms],
      ['while another floods', flooded.p50_ms, flooded.p95_ms, flooded.p99_ms],
      ['times', times.p50, times.p95, flooded.p99_ms / alone.p99_ms],
    ],
  );
  return { alone, flooded, times };
};

/** What a user with a run now and then waits, by themselves and while another user's thousands wait; and what taking a job costs in a long queue. */
export const measure = async ({ seconds, rounds, runs }) => {
  const database = await startDatabase();
  try {
    const machine = machineOf(database);
    const waits = {};
    for (const form of Object.keys(FORMS)) waits[form] = await measureForm(database, form, { seconds, rounds });
    const url = await createDatabase(database.url, 'exchanges');
    await migrateDatabase(url);
    const exchanges = await measureExchanges(url, runs.at(-1));
    return {
      machine,
      figures: { waits, exchanges },
      aims: Object.entries(waits).map(([form, { times }]) =>
        below(
          `a lone user's p95 wait beside a flood, times the one without (${FORMS[form].title})`,
          MOST_TIMES,
          times.p95,
        ),
      ),
    };
  } finally {
    await database.remove();
  }
};
