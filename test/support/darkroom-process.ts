import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface DarkroomOptions {
  /** Added to the environment; PORT is a free one unless given. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that outlives the process; one of its own, removed by `stop`, when absent. */
  readonly home?: string;
}

export interface DarkroomProcess {
  /** Origin of the API; empty for a process without the role. */
  readonly url: string;
  readonly home: string;
  readonly pid: number;
  /** What it wrote so far, both streams. */
  output(): string;
  /** Sends a signal and waits for the end. @returns the exit code, null after a kill */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** SIGTERM, then the folder is removed if it was the process's own. */
  stop(): Promise<number | null>;
}

const START_LIMIT_MS = 60_000;
const MAIN = resolve(__dirname, '../../dist/main.js');

/** Runs the build as a user would, and waits until it says that it is ready. */
export const startDarkroom = async ({ env = {}, home }: DarkroomOptions = {}): Promise<DarkroomProcess> => {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'darkroom-')));
  const inherited = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR'].flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
  );
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: { ...inherited, PORT: '0', LOG_LEVEL: 'warn', LOG_FORMAT: 'json', DARKROOM_HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await ready(child, () => output);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url: /API\s+(http:\S+?)\/api/.exec(output)?.[1] ?? '',
    home: folder,
    pid: child.pid ?? 0,
    output: () => output,
    end,
    stop: async () => {
      const code = await end('SIGTERM');
      if (home === undefined) await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
};

const READY = /Darkroom (is ready\.[\s\S]*Artifacts .*\n|runs as .*\n)/;

const ready = (child: ChildProcess, output: () => string): Promise<void> =>
  new Promise((resolveReady, reject) => {
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('exit', onExit);
      if (error) reject(error);
      else resolveReady();
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
