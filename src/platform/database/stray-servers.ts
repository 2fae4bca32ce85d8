import { readdir, readlink } from 'node:fs/promises';
import { commandLine, endsWithin } from './process-identity.js';

const END_LIMIT_MS = 5_000;

/** A process of a server shows its task in place of its arguments: `postgres: checkpointer`. */
const isServerProcess = (pid: number): boolean => commandLine(pid)[0]?.startsWith('postgres: ') === true;

const worksIn = async (pid: number, dataDir: string): Promise<boolean> =>
  (await readlink(`/proc/${String(pid)}/cwd`).catch(() => null)) === dataDir;

/**
 * Ends the processes that outlived the postmaster of a data directory, which is to be dead. Most notice its death themselves, but one that
 * is about to end a recovery waits up to a minute for a checkpointer that nobody starts any more (PostgreSQL, RequestCheckpoint), and holds
 * the shared memory without which no new server starts. After the postmaster a kill takes nothing from the data: recovery has to run anyhow.
 * Linux only; elsewhere they are waited out.
 */
export async function endStrays(dataDir: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (const pid of (await readdir('/proc')).map(Number).filter((each) => each > 0)) {
    if (!isServerProcess(pid) || !(await worksIn(pid, dataDir))) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just gone.
      continue;
    }
    await endsWithin(pid, END_LIMIT_MS);
  }
}
