import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterSettings } from './data-directory.js';
import { commandLine, endsWithin, processIdentity } from './process-identity.js';
import { endStrays } from './stray-servers.js';

export interface PostmasterSettings extends ClusterSettings {
  readonly dataDir: string;
  /** Asked before each try, as a port may be taken between the choice and the start. */
  readonly choosePort: () => Promise<number>;
}

/** Shared memory of a killed server lingers until its last child has gone, usually one or two seconds. */
const RETRY_LIMIT_MS = 10_000;
const PASSES_BY_ITSELF =
  /pre-existing shared memory block|lock file .* already exists|could not bind|Address already in use/;

/** Not what each client is told that knocks during a start or an end: there may be hundreds, and the supervisor tells of both. */
const WORTH_TELLING =
  /^(FATAL|PANIC|WARNING):(?!.*(is starting up|is not yet accepting connections|is shutting down|terminating connection))/;

/** Replaying the log after a crash takes as long as it takes; beyond this something else is wrong. */
const RECOVERY_LIMIT_MS = 600_000;
const RECOVERY_NOTICE_MS = 10_000;

/** How long the last lines of a server that is gone are waited for. */
const LAST_WORDS_MS = 250;

/** Lines of postmaster.pid, see PostgreSQL's miscadmin.h (LOCK_FILE_LINE_*). */
async function pidFile(dataDir: string): Promise<{ pid: number; status: string } | null> {
  try {
    const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n');
    const pid = Math.abs(Number(lines[0]));
    return pid > 0 ? { pid, status: (lines[7] ?? '').trim() } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const serves = (pid: number, dataDir: string): boolean => {
  const [program = '', ...words] = commandLine(pid);
  return program.endsWith('postgres') && words[words.indexOf('-D') + 1] === dataDir;
};

async function end(pid: number, signals: readonly { name: NodeJS.Signals; milliseconds: number }[]): Promise<boolean> {
  for (const { name, milliseconds } of signals) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
      throw error;
    }
    if (await endsWithin(pid, milliseconds)) return true;
  }
  return false;
}

/** Fast shutdown, then immediate, then without asking; the log makes the last two safe (PostgreSQL, "Shutting Down the Server"). */
const SHUTDOWN = [
  { name: 'SIGINT', milliseconds: 10_000 },
  { name: 'SIGQUIT', milliseconds: 5_000 },
  { name: 'SIGKILL', milliseconds: 5_000 },
] as const;

/**
 * Ends a server that a killed owner left behind in this data directory. To be called by the owner alone.
 * @returns the pid in a stale postmaster.pid that some other program bears now, else null
 */
async function retireOrphan(dataDir: string, log: (line: string) => void): Promise<number | null> {
  const found = await pidFile(dataDir);
  if (found === null || processIdentity(found.pid) === null) return null;
  if (!serves(found.pid, dataDir)) return found.pid;
  log(`Ending the database server that an earlier process left behind (pid ${String(found.pid)}).`);
  if (await end(found.pid, SHUTDOWN)) return null;
  throw new Error(`The database server with pid ${String(found.pid)} in ${dataDir} does not end.`);
}

const serverArguments = ({ dataDir, durable }: PostmasterSettings, port: number): string[] => {
  const safety = durable ? 'on' : 'off';
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    fsync: safety,
    synchronous_commit: safety,
    full_page_writes: safety,
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '',
    lc_messages: 'C',
    // Errors of statements are the application's to tell; it expects some of them, like a lost race for a unique key.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
  };
  return [
    '-D',
    dataDir,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
};

/** One run of the database server as a child of this process. */
export class Postmaster {
  /** How the run ended, in words. */
  readonly ended: Promise<string>;
  private ending: string | null = null;
  private readonly lastLines: string[] = [];
  private readonly onProcessExit = (): void => {
    this.child.kill('SIGINT');
  };

  private constructor(
    private readonly child: ChildProcessByStdio<null, null, Readable>,
    readonly port: number,
    private readonly settings: PostmasterSettings,
  ) {
    createInterface(child.stderr).on('line', (line) => {
      this.lastLines.push(line);
      if (this.lastLines.length > 20) this.lastLines.shift();
      if (WORTH_TELLING.test(line)) settings.log(`PostgreSQL: ${line}`);
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        resolve(error.message);
      });
      child.once('exit', (code, signal) => {
        const told = (): void => {
          resolve(signal ?? `exit code ${String(code)}`);
        };
        child.once('close', told);
        // A process that outlived the postmaster holds its standard error open.
        setTimeout(told, LAST_WORDS_MS);
      });
    });
    // Any end of this process short of kill -9 takes the server along.
    process.once('exit', this.onProcessExit);
    void this.ended.then((reason) => {
      this.ending = reason;
      process.off('exit', this.onProcessExit);
    });
  }

  /**
   * Starts the server and waits until it accepts connections. What a killed predecessor left behind is waited out.
   * @throws Error with the server's last lines.
   */
  static async start(settings: PostmasterSettings): Promise<Postmaster> {
    const deadline = performance.now() + RETRY_LIMIT_MS;
    for (;;) {
      const foreignPid = await retireOrphan(settings.dataDir, settings.log);
      await endStrays(settings.dataDir);
      const postmaster = Postmaster.launch(settings, await settings.choosePort(), foreignPid);
      const failure = await postmaster.failureToStart();
      if (failure === null) return postmaster;
      const lines = postmaster.lastLines.join('\n');
      if (!PASSES_BY_ITSELF.test(lines) || performance.now() > deadline) {
        throw new Error(`The database server did not start (${failure}):\n${lines}`);
      }
      await wait(200);
    }
  }

  /** Ends the run in good order; answers when the server is gone. */
  async stop(): Promise<void> {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      await end(this.child.pid, SHUTDOWN);
    }
    await this.ended;
  }

  private static launch(settings: PostmasterSettings, port: number, foreignPid: number | null): Postmaster {
    const env = {
      PATH: '/usr/bin:/bin',
      LC_ALL: 'C',
      TZ: 'UTC',
      // PostgreSQL holds a living pid in postmaster.pid for a server unless it is its own ancestor's; this is the way in
      // which pg_ctl names one (miscinit.c). Deleting the file instead would also skip the check for living children.
      ...(foreignPid === null ? {} : { PG_GRANDPARENT_PID: String(foreignPid) }),
    };
    const child = spawn(settings.binaries.postgres, serverArguments(settings, port), {
      ...settings.account.ids,
      cwd: '/',
      env,
      // A session of its own: Ctrl-C must reach the application, which stops the server last.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new Postmaster(child, port, settings);
  }

  private async failureToStart(): Promise<string | null> {
    const started = performance.now();
    let notice = started + RECOVERY_NOTICE_MS;
    while (this.ending === null) {
      const found = await pidFile(this.settings.dataDir);
      if (found?.pid === this.child.pid && found?.status === 'ready') return null;
      if (performance.now() > notice) {
        this.settings.log('The database server is still recovering from its last end.');
        notice += RECOVERY_NOTICE_MS;
      }
      if (performance.now() - started > RECOVERY_LIMIT_MS) {
        await this.stop();
        return 'not ready within ten minutes';
      }
      await wait(10);
    }
    return this.ending;
  }
}
