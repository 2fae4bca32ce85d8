import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { startDarkroom } from './darkroom-process.mjs';
import { createDatabase, startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { medians, spread } from './percentiles.mjs';
import { startRedis } from './redis-process.mjs';
import { atLeast, machineOf, printTable } from './report.mjs';
import { atSteadyRate } from './steady-rate.mjs';

/** `runs` is how many runs each worker is given to measure its rate. */
export const DEFAULTS = { seconds: 8, rounds: 3, runs: [600] };

const WORKERS = [1, 2, 4];
/** Milliseconds that the simulator takes for a result. */
const LATENCY_MS = 50;
const BATCH = 50;
const WARM_UP_RUNS = 200;
/** Share of the rate of before at which the waits are measured. */
const LOAD = 0.8;
/** What a pair of workers makes more than one, where the machine has a processor for each. */
const WORTH_OF_A_WORKER = 1.6;

const bodyOf = (number) => ({
  ...{ prompt: `a lighthouse above a stormy sea at dusk, view ${number}`, model: 'simulator/ok', mode: 'manual' },
  use_cache: false,
});

const post = async (connection, path, body) => {
  const headers = { Prefer: 'respond-async' };
  const { status, body: answer } = await connection.send(connection.prepare('POST', path, { body, headers }));
  if (status !== 202) throw new Error(`POST ${path} answered ${status}: ${answer}`);
};

/** One API with the projections, some workers, and a database of their own. */
class Installation {
  static async start(database, { name, workers, redis }) {
    const url = await createDatabase(database.url, name);
    const settings = {
      DATABASE_URL: url,
      SIMULATOR_LATENCY_MS: String(LATENCY_MS),
      ...(redis && { REDIS_URL: redis.url }),
    };
    const installation = new Installation();
    installation.client = new pg.Client({ connectionString: url });
    await installation.client.connect();
    installation.processes = [await startDarkroom(database, { ...settings, ROLE: 'api,projector' })];
    while (installation.processes.length <= workers)
      installation.processes.push(await startDarkroom(database, { ...settings, ROLE: 'worker' }));
    installation.connection = new HttpConnection(installation.processes[0].origin);
    installation.sent = 0;
    return installation;
  }

  async order(runs) {
    for (let left = runs; left > 0; left -= BATCH) {
      const requests = Array.from({ length: Math.min(left, BATCH) }, () => bodyOf(this.sent++));
      await post(this.connection, '/api/generate/batch', { requests });
    }
  }

  async untilAllEnded() {
    const pending = `select count(*)::int as open from generations where completed_at is null`;
    while (this.sent > 0) {
      const { rows } = await this.client.query(`select count(*)::int as runs, (${pending}) as open from generations`);
      if (rows[0].runs >= this.sent && rows[0].open === 0) return;
      await setTimeout(50);
    }
  }

  /** Runs a second between the first and the last fifth of those that were ordered at once. */
  async rate(runs) {
    const before = this.sent;
    await this.order(runs);
    await this.untilAllEnded();
    const { rows } = await this.client.query(
      `with ends as (select completed_at, row_number() over (order by completed_at) as place
                       from (select completed_at from generations order by id offset $1) as ordered)
       select extract(epoch from max(completed_at) filter (where place <= $3) - min(completed_at) filter (where place >= $2))::float8 as seconds
         from ends`,
      [before, Math.ceil(runs * 0.2), Math.floor(runs * 0.8)],
    );
    return (runs * 0.6) / rows[0].seconds;
  }

  /** From the order of a run to the start of its attempt, while runs are ordered at a steady rate. */
  async waits(perSecond, seconds) {
    const before = this.sent;
    const connections = [];
    await atSteadyRate(perSecond, seconds, async () => {
      const connection = connections.pop() ?? new HttpConnection(this.processes[0].origin);
      await post(connection, '/api/generate', bodyOf(this.sent++));
      connections.push(connection);
    });
    for (const connection of connections) connection.close();
    await this.untilAllEnded();
    const { rows } = await this.client.query(
      'select extract(epoch from started_at - created_at)::float8 * 1000 as ms from generations order by id offset $1',
      [before],
    );
    return spread(rows.map(({ ms }) => ms));
  }

  async stop() {
    this.connection?.close();
    await this.client.end();
    await Promise.all(this.processes.map((each) => each.stop()));
  }
}

const measureOnce = async (database, of, { seconds, runs }) => {
  const installation = await Installation.start(database, of);
  try {
    await installation.order(WARM_UP_RUNS);
    await installation.untilAllEnded();
    const per_second = await installation.rate(runs * of.workers);
    return { per_second, ...(await installation.waits(per_second * LOAD, seconds)) };
  } finally {
    await installation.stop();
  }
};

const measureQueue = async (database, { queue, redis }, { seconds, rounds, runs }) => {
  const figures = {};
  for (const workers of WORKERS) {
    const results = [];
    for (let round = 0; round < rounds; round++) {
      const name = `${queue}_${workers}_${round}`;
      results.push(await measureOnce(database, { name, workers, redis }, { seconds, runs: runs.at(-1) }));
    }
    figures[workers] = medians(results);
  }
  return figures;
};

/** What more workers make of the same load, and what a run waits for them, with either queue. */
export const measure = async (options) => {
  const database = await startDatabase();
  const redis = await startRedis();
  try {
    const machine = machineOf(database);
    const figures = { postgresql: await measureQueue(database, { queue: 'postgresql' }, options) };
    if (redis) figures.bull = await measureQueue(database, { queue: 'bull', redis }, options);
    else console.log('There is no redis-server on the PATH: Bull is left out.');
    printTable(
      `Runs of the simulator at ${LATENCY_MS} ms by workers; waits for a worker at ${LOAD * 100} % of that rate; medians over rounds`,
      ['queue', 'workers', 'runs/s', 'wait p50 ms', 'p95 ms', 'p99 ms'],
      Object.entries(figures).flatMap(([queue, byWorkers]) =>
        Object.entries(byWorkers).map(([workers, { per_second, p50_ms, p95_ms, p99_ms }]) => [
          ...[queue, workers, per_second, p50_ms, p95_ms, p99_ms],
        ]),
      ),
    );
    return {
      machine,
      figures,
      aims: Object.entries(figures).map(([queue, byWorkers]) =>
        atLeast(
          `${queue}: what two workers make of what one makes`,
          WORTH_OF_A_WORKER,
          byWorkers[2].per_second / byWorkers[1].per_second,
        ),
      ),
    };
  } finally {
    await redis?.stop();
    await database.remove();
  }
};
