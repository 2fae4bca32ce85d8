import { execFile } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SIZE = '1g';
const TRIES = 50;

/** The folder of the artifacts, as a disk that can be full. */
export interface TightDisk {
  /** How it becomes full, for the table. */
  readonly by: string;
  /** Nothing more can be written. @returns whether that could be brought about */
  fill(): Promise<boolean>;
  free(): Promise<void>;
  /** Without it nothing is left behind when the folder is removed. */
  close(): Promise<void>;
}

const succeeds = async (command: string, parameters: readonly string[]): Promise<boolean> =>
  run(command, parameters).then(
    () => true,
    () => false,
  );

/** A file system of its own that is made as small as what it holds. */
class SmallFileSystem implements TightDisk {
  readonly by = 'tmpfs';

  constructor(private readonly folder: string) {}

  async fill(): Promise<boolean> {
    // What is written between the look and the change makes the size too small, which is refused.
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const { bsize, blocks, bfree } = await statfs(this.folder);
      if (await this.resize(String(Math.max(1, blocks - bfree) * bsize))) return true;
      await pause(10);
    }
    return false;
  }

  async free(): Promise<void> {
    await this.resize(SIZE);
  }

  async close(): Promise<void> {
    await succeeds('umount', ['--lazy', this.folder]);
  }

  private resize(size: string): Promise<boolean> {
    return succeeds('mount', ['-o', `remount,size=${size}`, this.folder]);
  }
}

/** Where nothing may be mounted: the processes may write no file of more than a byte, which fails as a full disk does (EFBIG). */
class SmallFiles implements TightDisk {
  readonly by = 'prlimit';

  constructor(private readonly pids: () => readonly number[]) {}

  fill(): Promise<boolean> {
    return this.limit('1');
  }

  async free(): Promise<void> {
    await this.limit('unlimited');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async limit(soft: string): Promise<boolean> {
    const done = await Promise.all(
      this.pids().map((pid) => succeeds('prlimit', ['--pid', String(pid), `--fsize=${soft}:unlimited`])),
    );
    return done.includes(true);
  }
}

/** @param pids of the processes that write there @returns null where the machine offers neither way */
export const openTightDisk = async (folder: string, pids: () => readonly number[]): Promise<TightDisk | null> => {
  await mkdir(folder, { recursive: true });
  if (await succeeds('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0755`, 'tmpfs', folder]))
    return new SmallFileSystem(folder);
  return (await succeeds('prlimit', ['--version'])) ? new SmallFiles(pids) : null;
};
