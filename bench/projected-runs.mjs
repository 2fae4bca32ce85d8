import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { ROOT } from './build.mjs';
import { ask } from './bulk-load.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { fillRuns } from './synthetic-runs.mjs';

/** Every projection that there is. */
export const PROJECTIONS = ['statistics', 'history', 'prompt_cache', 'suggestions', 'monitoring'];

/** Those whose rows are not written along with the runs. */
const FROM_THE_LOG = ['suggestions', 'monitoring'];

const projectionProcess = async (...parameters) => {
  const script = join(ROOT, 'bench/rebuild-process.mjs');
  const { stdout } = await promisify(execFile)(execPath, [script, ...parameters]);
  return JSON.parse(stdout);
};

/** Rebuilds one projection in a process of its own. @returns how many events it took in, and in how many seconds */
export const rebuild = (url, name) => projectionProcess('rebuild', url, name);

/** @throws Error where a store's projections have other rows than the log explains: what was measured on them would mean nothing */
export const verifyProjections = async (url) => {
  for (const name of PROJECTIONS) {
    const { differences } = await projectionProcess('compare', url, name);
    if (differences.length > 0) throw new Error(`${name} is not what a rebuild makes: ${JSON.stringify(differences)}`);
  }
};

/**
 * Fills an empty database with so many runs, everything that follows the log included.
 * @returns how many events these are, and how many seconds it took to make them
 */
export const fillStore = async (database, url, runs) => {
  const began = performance.now();
  // The first start migrates and makes the checkpoints.
  const first = await startDarkroom(database, { DATABASE_URL: url, ROLE: 'api,projector' });
  await first.stop();
  const events = await fillRuns(url, runs);
  for (const name of FROM_THE_LOG) await rebuild(url, name);
  await ask(url, 'vacuum analyze');
  // Or the server writes out what was filled while something else is measured.
  await ask(url, 'checkpoint');
  return { events, filledIn: (performance.now() - began) / 1000 };
};
