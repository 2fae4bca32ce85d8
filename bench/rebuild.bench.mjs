import { setTimeout } from 'node:timers/promises';
import { startDarkroom } from './darkroom-process.mjs';
import { startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { median, spread } from './percentiles.mjs';
import { atLeast, below, machineOf, printTable } from './report.mjs';
import { fillStore, PROJECTIONS, rebuild, verifyProjections } from './projected-runs.mjs';
import { ask } from './bulk-load.mjs';

export const DEFAULTS = { seconds: 10, rounds: 3, runs: [100_000] };

/** A load that leaves the machine room: what a rebuild takes from it shows. */
const REQUESTS_PER_SECOND = 40;

/** What a console asks for, and one append in ten. */
const requestsOf = (connection, ids) =>
  [
    ['GET', '/api/generate/history'],
    ['GET', '/api/generate/history?user_id=3&status=failed'],
    ['GET', '/api/generate/statistics'],
    ...ids.map((id) => ['GET', `/api/status/${id}`]),
    ['POST', '/api/generate'],
  ].map(([method, path]) => {
    const sent =
      method === 'POST'
        ? { body: { prompt: 'a red car in the rain', model: 'simulator/ok' }, headers: { Prefer: 'respond-async' } }
        : {};
    return { path, bytes: connection.prepare(method, path, sent) };
  });

/** Requests at a steady rate, each on a connection that is free, until it is told to stop; the time of each counts from when it was due. */
class Load {
  samples = [];
  #free = [];
  #stopped = false;

  constructor(origin, ids) {
    this.origin = origin;
    this.requests = requestsOf(new HttpConnection(origin), ids);
    this.done = this.#run();
  }

  async stop() {
    this.#stopped = true;
    await this.done;
    for (const connection of this.#free) connection.close();
    return spread(this.samples);
  }

  async #run() {
    const sent = [];
    const began = performance.now();
    for (let number = 0; !this.#stopped; number++) {
      const due = began + (number * 1000) / REQUESTS_PER_SECOND;
      await setTimeout(Math.max(0, due - performance.now()));
      sent.push(this.#send(this.requests[number % this.requests.length], due));
    }
    await Promise.all(sent);
  }

  async #send({ path, bytes }, due) {
    const connection = this.#free.pop() ?? new HttpConnection(this.origin);
    const { status, body } = await connection.send(bytes);
    this.samples.push(performance.now() - due);
    this.#free.push(connection);
    if (status >= 300) throw new Error(`${path} answered ${status}: ${body}`);
  }
}

/** The load alone, and then with one rebuild after the other beside it. */
const runOnce = async (darkroom, { url, ids, seconds }) => {
  const alone = new Load(darkroom.origin, ids);
  await setTimeout(seconds * 1000);
  const normal = await alone.stop();
  const beside = new Load(darkroom.origin, ids);
  const rates = {};
  let [events, took] = [0, 0];
  for (const name of PROJECTIONS) {
    const each = await rebuild(url, name);
    rates[`${name}_per_second`] = each.events / each.seconds;
    [events, took] = [each.events, took + each.seconds];
  }
  const rebuilding = await beside.stop();
  return {
    ...rates,
    all_per_second: events / took,
    normal_p99_ms: normal.p99_ms,
    rebuilding_p99_ms: rebuilding.p99_ms,
    p99_ratio: rebuilding.p99_ms / normal.p99_ms,
  };
};

/** Events per second into the projections that are built anew from the log, and what that does to the API which serves meanwhile. */
export const measure = async ({ seconds, rounds, runs: [runs] }) => {
  const database = await startDatabase();
  let darkroom = null;
  try {
    const machine = machineOf(database);
    const { events } = await fillStore(database, database.url, runs);
    await verifyProjections(database.url);
    darkroom = await startDarkroom(database, { ROLE: 'api,projector' });
    console.log(`${events} events of ${runs} runs are projected.`);
    const rows = await ask(database.url, 'select run_id from generations order by md5(run_id::text) limit 6');
    const ids = rows.map(({ run_id: id }) => id);
    const results = [];
    while (results.length < rounds) results.push(await runOnce(darkroom, { url: database.url, ids, seconds }));
    const figures = Object.fromEntries(
      Object.keys(results[0]).map((key) => [key, median(results.map((each) => each[key]))]),
    );
    printTable(
      `Rebuilds of ${events} events beside ${REQUESTS_PER_SECOND} requests per second, medians over rounds`,
      Object.keys(figures),
      [Object.values(figures)],
    );
    return {
      machine,
      figures,
      aims: [
        atLeast('events per second into all projections', 20_000, figures.all_per_second),
        atLeast('events per second into the statistics', 60_000, figures.statistics_per_second),
        below('p99 of the API while rebuilding / normally', 3, figures.p99_ratio),
      ],
    };
  } finally {
    await darkroom?.stop();
    await database.remove();
  }
};
