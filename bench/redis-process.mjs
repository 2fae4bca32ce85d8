import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from './build.mjs';

const READY = /Ready to accept connections/;

/** A redis-server of the PATH on a free port, that keeps nothing when it ends. @returns its URL and `stop`; null where there is none */
export const startRedis = async () => {
  const { freePort } = await built('platform/database/free-port.js');
  const port = await freePort(null);
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-bench-redis-'));
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  const started = await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
    child.stdout.on('data', (chunk) => READY.test(String(chunk)) && resolve(true));
  });
  if (started) return { url: `redis://127.0.0.1:${port}/0`, stop };
  await rm(folder, { recursive: true, force: true });
  return null;
};
