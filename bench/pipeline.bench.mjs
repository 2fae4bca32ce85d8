import { closedLoop } from './closed-loop.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { medians } from './percentiles.mjs';
import { cpuSeconds, ownCpuSeconds, residentMiB, serverCpuSeconds } from './process-usage.mjs';
import { atLeast, below, machineOf, printTable } from './report.mjs';

export const DEFAULTS = { seconds: 4, rounds: 3 };

const CALLERS = [1, 4, 8, 32, 64];
/** A moderate load: the machine has room, and attempts overlap. */
const MODERATE = 4;
/** Enough for the compiler to have seen every path often. */
const WARM_UP_RUNS = 1_500;
const WARM_UP_SECONDS = 0.5;

/** Posts runs one after another and waits for each to be completed; no two prompts are alike. */
class Client {
  constructor(connection, number) {
    this.connection = connection;
    this.number = number;
    this.runs = 0;
  }

  async run() {
    const prompt = `a lighthouse above a stormy sea at dusk, view ${this.number}-${this.runs++}`;
    const request = this.connection.prepare('POST', '/api/generate', { body: { prompt, model: 'simulator/ok' } });
    const { status, body } = await this.connection.send(request);
    if (status !== 200 || !body.includes('"status":"completed"')) throw new Error(`Not completed: ${status} ${body}`);
  }
}

/** CPU seconds so far of the parts that share the machine. */
const usageOf = ({ darkroom, database }) => ({
  darkroom: cpuSeconds(darkroom.pid),
  postgres: serverCpuSeconds(database.postmaster),
  client: ownCpuSeconds(),
});

const runOnce = async (parts, options) => {
  const { clients } = parts;
  const before = usageOf(parts);
  let runs = 0;
  const call = async (caller) => {
    await clients[caller].run();
    runs += 1;
  };
  const figures = await closedLoop(call, { warmUpSeconds: WARM_UP_SECONDS, ...options });
  const after = usageOf(parts);
  const cpu = Object.entries(after).flatMap(([name, seconds]) =>
    seconds === null ? [] : [[`${name}_cpu_ms`, ((seconds - before[name]) * 1000) / runs]],
  );
  return { ...figures, ...Object.fromEntries(cpu) };
};

const warmUp = async (clients) => {
  let left = WARM_UP_RUNS;
  await Promise.all(
    clients.slice(0, 32).map(async (client) => {
      while (left-- > 0) await client.run();
    }),
  );
};

const runRounds = async (parts, { seconds, rounds }) => {
  const results = CALLERS.map(() => []);
  await warmUp(parts.clients);
  for (let round = 0; round < rounds; round++) {
    for (const [index, callers] of CALLERS.entries()) results[index].push(await runOnce(parts, { callers, seconds }));
  }
  return Object.fromEntries(CALLERS.map((callers, index) => [`callers_${callers}`, medians(results[index])]));
};

const print = (figures) => {
  const rows = CALLERS.map((callers) => {
    const { per_second, p50_ms, p99_ms, ...cpu } = figures[`callers_${callers}`];
    return [callers, per_second, p50_ms, p99_ms, cpu.darkroom_cpu_ms, cpu.postgres_cpu_ms, cpu.client_cpu_ms];
  });
  printTable(
    'POST /api/generate until the run is completed, simulator/ok; CPU ms per run; medians over rounds',
    ['callers', 'runs/s', 'p50 ms', 'p99 ms', 'Darkroom', 'PostgreSQL', 'client'],
    rows.map((row) => row.map((cell) => cell ?? '-')),
  );
};

/** What Darkroom adds to a provider that answers at once, from the request to the completed run in the answer. */
export const measure = async (options) => {
  const database = await startDatabase();
  let darkroom = null;
  const clients = [];
  try {
    const machine = machineOf(database);
    darkroom = await startDarkroom(database);
    while (clients.length < Math.max(...CALLERS))
      clients.push(new Client(new HttpConnection(darkroom.origin), clients.length));
    const figures = await runRounds({ darkroom, database, clients }, options);
    figures.saturation_per_second = Math.max(...CALLERS.map((callers) => figures[`callers_${callers}`].per_second));
    figures.resident_mib = residentMiB(darkroom.pid);
    print(figures);
    return {
      machine,
      figures,
      aims: [
        below(`POST to completed, ${MODERATE} callers, p50 ms`, 25, figures[`callers_${MODERATE}`].p50_ms),
        atLeast('runs per second through to completed', 300, figures.saturation_per_second),
      ],
    };
  } finally {
    for (const { connection } of clients) connection.close();
    await darkroom?.stop();
    await database.remove();
  }
};
