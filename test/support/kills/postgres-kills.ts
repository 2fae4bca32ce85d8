import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverPid } from '../database-process.js';
import type { Random } from './random.js';

const signalled = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

/** kill -9 of the postmaster of a data directory. @returns whether there was one */
export const killPostmaster = async (dataDir: string): Promise<boolean> => {
  const pid = await serverPid(dataDir).catch(() => 0);
  return pid > 0 && signalled(pid, 'SIGKILL');
};

/** `pg_ctl stop -m immediate`: every connection ends at once, and the next start recovers. @returns whether there was one to stop */
export const stopImmediately = async (dataDir: string): Promise<boolean> => {
  const pid = await serverPid(dataDir).catch(() => 0);
  return pid > 0 && signalled(pid, 'SIGQUIT');
};

/**
 * kill -9 of one process of the server, a connection's or a background one: the postmaster then ends all others and recovers.
 * @returns whether there was one
 */
export const killServerProcess = async (dataDir: string, random: Random): Promise<boolean> => {
  const pid = await serverPid(dataDir).catch(() => 0);
  const children = await readFile(join('/proc', String(pid), 'task', String(pid), 'children'), 'utf8').catch(() => '');
  const pids = children
    .split(' ')
    .map(Number)
    .filter((child) => child > 0);
  return pids.length > 0 && signalled(random.pick(pids), 'SIGKILL');
};
