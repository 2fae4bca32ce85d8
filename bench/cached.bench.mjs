import { closedLoop } from './closed-loop.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { medians, spread } from './percentiles.mjs';
import { cpuSeconds, residentMiB, serverCpuSeconds } from './process-usage.mjs';
import { atLeast, below, machineOf, printTable } from './report.mjs';
import { atSteadyRate } from './steady-rate.mjs';

export const DEFAULTS = { seconds: 8, rounds: 3 };

const PROMPTS = 200;
const PER_SECOND = 200;
const SATURATING = 32;
const WARM_UP_HITS = 3_000;

/** Connections for the requests that are under way at the same time. */
class Client {
  #free = [];

  constructor(origin) {
    this.origin = origin;
    const probe = new HttpConnection(origin);
    this.requests = Array.from({ length: PROMPTS }, (_, number) =>
      probe.prepare('POST', '/api/generate', {
        body: { prompt: `a lighthouse above a stormy sea at dusk, view ${number}`, model: 'simulator/ok' },
      }),
    );
  }

  async ask(number, cached) {
    const connection = this.#free.pop() ?? new HttpConnection(this.origin);
    const { status, body } = await connection.send(this.requests[number % PROMPTS]);
    this.#free.push(connection);
    if (status !== 200 || !body.includes(`"cached":${cached}`))
      throw new Error(`Not cached ${cached}: ${status} ${body}`);
  }

  close() {
    for (const connection of this.#free) connection.close();
  }
}

/** Every prompt is made once, and then asked for until nothing is new to the compiler. */
const warmUp = async (client) => {
  for (let number = 0; number < PROMPTS; number++) await client.ask(number, false);
  let left = WARM_UP_HITS;
  await Promise.all(
    Array.from({ length: SATURATING }, async () => {
      while (left-- > 0) await client.ask(left, true);
    }),
  );
};

const steady = async (client, seconds) => {
  const samples = [];
  await atSteadyRate(PER_SECOND, seconds, async (number, due) => {
    await client.ask(number, true);
    samples.push(performance.now() - due);
  });
  return { per_second: PER_SECOND, ...spread(samples) };
};

const saturated = async (client, { darkroom, database }, seconds) => {
  let [number, hits] = [0, 0];
  const before = [cpuSeconds(darkroom.pid), serverCpuSeconds(database.postmaster)];
  const figures = await closedLoop(
    async () => {
      await client.ask(number++, true);
      hits += 1;
    },
    { callers: SATURATING, seconds, warmUpSeconds: 0.5 },
  );
  const [own, server] = [cpuSeconds(darkroom.pid) - before[0], serverCpuSeconds(database.postmaster) - before[1]];
  const cpu = Number.isFinite(own + server)
    ? { darkroom_cpu_ms: (own * 1000) / hits, postgres_cpu_ms: (server * 1000) / hits }
    : {};
  return { ...figures, ...cpu };
};

/** POST /api/generate with a result that is there: each hit is a run of its own, with its events and its row, on disk before the answer. */
export const measure = async ({ seconds, rounds }) => {
  const database = await startDatabase();
  let [darkroom, client] = [null, null];
  try {
    const machine = machineOf(database);
    darkroom = await startDarkroom(database);
    client = new Client(darkroom.origin);
    await warmUp(client);
    const [open, closed] = [[], []];
    for (let round = 0; round < rounds; round++) {
      open.push(await steady(client, seconds));
      closed.push(await saturated(client, { darkroom, database }, seconds));
    }
    const figures = { steady: medians(open), saturated: medians(closed), resident_mib: residentMiB(darkroom.pid) };
    printTable(
      'POST /api/generate, result in the cache; medians over rounds',
      ['', 'hits/s', 'p50 ms', 'p99 ms', 'Darkroom CPU ms', 'PostgreSQL CPU ms'],
      Object.entries({
        [`${PER_SECOND} per second`]: figures.steady,
        [`${SATURATING} callers`]: figures.saturated,
      }).map(([name, { per_second, p50_ms, p99_ms, darkroom_cpu_ms = '-', postgres_cpu_ms = '-' }]) => [
        name,
        ...[per_second, p50_ms, p99_ms, darkroom_cpu_ms, postgres_cpu_ms],
      ]),
    );
    return {
      machine,
      figures,
      aims: [
        below(`a hit at ${PER_SECOND} requests/s, p50 ms`, 5, figures.steady.p50_ms),
        below(`a hit at ${PER_SECOND} requests/s, p99 ms`, 20, figures.steady.p99_ms),
        atLeast('hits per second at saturation', 1500, figures.saturated.per_second),
      ],
    };
  } finally {
    client?.close();
    await darkroom?.stop();
    await database.remove();
  }
};
