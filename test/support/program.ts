import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether a program is on the PATH of this machine. */
export const isOnPath = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => executable(join(folder, name)));

/** What the watching of a platform needs: Debian's packages `prometheus` and `prometheus-alertmanager`. */
export const MONITORING = ['prometheus', 'promtool', 'prometheus-alertmanager', 'amtool'] as const;

/** Runs a program to its end. @returns its exit code, and what it wrote to its first stream and to both */
export const ran = (
  program: string,
  parameters: readonly string[],
  input = '',
): { code: number; answer: string; output: string } => {
  const { status, stdout, stderr } = spawnSync(program, parameters, { input, encoding: 'utf8' });
  return { code: status ?? -1, answer: stdout, output: `${stdout}${stderr}` };
};

/** A program that runs until it is ended. */
export class Daemon {
  private text = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.text += chunk.toString();
      });
  }

  /** @param env is added to that of this process */
  static start(program: string, parameters: readonly string[], env: Readonly<Record<string, string>> = {}): Daemon {
    return new Daemon(
      spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } }),
    );
  }

  /** What it wrote so far, both streams. */
  get output(): string {
    return this.text;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async end(): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
