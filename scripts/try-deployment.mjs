// Tries the image and deploy/compose on this machine's Docker engine: `npm run deploy:try`. A project, a port, passwords and an image of its own, so
// that an installation beside it is left alone; at the end nothing of it is there any more. Arguments go to `docker compose`:
//   npm run deploy:try -- -f my-override.yaml
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import process, { argv, exit } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const IMAGE = 'darkroom:try';
const RUNS = 24;
const START_SECONDS = 300;
/** A worker that died is missed after its lease; its attempts are made again by the other one. */
const RUNS_SECONDS = 240;

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

const port = await freePort();
const password = randomBytes(24).toString('hex');
const env = {
  ...process.env,
  COMPOSE_PROFILES: '',
  DARKROOM_IMAGE: IMAGE,
  DARKROOM_PORT: String(port),
  POSTGRES_PASSWORD: password,
  REDIS_PASSWORD: password,
  GRAFANA_PASSWORD: password,
};

let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (isInterrupted = true));

/** What a command prints. @throws Error with all that it says where it fails */
const docker = async (...parameters) =>
  (await promisify(execFile)('docker', parameters, { cwd: root, env, maxBuffer: 2 ** 26 })).stdout;
const FILES = '-p darkroom-try --env-file /dev/null -f deploy/compose/compose.yaml'.split(' ');
const compose = (...parameters) => docker('compose', ...FILES, ...argv.slice(2), ...parameters);

const lines = (text) => text.trim().split('\n');

const until = async (what, seconds, condition) => {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (isInterrupted) throw new Error('Interrupted.');
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s in vain until ${what}.`);
    await pause(250);
  }
};

const step = async (what, work) => {
  const begin = performance.now();
  const result = await work();
  console.log(`${what} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
  return result;
};

const ask = async (path, options = {}) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, options);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response;
};

const order = async (prompt, headers = {}) => {
  const body = JSON.stringify({ prompt, width: 512, height: 512 });
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body };
  return (await ask('/api/generate', options)).json();
};

const isCompleted = async (id) => (await (await ask(`/api/status/${id}`)).json()).status === 'completed';
const completed = async (ids) => (await Promise.all(ids.map(isCompleted))).filter(Boolean).length;

const start = () => compose('up', '--detach', '--wait', '--wait-timeout', String(START_SECONDS));

const fetchPicture = async ({ image_url: path }) => {
  if (!(await (await ask(path)).text()).startsWith('PNG', 1)) throw new Error(`${path} is no PNG.`);
};

/** All that one may kill in a container but its first process, which then ends, as after a crash; so the engine is to start it again. */
const killWorker = async () => {
  const [worker] = lines(await compose('ps', '--quiet', 'worker'));
  await docker('exec', worker, 'sh', '-c', 'kill -KILL -1').catch(() => undefined);
  return worker;
};

const loseNothing = async () => {
  const prompts = Array.from({ length: RUNS }, (_, index) => `a lighthouse at dusk, ${index + 1} gulls`);
  const runs = await Promise.all(prompts.map((prompt) => order(prompt, { Prefer: 'respond-async' })));
  const ids = runs.map(({ run_id: id }) => id);
  await until('the first runs are through', RUNS_SECONDS, async () => (await completed(ids)) > 1);
  const worker = await killWorker();
  const left = RUNS - (await completed(ids));
  if (left === 0) throw new Error('All runs were through before the worker was killed, so that nothing was tried.');
  await until('every run is completed', RUNS_SECONDS, async () => (await completed(ids)) === RUNS);
  const restarts = async () => Number(await docker('inspect', worker, '--format', '{{.RestartCount}}'));
  await until('the killed worker is started again', 60, async () => (await restarts()) > 0);
  return left;
};

const stop = async () => {
  await compose('stop');
  const ids = lines(await compose('ps', '--all', '--quiet'));
  const ends = await docker('inspect', '--format', '{{.Name}} is {{.State.Status}} with {{.State.ExitCode}}', ...ids);
  const wrong = lines(ends).filter((end) => !end.endsWith(' is exited with 0'));
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
};

const remove = async () => {
  await compose('down', '--volumes', '--remove-orphans', '--timeout', '10');
  await docker('image', 'rm', IMAGE).catch(() => undefined);
};

const tryEverything = async () => {
  await step('The image is built.', () => compose('build'));
  await step('Everything is healthy.', start);
  const picture = await step('A picture is made.', () => order('a lighthouse at dusk'));
  const left = await step('A worker was killed, and every run is completed.', loseNothing);
  console.log(`  ${left} of ${RUNS} were not when it died.`);
  await step('Everything stops by itself, with 0.', stop);
  await step('It starts again.', start);
  await step('The picture is still there.', () => fetchPicture(picture));
  await step('Everything agrees.', () => compose('exec', '-T', 'worker', 'node', 'dist/cli.js', 'verify'));
};

const missing = await docker('compose', 'version', '--short')
  .then((version) => (/^v?1[.]/.test(version) ? `Compose is ${version}` : docker('info').then(() => null)))
  .catch(({ message }) => message);
if (missing !== null) {
  console.error(`Here is no Docker engine with Compose 2, so that nothing was tried: ${missing}`);
  exit(1);
}
try {
  await tryEverything();
  console.log('The deployment works.');
} catch (error) {
  process.exitCode = 1;
  console.error(error.message, error.stdout ?? '');
  console.error(await compose('logs', '--tail', '20', '--no-color').catch(String));
} finally {
  await step('It is removed.', remove);
}
