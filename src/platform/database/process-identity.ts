import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

const ps = (pid: number, column: string): string | null => {
  try {
    return execFileSync('/bin/ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
};

const answersSignals = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Fields of /proc/<pid>/stat from the third on; the second, the name, may itself hold blanks and brackets (proc(5)). */
const procStat = (pid: number): string[] | null => {
  const stat = read(`/proc/${String(pid)}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/**
 * What tells a process from every other one that ever bore its pid: boot and start time; null when it is dead or a zombie.
 * Pids are given out again, so a pid alone proves nothing about who wrote a file.
 */
export function processIdentity(pid: number): string | null {
  if (!answersSignals(pid)) return null;
  if (process.platform !== 'linux') {
    const state = ps(pid, 'stat');
    return state === null || state.startsWith('Z') ? null : ps(pid, 'lstart');
  }
  const fields = procStat(pid);
  const state = fields?.[0];
  if (fields === null || state === undefined || 'ZX'.includes(state)) return null;
  return `${(read('/proc/sys/kernel/random/boot_id') ?? '').trim()}/${fields[19] ?? ''}`;
}

/** Arguments of a living process, the program first; empty when it cannot be told. */
export function commandLine(pid: number): string[] {
  if (process.platform === 'linux') {
    const words = read(`/proc/${String(pid)}/cmdline`)?.split('\0') ?? [];
    return words.slice(0, -1);
  }
  return ps(pid, 'command')?.split(' ') ?? [];
}

/** Whether the process ended within the time; a zombie counts as ended. */
export async function endsWithin(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (processIdentity(pid) !== null) {
    if (performance.now() > deadline) return false;
    await wait(20);
  }
  return true;
}
