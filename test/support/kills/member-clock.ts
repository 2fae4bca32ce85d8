import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PRELOAD = pathToFileURL(join(__dirname, 'jumping-clock.mjs')).href;

/** The calendar of one process, which stays wrong over its restarts as that of a machine would. */
export class MemberClock {
  private readonly file: string;

  constructor(home: string, name: string) {
    this.file = join(home, `clock-${name.replaceAll(' ', '-')}`);
  }

  /** What makes a process go by this clock. */
  get env(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import=${PRELOAD}`, DARKROOM_TEST_CLOCK: this.file };
  }

  /** @param offsetMs from the real time */
  set(offsetMs: number): void {
    // Never read half.
    writeFileSync(`${this.file}.new`, String(offsetMs));
    renameSync(`${this.file}.new`, this.file);
  }
}
