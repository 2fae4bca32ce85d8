// Shows the dashboards without a Grafana: `npm run obs:preview [-- --out FOLDER] [--minutes N] [--prometheus ORIGIN]` starts Darkroom under a mixed
// load, of which one worker dies, with a real Prometheus, or asks the one that is named, and draws what it answers with Grafana's own libraries.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process, { execPath, exit } from 'node:process';
import { setTimeout as passed } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { answersTo } from '../grafana/preview/answers.mjs';
import '../test/support/typescript-loader.mjs';

const { CHROMIUM } = await import('../test/support/chromium.ts');
const { Demonstration } = await import('../test/support/demonstration.ts');
const { demonstrate } = await import('../test/support/demonstration-load.ts');
const { isOnPath, MONITORING } = await import('../test/support/program.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE = join(root, 'grafana/preview');
const DASHBOARDS = join(root, 'grafana/dashboards');

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'test-results/dashboards') },
    minutes: { type: 'string', default: '4' },
    prometheus: { type: 'string' },
  },
});
const minutes = Number(values.minutes);

const refuse = (problem) => {
  console.error(problem);
  exit(2);
};

/** As the lock file says, where that is younger; nothing else of the project needs them. */
const ensurePackages = () => {
  const changedAt = (name) => statSync(join(PACKAGE, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changedAt('node_modules/.package-lock.json') > changedAt('package-lock.json')) return;
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['ci', '--prefix', PACKAGE, ...flags], { cwd: root, stdio: 'inherit' });
  if (status !== 0) refuse('The packages of grafana/preview could not be installed.');
};

const picturesFrom = async (origin, folder) => {
  const shown = { end: Math.floor(Date.now() / 1000), seconds: Math.round(minutes * 60) };
  const { draw } = await import('../grafana/preview/draw.mjs');
  const previews = [];
  for (const name of readdirSync(DASHBOARDS)) {
    const dashboard = JSON.parse(readFileSync(join(DASHBOARDS, name), 'utf8'));
    const path = join(resolve(values.out), `${basename(name, '.json')}.png`);
    previews.push({ dashboard, answers: await answersTo(origin, dashboard, shown), shown, path });
  }
  await draw({ executablePath: CHROMIUM, folder, previews });
  for (const { path } of previews) console.log(path);
};

const requirePlatform = () => {
  const missing = MONITORING.filter((name) => !isOnPath(name));
  if (missing.length > 0) refuse(`There is no ${missing.join(', ')} on the PATH.`);
  if (spawnSync(execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' }).status !== 0) exit(1);
};

const withPlatform = async (folder) => {
  const demonstration = new Demonstration();
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => stopped.abort(new Error(`Ended by ${signal}.`)));
  let load = Promise.resolve();
  try {
    await demonstration.startPlatform();
    const { prometheus } = await demonstration.startWatching(() => undefined);
    const { processes } = demonstration;
    load = demonstrate(processes[0].url, stopped.signal).catch((error) => stopped.abort(error));
    console.log(`Darkroom is at work for ${minutes} minutes.`);
    await passed(minutes * 30_000, null, { signal: stopped.signal });
    await processes.at(-1).end('SIGKILL');
    await passed(minutes * 30_000, null, { signal: stopped.signal });
    await picturesFrom(prometheus.origin, folder);
  } finally {
    stopped.abort();
    await load;
    await demonstration.close();
  }
};

if (!(minutes > 0)) refuse(`--minutes takes a number above 0, not ${values.minutes}.`);
if (CHROMIUM === null) refuse('There is no Chromium on the PATH.');
if (values.prometheus === undefined) requirePlatform();
ensurePackages();
mkdirSync(resolve(values.out), { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'darkroom-preview-'));
try {
  if (values.prometheus === undefined) await withPlatform(folder);
  else await picturesFrom(values.prometheus, folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
