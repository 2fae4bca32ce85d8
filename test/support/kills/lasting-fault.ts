import { setTimeout as pause } from 'node:timers/promises';

interface Lasting {
  /** @returns whether it could begin */
  readonly begin: () => boolean | Promise<boolean>;
  readonly end: () => void | Promise<void>;
}

/** Something that is wrong for a while, during which other things go wrong too. */
export class LastingFault {
  private ending: Promise<void> | null = null;

  constructor(private readonly fault: Lasting) {}

  /** Begins it, unless it lasts already. @param ms until it ends by itself @returns 1 when it began */
  async strike(ms: number): Promise<number> {
    if (this.ending || !(await this.fault.begin())) return 0;
    this.ending = pause(ms)
      .then(() => this.fault.end())
      .finally(() => {
        this.ending = null;
      });
    return 1;
  }

  /** Resolves when nothing is wrong. */
  async over(): Promise<void> {
    await this.ending;
  }
}

/** A process that stands still. @param pid of the one that is to, null where none lives */
export const standstill = (pid: () => number | null): LastingFault => {
  let stopped: number | null = null;
  const signal = (name: NodeJS.Signals): boolean => {
    if (stopped === null) return false;
    try {
      return process.kill(stopped, name);
    } catch {
      // It was killed meanwhile.
      return false;
    }
  };
  return new LastingFault({
    begin: () => {
      stopped = pid();
      return signal('SIGSTOP');
    },
    end: () => {
      signal('SIGCONT');
    },
  });
};
