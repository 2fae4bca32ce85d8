import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { MAIN } from './build.mjs';

const START_LIMIT_MS = 60_000;
const READY = /Darkroom (is ready\.[\s\S]*Artifacts .*\n|runs as .*\n)/;

const untilReady = (child, output) =>
  new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`Darkroom ${why}:\n${output()}`));
    const timer = setTimeout(() => fail('was not ready in time'), START_LIMIT_MS);
    child.once('exit', () => fail('ended before it was ready'));
    child.stdout.on('data', () => {
      if (READY.test(output())) resolve();
    });
    child.once('exit', () => clearTimeout(timer));
    child.stdout.once('end', () => clearTimeout(timer));
  });

/**
 * Runs the build as users do, in the home of a database that `startDatabase` made, with the simulator and a free port.
 * @param settings environment on top of the defaults
 * @returns its origin (empty without the role `api`), its pid, and `stop`
 */
export const startDarkroom = async ({ home }, settings = {}) => {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(execPath, ['--enable-source-maps', MAIN], {
    env: {
      ...Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR }).filter(([, value]) => value !== undefined)),
      ...{ PORT: '0', OPS_PORT: '0', LOG_LEVEL: 'warn', LOG_FORMAT: 'json', SIMULATOR: 'on', DARKROOM_HOME: home },
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString();
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  try {
    await untilReady(child, output);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return { origin: /API\s+(http:\S+?)\/api/.exec(output())?.[1] ?? '', pid: child.pid, stop };
};
