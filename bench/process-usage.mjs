import { readFileSync, readdirSync } from 'node:fs';
import { cpuUsage } from 'node:process';

/** Linux counts a process's time in hundredths of a second (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Fields of /proc/PID/stat after the name, which may hold spaces; null for a process that is gone. */
const statOf = (pid) => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [user, system, deadChildrenUser, deadChildrenSystem] = fields.slice(11, 15).map(Number);
    return { parent: Number(fields[1]), own: user + system, deadChildren: deadChildrenUser + deadChildrenSystem };
  } catch {
    return null;
  }
};

/** CPU seconds of one process so far; null where the system has no /proc. */
export const cpuSeconds = (pid) => {
  const stat = statOf(pid);
  return stat && stat.own / TICKS_PER_SECOND;
};

/** CPU seconds so far of a PostgreSQL server: its postmaster with all processes that it has or had. */
export const serverCpuSeconds = (postmaster) => {
  const stat = statOf(postmaster);
  if (!stat) return null;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((each) => each?.parent === postmaster);
  return children.reduce((sum, { own }) => sum + own, stat.own + stat.deadChildren) / TICKS_PER_SECOND;
};

/** Resident memory in MiB; null where the system has no /proc. */
export const residentMiB = (pid) => {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return null;
  }
};

/** CPU seconds of this process so far. */
export const ownCpuSeconds = () => {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
};
