import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { built } from './build.mjs';
import { atSteadyRate } from './steady-rate.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { startDatabase } from './durable-database.mjs';
import { listen, wallClock } from './event-stream.mjs';
import { ORDER } from './generation-order.mjs';
import { HttpConnection } from './http-connection.mjs';
import { medians, spread } from './percentiles.mjs';
import { below, machineOf, printTable } from './report.mjs';

export const DEFAULTS = { seconds: 10, rounds: 1 };

const RUNS_PER_SECOND = 50;
/**
 * Each run fails once and is due again after two seconds, in which its listener comes; so about a hundred streams are open at a time,
 * and the second attempt's events are all live.
 */
const MODEL = 'simulator/timeout-then-ok';
const RETRY_BASE_SECONDS = '2';
const WARM_UP_SECONDS = 4;
const PATIENCE_MS = 30_000;

/** Milliseconds from a stored event's time, which the database takes before it commits, to its arrival here. */
const delayOf = (data, came) => came - Date.parse(data.at);

/** Connections that are taken and given back, as many as are needed at once. */
class Connections {
  #free = [];

  constructor(origin) {
    this.origin = origin;
  }

  async post(path, body) {
    const connection = this.#free.pop() ?? new HttpConnection(this.origin);
    const answer = await connection.send(
      connection.prepare('POST', path, { body, headers: { Prefer: 'respond-async' } }),
    );
    this.#free.push(connection);
    if (answer.status !== 202) throw new Error(`POST ${path} answered ${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body);
  }

  close() {
    for (const connection of this.#free) connection.close();
  }
}

/** The delays of the events that came and were stored in the measured time. */
class Delays {
  samples = [];

  constructor(measuredFrom) {
    this.measuredFrom = measuredFrom;
  }

  /** @param from wall clock since when events are delivered and not replayed; progress has no time, as it is never stored */
  take(data, came, from) {
    const at = Date.parse(data.at);
    if (at > this.measuredFrom && at > from) this.samples.push(delayOf(data, came));
  }

  figures(name) {
    const { p50_ms, p99_ms } = spread(this.samples);
    return { [`${name}_events`]: this.samples.length, [`${name}_p50_ms`]: p50_ms, [`${name}_p99_ms`]: p99_ms };
  }
}

/** Runs are posted to one process while another, or the same, streams them: one stream for each run and a console for all. */
const streamRuns = async ({ poster, streamer }, seconds) => {
  const connections = new Connections(poster.origin);
  const measuredFrom = wallClock() + WARM_UP_SECONDS * 1000;
  const [ofRuns, ofConsole] = [new Delays(measuredFrom), new Delays(measuredFrom)];
  let [open, most] = [1, 1];
  const console = await listen(`${streamer.origin}/api/events/stream`, (data, came) => ofConsole.take(data, came, 0));
  const follow = async (number) => {
    const prompt = `a lighthouse above a stormy sea at dusk, view ${number}`;
    // A run that is answered from the cache is over before anybody can listen.
    const body = { prompt, model: MODEL, mode: 'manual', use_cache: false };
    const { run_id: runId } = await connections.post('/api/generate', body);
    let listeningSince = Infinity;
    const stream = await listen(`${streamer.origin}/api/status/stream/${runId}`, (data, came) =>
      ofRuns.take(data, came, listeningSince),
    );
    listeningSince = wallClock();
    most = Math.max(most, (open += 1));
    const inTime = stream.ended.then(() => true);
    if (!(await Promise.race([inTime, setTimeout(PATIENCE_MS, false, { ref: false })])))
      throw new Error(`The stream of ${runId} told of no end within ${PATIENCE_MS} ms.`);
    open -= 1;
  };
  try {
    await atSteadyRate(RUNS_PER_SECOND, WARM_UP_SECONDS + seconds, follow);
  } finally {
    console.close();
    connections.close();
  }
  return { streams_at_once: most, ...ofRuns.figures('run'), ...ofConsole.figures('console') };
};

/** Runs are appended here; how long after the append's answer the console of another process has the event. One clock for both. */
const streamAppends = async ({ url }, streamer, seconds) => {
  const { Generations } = await built('generation/generation.store.js');
  const { PostgresEventStore } = await built('eventsourcing/postgres-event-store.js');
  const { EventTypes } = await built('eventsourcing/upcaster.js');
  const pool = new pg.Pool({ connectionString: url });
  const generations = new Generations(new PostgresEventStore(pool, new EventTypes([])));
  const came = new Map();
  const answered = new Map();
  const console = await listen(`${streamer.origin}/api/events/stream`, (data, when) => came.set(data.position, when));
  const metadata = { correlation_id: 'bench', causation_id: 'bench', actor: 'user:1' };
  try {
    await atSteadyRate(RUNS_PER_SECOND, WARM_UP_SECONDS + seconds, async (number) => {
      const command = { type: 'CreateGeneration', order: ORDER, now: new Date() };
      const known = { state: { status: 'none' }, version: 0 };
      const { position } = await generations.decide(uuidv7(), command, { metadata, known });
      if (number >= RUNS_PER_SECOND * WARM_UP_SECONDS) answered.set(position, wallClock());
    });
    const deadline = performance.now() + PATIENCE_MS;
    while ([...answered.keys()].some((position) => !came.has(position))) {
      if (performance.now() > deadline) throw new Error(`An event was not delivered within ${PATIENCE_MS} ms.`);
      await setTimeout(10);
    }
  } finally {
    console.close();
    await pool.end();
  }
  const delays = [...answered].map(([position, when]) => came.get(position) - when);
  return { events: delays.length, ...spread(delays) };
};

const print = ({ same_process: same, cross_process: cross, from_answer: answer }) => {
  const row = (title, figures, name) => [title, ...['events', 'p50_ms', 'p99_ms'].map((key) => figures[name + key])];
  printTable(
    `Delivery of events, ${RUNS_PER_SECOND} runs per second, about ${Math.round(same.streams_at_once)} streams at once`,
    ['', 'events', 'p50 ms', 'p99 ms'],
    [
      row('same process: stored to a stream of the run', same, 'run_'),
      row('same process: stored to the console', same, 'console_'),
      row('other process: stored to a stream of the run', cross, 'run_'),
      row('other process: stored to the console', cross, 'console_'),
      row("other process: an append's answer to the console", answer, ''),
    ],
  );
};

const runRounds = async (database, [worker, api], { seconds, rounds }) => {
  const results = { same_process: [], cross_process: [], from_answer: [] };
  for (let round = 0; round < rounds; round++) {
    results.same_process.push(await streamRuns({ poster: worker, streamer: worker }, seconds));
    results.cross_process.push(await streamRuns({ poster: worker, streamer: api }, seconds));
    results.from_answer.push(await streamAppends(database, api, seconds));
  }
  return Object.fromEntries(Object.entries(results).map(([name, all]) => [name, medians(all)]));
};

/** From an event in the log to the listeners of its run and to those of all runs, in the writing process and in another one. */
export const measure = async (options) => {
  const database = await startDatabase();
  const processes = [];
  try {
    const machine = machineOf(database);
    processes.push(await startDarkroom(database, { RETRY_BASE_SECONDS }));
    processes.push(await startDarkroom(database, { ROLE: 'api' }));
    const figures = await runRounds(database, processes, options);
    print(figures);
    const worst = ({ run_p99_ms: run, console_p99_ms: all }) => Math.max(run, all);
    return {
      machine,
      figures,
      aims: [
        below('stored to streams of the same process, p99 ms', 100, worst(figures.same_process)),
        below('stored to streams of another process, p99 ms', 100, worst(figures.cross_process)),
      ],
    };
  } finally {
    for (const each of processes) await each.stop();
    await database.remove();
  }
};
