import { once } from 'node:events';
import { createServer } from 'node:http';
import { closedLoop } from './closed-loop.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { createDatabase, startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { median, medians } from './percentiles.mjs';
import { cpuSeconds, residentMiB } from './process-usage.mjs';
import { below, machineOf, printTable } from './report.mjs';

export const DEFAULTS = { seconds: 6, rounds: 5 };

const CALLERS = 16;
const PROMPTS = 200;
const WARM_UP_SECONDS = 1;
const WARM_UP_CALLS = 600;

/** Takes every span and keeps none, as cheaply as Node can: what a collector costs is not what is asked here. */
const startCollector = async () => {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk) => (bytes += chunk.length));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    takenBytes: () => bytes,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const traced = (share) => (collector) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
  OTEL_TRACES_SAMPLER_ARG: String(share),
});

const CONTESTANTS = { off: () => ({}), sampled_10: traced(0.1), sampled_100: traced(1) };
const NAMES = { off: 'not traced', sampled_10: '10 % of the requests', sampled_100: 'every request' };

/** What is measured: one request and its answer, from one of the callers. */
const WORKLOADS = {
  cached: {
    title: 'POST /api/generate, result in the cache',
    bodyOf: (call) => ({ prompt: `a lighthouse above a stormy sea at dusk, view ${call % PROMPTS}` }),
  },
  made: {
    title: 'POST /api/generate until the run is completed, simulator/ok',
    bodyOf: (call) => ({ prompt: `a lighthouse above a stormy sea at dusk, number ${call}`, use_cache: false }),
  },
};

/** One process with all roles, on a database of its own, and the connections to it. */
class Contestant {
  #calls = 0;

  constructor(darkroom) {
    this.darkroom = darkroom;
    this.connections = Array.from({ length: CALLERS }, () => new HttpConnection(darkroom.origin));
  }

  async call(workload, caller) {
    const connection = this.connections[caller];
    const body = { model: 'simulator/ok', ...workload.bodyOf(this.#calls++) };
    const { status, body: answer } = await connection.send(connection.prepare('POST', '/api/generate', { body }));
    if (status !== 200 || !answer.includes('"status":"completed"'))
      throw new Error(`Not completed: ${status} ${answer}`);
  }

  async warmUp() {
    for (const workload of Object.values(WORKLOADS)) {
      let left = WARM_UP_CALLS;
      await Promise.all(
        this.connections.map(async (_, caller) => {
          while (left-- > 0) await this.call(workload, caller);
        }),
      );
    }
  }

  async measure(workload, seconds) {
    let calls = 0;
    const before = cpuSeconds(this.darkroom.pid);
    const call = async (caller) => {
      await this.call(workload, caller);
      calls += 1;
    };
    const figures = await closedLoop(call, { callers: CALLERS, seconds, warmUpSeconds: WARM_UP_SECONDS });
    const cpu = cpuSeconds(this.darkroom.pid) - before;
    return { ...figures, ...(Number.isFinite(cpu) && { cpu_ms: (cpu * 1000) / calls }) };
  }

  async stop() {
    for (const connection of this.connections) connection.close();
    await this.darkroom.stop();
  }
}

/** In another order each time, so that none is always the one after the busiest. */
const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];

/** The share of the rate that tracing takes, in percent: the median over rounds, each compared within itself. */
const lossOf = (rounds, name) =>
  median(rounds.map((round) => 100 * (1 - round[name].per_second / round.off.per_second)));

const compare = async (contestants, workload, { seconds, rounds }) => {
  const results = [];
  for (let round = 0; round < rounds; round++) {
    const measured = {};
    for (const [name, contestant] of rotated(Object.entries(contestants), round))
      measured[name] = await contestant.measure(workload, seconds);
    results.push(measured);
  }
  return Object.fromEntries(
    Object.keys(contestants).map((name) => [
      name,
      { ...medians(results.map((round) => round[name])), loss_percent: lossOf(results, name) },
    ]),
  );
};

const print = (title, figures) =>
  printTable(
    `${title}; ${CALLERS} callers; medians over rounds`,
    ['', 'per second', 'p50 ms', 'p99 ms', 'Darkroom CPU ms', 'loss %'],
    Object.entries(figures).map(([name, { per_second, p50_ms, p99_ms, cpu_ms = '-', loss_percent }]) => [
      NAMES[name],
      ...[per_second, p50_ms, p99_ms, cpu_ms, loss_percent],
    ]),
  );

/** What tracing costs: the same requests to a process without it, and to two that send 10 % and all of their traces. */
export const measure = async (options) => {
  const [database, collector] = [await startDatabase(), await startCollector()];
  const contestants = {};
  try {
    const machine = machineOf(database);
    for (const [name, settingsOf] of Object.entries(CONTESTANTS)) {
      const url = await createDatabase(database.url, `tracing_${name}`);
      contestants[name] = new Contestant(
        await startDarkroom(database, { DATABASE_URL: url, ...settingsOf(collector) }),
      );
      await contestants[name].warmUp();
    }
    const figures = {};
    for (const [name, workload] of Object.entries(WORKLOADS)) {
      figures[name] = await compare(contestants, workload, options);
      print(workload.title, figures[name]);
    }
    for (const [name, { darkroom }] of Object.entries(contestants))
      figures[`resident_mib_${name}`] = residentMiB(darkroom.pid);
    if (collector.takenBytes() === 0) throw new Error('Nothing was traced.');
    return {
      machine,
      figures,
      aims: Object.keys(WORKLOADS).map((name) =>
        below(`rate lost at 10 %, ${name}, %`, 20, figures[name].sampled_10.loss_percent),
      ),
    };
  } finally {
    for (const contestant of Object.values(contestants)) await contestant.stop();
    collector.close();
    await database.remove();
  }
};
