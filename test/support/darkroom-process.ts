import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DarkroomOptions {
  /** Added to the environment; PORT is a free one unless given. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that outlives the process; one of its own, removed by `stop`, when absent. */
  readonly home?: string;
}

/** How a process ended: one of both is null. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that was started and may not be ready yet, or never. */
export interface SpawnedDarkroom {
  readonly pid: number;
  /** Resolves to the origin of the API, empty without the role. @throws Error with the output when it ends or takes too long */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ending>;
  /** What it wrote so far, both streams. */
  output(): string;
  /** @returns false when the process is gone already */
  signal(signal: NodeJS.Signals): boolean;
}

export interface DarkroomProcess {
  /** Origin of the API; empty for a process without the role. */
  readonly url: string;
  /** Origin of the port for operators. */
  readonly opsUrl: string;
  readonly home: string;
  readonly pid: number;
  /** What it wrote so far, both streams. */
  output(): string;
  /** Sends a signal and waits for the end. @returns the exit code, null after a kill */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** SIGTERM, then the folder is removed if it was the process's own. */
  stop(): Promise<number | null>;
}

const START_LIMIT_MS = 120_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The build under test; another folder than dist/ while somebody else builds there. */
export const DIST = resolve(ROOT, process.env['DARKROOM_TEST_DIST'] ?? 'dist');

/** The environment of every spawned program: nothing of the developer's own settings. */
export const cleanEnvironment = (env: Readonly<Record<string, string>>): Record<string, string> => ({
  ...Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR'].flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
  ),
  ...env,
});

const READY = /Darkroom (is ready\.[\s\S]*Artifacts .*\n|runs as .*\n)/;

const untilReady = (child: ChildProcess, output: () => string): Promise<string> =>
  new Promise((resolveReady, reject) => {
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('exit', onExit);
      if (error) reject(error);
      else resolveReady(/API\s+(http:\S+?)\/api/.exec(output())?.[1] ?? '');
    };
    const look = (): void => {
      if (READY.test(output())) settle();
    };
    const onExit = (code: number | null): void => {
      settle(new Error(`Darkroom ended with ${String(code)} before it was ready:\n${output()}`));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle(new Error(`Darkroom was not ready within ${String(START_LIMIT_MS)} ms:\n${output()}`));
    }, START_LIMIT_MS);
    child.stdout?.on('data', look);
    child.once('exit', onExit);
  });

/** Runs the build with its data in `home`; without source maps, as reading them takes a tenth of each of hundreds of starts. */
export const spawnDarkroom = (home: string, env: Readonly<Record<string, string>>): SpawnedDarkroom => {
  const child = spawn(process.execPath, [join(DIST, 'main.js')], {
    env: cleanEnvironment({
      PORT: '0',
      OPS_PORT: '0',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      DARKROOM_HOME: home,
      ...env,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ready = untilReady(child, () => output);
  // Whoever kills a process on its way does not wait for it.
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready,
    ended: new Promise((resolveEnded) => {
      child.once('exit', (code, signal) => {
        resolveEnded({ code, signal });
      });
    }),
    output: () => output,
    signal: (signal) => child.exitCode === null && child.signalCode === null && child.kill(signal),
  };
};

/** Runs the build as a user would, and waits until it says that it is ready. */
export const startDarkroom = async ({ env = {}, home }: DarkroomOptions = {}): Promise<DarkroomProcess> => {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'darkroom-')));
  const spawned = spawnDarkroom(folder, env);
  const url = await spawned.ready;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    spawned.signal(signal);
    return (await spawned.ended).code;
  };
  return {
    url,
    opsUrl: /(?:Metrics|probes on)\s+(http:\S+?)(?:\/metrics)?\n/.exec(spawned.output())?.[1] ?? '',
    home: folder,
    pid: spawned.pid,
    output: () => spawned.output(),
    end,
    stop: async () => {
      const code = await end('SIGTERM');
      if (home === undefined) await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
};

/** Asks again and again until the answer satisfies. @throws Error with the last answer after the deadline (ms) */
export const eventually = async <T>(
  ask: () => Promise<T>,
  satisfies: (answer: T) => boolean,
  deadlineMs = 15_000,
): Promise<T> => {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`Not within ${String(deadlineMs)} ms; the last answer was ${JSON.stringify(answer)}`);
    await new Promise((next) => setTimeout(next, 20));
  }
};
