import { closedLoop } from './closed-loop.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { startDatabase } from './durable-database.mjs';
import { HttpConnection } from './http-connection.mjs';
import { medians } from './percentiles.mjs';
import { machineOf, printTable } from './report.mjs';

export const DEFAULTS = { seconds: 2, rounds: 3 };

const CONNECTIONS = [1, 32];
const WARM_UP_SECONDS = 0.3;
/** Read in turn, so that no single row is all that the database has to remember. */
const RUNS = 50;

const runOf = async (connection, number) => {
  const body = { prompt: `a lighthouse above a stormy sea at dusk, view ${number}`, model: 'simulator/ok' };
  const { status, body: answer } = await connection.send(connection.prepare('POST', '/api/generate', { body }));
  if (status !== 200) throw new Error(`Not completed: ${status} ${answer}`);
  return JSON.parse(answer);
};

/** The reads of one kind: for each run a path and the tag of what it answers. */
const readsOf = async (connection, paths) => {
  const reads = [];
  for (const path of paths) {
    const { status, headers, body } = await connection.send(connection.prepare('GET', path));
    if (status !== 200 || headers.etag === undefined) throw new Error(`GET ${path} answered ${status} without a tag.`);
    reads.push({ path, etag: headers.etag, bytes: body.length });
  }
  return reads;
};

const prepareCases = async (connection) => {
  const runs = [];
  while (runs.length < RUNS) runs.push(await runOf(connection, runs.length));
  const routes = {
    generation: ['GET /api/generate/{id}', runs.map(({ run_id }) => `/api/generate/${run_id}`)],
    status: ['GET /api/status/{run_id}', runs.map(({ run_id }) => `/api/status/${run_id}`)],
    content: ['GET /api/artifacts/{id}/content', runs.map(({ image_url }) => image_url)],
  };
  const cases = [];
  for (const [name, [title, paths]] of Object.entries(routes)) {
    const reads = await readsOf(connection, paths);
    for (const status of [200, 304])
      cases.push({ name: `${name}_${status}`, title: `${title} ${status}`, status, reads });
  }
  return cases;
};

const runOnce = ({ reads, status }, connections, options) => {
  const requests = reads.map(({ path, etag }) =>
    connections[0].prepare('GET', path, { headers: status === 304 ? { 'If-None-Match': etag } : {} }),
  );
  let place = 0;
  const call = async (caller) => {
    const index = place++ % requests.length;
    const answer = await connections[caller].send(requests[index]);
    const length = status === 304 ? 0 : reads[index].bytes;
    if (answer.status !== status || answer.body.length !== length)
      throw new Error(`${reads[index].path} answered ${answer.status} with ${answer.body.length} bytes.`);
  };
  return closedLoop(call, { warmUpSeconds: WARM_UP_SECONDS, ...options });
};

const runRounds = async (cases, connections, { seconds, rounds }) => {
  const figures = {};
  for (const each of cases) figures[each.name] = Object.fromEntries(CONNECTIONS.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    for (const callers of CONNECTIONS) {
      for (const each of cases)
        figures[each.name][callers].push(await runOnce(each, connections, { callers, seconds }));
    }
  }
  return Object.fromEntries(
    Object.entries(figures).map(([name, byCount]) => [
      name,
      Object.fromEntries(CONNECTIONS.map((count) => [`connections_${count}`, medians(byCount[count])])),
    ]),
  );
};

const print = (cases, figures) => {
  const rows = cases.flatMap(({ name, title, reads }) =>
    CONNECTIONS.map((count) => {
      const { per_second, p50_ms, p99_ms } = figures[name][`connections_${count}`];
      return [title, title.endsWith('304') ? 0 : reads[0].bytes, count, per_second, p50_ms, p99_ms];
    }),
  );
  printTable(
    'Reads of completed runs, medians over rounds',
    ['route', 'bytes', 'connections', 'requests/s', 'p50 ms', 'p99 ms'],
    rows,
  );
};

/** What callers ask again and again: the row of a run, its status and its picture, whole and with the tag of what they have. */
export const measure = async (options) => {
  const database = await startDatabase();
  let darkroom = null;
  const connections = [];
  try {
    const machine = machineOf(database);
    darkroom = await startDarkroom(database);
    while (connections.length < Math.max(...CONNECTIONS)) connections.push(new HttpConnection(darkroom.origin));
    const cases = await prepareCases(connections[0]);
    const figures = await runRounds(cases, connections, options);
    print(cases, figures);
    return { machine, figures, aims: [] };
  } finally {
    for (const connection of connections) connection.close();
    await darkroom?.stop();
    await database.remove();
  }
};
