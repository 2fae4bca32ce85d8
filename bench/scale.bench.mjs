import { closedLoop } from './closed-loop.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { createDatabase, startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { medians } from './percentiles.mjs';
import { fillStore, verifyProjections } from './projected-runs.mjs';
import { residentMiB } from './process-usage.mjs';
import { below, machineOf, printTable } from './report.mjs';
import { casesOf } from './scale-cases.mjs';

export const DEFAULTS = { seconds: 1, rounds: 3, runs: [10_000, 100_000, 1_000_000] };

const WARM_UP_SECONDS = 0.2;
const MOST_MS = 25;
const MOST_TIMES = 2;
const APPEND = { prompt: 'a lighthouse above a stormy sea at dusk', model: 'simulator/ok', mode: 'manual' };

/** A database with so many runs, and a process without workers on it: what is appended waits, so that nothing else goes on. */
const openStore = async (database, runs, isSmallest) => {
  const url = await createDatabase(database.url, `scale_${runs}`);
  const { events, filledIn } = await fillStore(database, url, runs);
  console.log(`${runs} runs: ${events} events and what follows from them were made in ${filledIn.toFixed(0)} s.`);
  if (isSmallest) await verifyProjections(url);
  const darkroom = await startDarkroom(database, { DATABASE_URL: url, ROLE: 'api,projector' });
  const connection = new HttpConnection(darkroom.origin);
  return { runs, url, darkroom, connection, cases: await casesOf(url, runs) };
};

const read = ({ connection }, paths) => {
  const requests = paths.map((path) => ({ path, bytes: connection.prepare('GET', path) }));
  let place = 0;
  return async () => {
    const { path, bytes } = requests[place++ % requests.length];
    const { status, body } = await connection.send(bytes);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body}`);
  };
};

const append = ({ connection }) => {
  const request = connection.prepare('POST', '/api/generate', { body: APPEND, headers: { Prefer: 'respond-async' } });
  return async () => {
    const { status, body } = await connection.send(request);
    if (status !== 202) throw new Error(`POST /api/generate answered ${status}: ${body}`);
  };
};

/** Each case on each store in turn, so that a slow moment of the machine hits all of them; the appends at the end. */
const runRounds = async (stores, { seconds, rounds }) => {
  const names = [...Object.keys(stores[0].cases), 'append'];
  const results = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      for (const store of stores) {
        const call = name === 'append' ? append(store) : read(store, store.cases[name].paths);
        const key = `${name} ${store.runs}`;
        const figures = await closedLoop(call, { callers: 1, seconds, warmUpSeconds: WARM_UP_SECONDS });
        results.set(key, [...(results.get(key) ?? []), figures]);
      }
    }
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(stores.map(({ runs }) => [`runs_${runs}`, medians(results.get(`${name} ${runs}`))])),
    ]),
  );
};

const print = (figures, stores) => {
  const [{ cases }] = stores;
  const titleOf = (name) => cases[name]?.title ?? 'POST /api/generate, respond-async';
  const cell = ({ p50_ms, p95_ms }) => `${p50_ms.toFixed(1)} / ${p95_ms.toFixed(1)}`;
  printTable(
    'Milliseconds p50 / p95 of one caller, medians over rounds',
    ['', ...stores.map(({ runs }) => `${runs} runs`)],
    Object.entries(figures).map(([name, byRuns]) => [
      titleOf(name),
      ...stores.map(({ runs }) => cell(byRuns[`runs_${runs}`])),
    ]),
  );
};

/** What is read again and again, in stores of a different size. */
export const measure = async (options) => {
  const database = await startDatabase();
  const stores = [];
  try {
    const machine = machineOf(database);
    for (const runs of options.runs) stores.push(await openStore(database, runs, runs === Math.min(...options.runs)));
    console.log('The stores are filled.');
    const cases = await runRounds(stores, options);
    print(cases, stores);
    const memory = Object.fromEntries(stores.map(({ runs, darkroom }) => [`runs_${runs}`, residentMiB(darkroom.pid)]));
    const [few, many] = [`runs_${stores[0].runs}`, `runs_${stores.at(-1).runs}`];
    const worst = (of) => Math.max(...Object.values(cases).map(of));
    return {
      machine,
      figures: { cases, resident_mib: memory },
      aims: [
        below(
          `slowest p95 with ${stores.at(-1).runs} runs, ms`,
          MOST_MS,
          worst((each) => each[many].p95_ms),
        ),
        below(
          `largest p95 with ${stores.at(-1).runs} runs / with ${stores[0].runs}`,
          MOST_TIMES,
          worst((each) => each[many].p95_ms / each[few].p95_ms),
        ),
        below('resident memory with the most runs / with the fewest', 1.3, memory[many] / memory[few]),
      ],
    };
  } finally {
    for (const { connection, darkroom } of stores) {
      connection.close();
      await darkroom.stop();
    }
    await database.remove();
  }
};
