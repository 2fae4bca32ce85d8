import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Member } from './member.js';

/** Something that can go wrong. */
export interface Target {
  readonly kind: string;
  /** Whether a strike is a kill -9; else it is a fault of another kind. */
  readonly kills: boolean;
  /** How often it is chosen, in relation to the others. */
  readonly weight: number;
  /** The process that is started again afterwards; null where none is. */
  readonly member: Member | null;
  /** @returns how many were struck: none where there was nothing to strike */
  readonly strike: () => Promise<number>;
}

/** Everything that runs for one drill. */
export interface Site {
  readonly name: string;
  /** Of the APIs; the same after each restart. */
  readonly origins: readonly string[];
  readonly home: string;
  readonly members: readonly Member[];
  readonly targets: readonly Target[];
  /** What the table tells of the machine. */
  readonly notes: Readonly<Record<string, string>>;
  /** Where the database answers; it is started from here if no member runs it. */
  readonly database: () => Promise<string>;
  /** Resolves when nothing is wrong any more that lasts. */
  readonly calm: () => Promise<void>;
  /** Ends whatever is left and removes the folder. */
  readonly close: () => Promise<void>;
}

/** Short times, so that takeovers and retries happen while the next strike is on its way. */
export const ENVIRONMENT = {
  SIMULATOR: 'on',
  LOG_LEVEL: 'error',
  WORKER_LEASE_SECONDS: '1.5',
  RETRY_BASE_SECONDS: '0.05',
  RENDER_THREADS: '1',
  SHUTDOWN_GRACE_SECONDS: '5',
} as const;

export const makeHome = async (): Promise<string> => {
  const home = await mkdtemp(join(tmpdir(), 'darkroom-kills-'));
  // The server may run as another account, which has to get in.
  await chmod(home, 0o755);
  return home;
};

export const asCount = async (struck: boolean | Promise<boolean>): Promise<number> => ((await struck) ? 1 : 0);
