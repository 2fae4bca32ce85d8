import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { processIdentity } from '../../src/platform/database/process-identity.js';
import { until } from './until.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface DatabaseProcessOptions {
  /** Folder with the package; the repository's own by default. */
  readonly project?: string;
  readonly uid?: number;
  readonly env?: Record<string, string>;
}

interface Ready {
  readonly url: string;
  readonly dataDir: string;
  readonly owned: boolean;
}

/** A Node process that runs the embedded database of a home; the tests end it in all the ways in which processes end. */
export class DatabaseProcess {
  readonly log: string[] = [];
  readonly pid: number;
  /** @throws Error with the sentence that the process ended with */
  readonly ready: Promise<Ready>;
  private readonly gone: Promise<unknown>;

  private constructor(readonly child: ChildProcess) {
    this.pid = child.pid ?? 0;
    this.gone = once(child, 'exit');
    this.ready = new Promise((resolve, reject) => {
      child.on('message', (message: { log?: string; error?: string } | Ready) => {
        if ('url' in message) resolve(message);
        else if (message.error !== undefined) reject(new Error(message.error));
        else if (message.log !== undefined) this.log.push(message.log);
      });
      child.once('exit', () => {
        reject(new Error('the process ended before it was ready'));
      });
    });
    // A test that kills the process on purpose does not wait for it to be ready.
    this.ready.catch(() => undefined);
  }

  static start(home: string, { project = ROOT, uid, env }: DatabaseProcessOptions = {}): DatabaseProcess {
    return new DatabaseProcess(
      fork(`${project}/test/support/database-owner.ts`, [home], {
        execArgv: ['--import', `${ROOT}/test/support/typescript-loader.mjs`],
        cwd: '/',
        detached: true,
        env: env ?? { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
        ...(uid === undefined ? {} : { uid, gid: uid }),
      }),
    );
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.gone;
  }

  /** As a terminal's Ctrl-C: to the whole process group. */
  async interruptGroup(): Promise<void> {
    process.kill(-this.pid, 'SIGINT');
    await this.gone;
  }

  /** The process calls process.exit() without stopping anything. */
  async exitAbruptly(): Promise<void> {
    this.child.send('exit');
    await this.gone;
  }
}

/** Pid of the server in a data directory. */
export const serverPid = async (dataDir: string): Promise<number> =>
  Number((await readFile(`${dataDir}/postmaster.pid`, 'utf8')).split('\n')[0]);

export const isGone = (pid: number): boolean => processIdentity(pid) === null;

/** Pids of all processes that name the folder in their arguments. */
async function processesOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter((_, place) => lines[place]?.includes(folder) === true);
}

/** Ends whatever a test left running for this home, so that a failing test does no harm to the next. */
export async function endAllOf(...folders: string[]): Promise<void> {
  for (const folder of folders) {
    for (const pid of await processesOf(folder)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        continue;
      }
    }
    await until(`nothing runs for ${folder}`, async () => (await processesOf(folder)).every(isGone));
  }
}
