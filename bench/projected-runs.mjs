import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { ROOT } from './build.mjs';
import { startDarkroom } from './darkroom-process.mjs';
import { ask, fillRuns } from './synthetic-runs.mjs';

/** Every projection that there is. */
export const PROJECTIONS = ['statistics', 'history', 'prompt_cache', 'suggestions'];

/** Rebuilds one projection in a process of its own. @returns how many events it took in, and in how many seconds */
export const rebuild = async (url, name) => {
  const script = join(ROOT, 'bench/rebuild-process.mjs');
  const { stdout } = await promisify(execFile)(execPath, [script, url, name]);
  return JSON.parse(stdout);
};

/**
 * Fills an empty database with so many runs, everything that follows the log included. Projections are built by rebuilds, and what the
 * reactors would do about runs that ended long ago is passed over.
 * @returns how many events these are, and how many seconds they took to make and to project
 */
export const fillStore = async (database, url, runs) => {
  // The first start migrates and makes the checkpoints.
  const first = await startDarkroom(database, { DATABASE_URL: url, ROLE: 'api,projector' });
  await first.stop();
  const began = performance.now();
  const events = await fillRuns(url, runs);
  const filled = performance.now();
  await ask(url, 'update subscriptions set position = (select max(position) from events)');
  for (const name of PROJECTIONS) await rebuild(url, name);
  const projected = performance.now();
  await ask(url, 'vacuum analyze');
  return { events, filledIn: (filled - began) / 1000, projectedIn: (projected - filled) / 1000 };
};
