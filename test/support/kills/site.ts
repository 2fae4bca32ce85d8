import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres.js';
import { freePort } from '../../../src/platform/database/free-port.js';
import { endAllOf } from '../database-process.js';
import { Member } from './member.js';
import { killPostmaster, killServerProcess } from './postgres-kills.js';
import type { Random } from './random.js';
import { openEmbedded, StruckDatabase } from './struck-database.js';

/** Something that can be killed. */
export interface Target {
  readonly kind: 'api' | 'worker' | 'postmaster' | 'database backend' | 'whole process' | 'process and database';
  /** How often it is chosen, in relation to the others. */
  readonly weight: number;
  /** The process that is started again afterwards; null for the database's own. */
  readonly member: Member | null;
  /** @returns how many processes were killed */
  readonly strike: () => Promise<number>;
}

/** Everything that runs for one drill. */
export interface Site {
  readonly name: string;
  /** Of the API; the same after each restart. */
  readonly origin: string;
  readonly home: string;
  readonly members: readonly Member[];
  readonly targets: readonly Target[];
  /** Where the database answers; it is started from here if no member runs it. */
  readonly database: () => Promise<string>;
  /** Ends whatever is left and removes the folder. */
  readonly close: () => Promise<void>;
}

/** Short times, so that takeovers and retries happen while the next kill is on its way. */
const ENVIRONMENT = {
  SIMULATOR: 'on',
  LOG_LEVEL: 'error',
  WORKER_LEASE_SECONDS: '1.5',
  RETRY_BASE_SECONDS: '0.05',
  RENDER_THREADS: '1',
  SHUTDOWN_GRACE_SECONDS: '5',
} as const;

const makeHome = async (): Promise<string> => {
  const home = await mkdtemp(join(tmpdir(), 'darkroom-kills-'));
  // The server may run as another account, which has to get in.
  await chmod(home, 0o755);
  return home;
};

const asCount = async (struck: boolean | Promise<boolean>): Promise<number> => ((await struck) ? 1 : 0);

const clusterFolder = async (home: string): Promise<string> =>
  join(home, (await readdir(home)).find((name) => name === 'postgres') ?? 'no-cluster-yet');

/** One API process, two that work and project, and a database that is supervised from here. */
export const separateProcesses = async (random: Random): Promise<Site> => {
  const home = await makeHome();
  const database = await StruckDatabase.open(home);
  const port = await freePort(null);
  const env = (role: string) => () => ({
    ...ENVIRONMENT,
    ROLE: role,
    PORT: String(port),
    DATABASE_URL: database.url,
  });
  const api = new Member('api', home, env('api'));
  const workers = ['worker A', 'worker B'].map((name) => new Member(name, home, env('worker,projector')));
  const members = [api, ...workers];
  return {
    name: 'API, two workers and a database',
    origin: `http://127.0.0.1:${String(port)}`,
    home,
    members,
    targets: [
      { kind: 'api', weight: 2, member: api, strike: () => asCount(api.kill()) },
      ...workers.map((worker): Target => ({
        kind: 'worker',
        weight: 4,
        member: worker,
        strike: () => asCount(worker.kill()),
      })),
      { kind: 'postmaster', weight: 2, member: null, strike: () => asCount(killPostmaster(database.dataDir)) },
      {
        kind: 'database backend',
        weight: 3,
        member: null,
        strike: () => asCount(killServerProcess(database.dataDir, random)),
      },
    ],
    database: () => Promise.resolve(database.url),
    close: async () => {
      await Promise.all(members.map((member) => member.stop()));
      await database.close();
      await endAllOf(home);
      await rm(home, { recursive: true, force: true });
    },
  };
};

/** One process with every role and its embedded database, which outlives a kill as an orphan or dies along. */
export const singleProcess = async (random: Random): Promise<Site> => {
  const home = await makeHome();
  const port = await freePort(null);
  const all = new Member('darkroom', home, () => ({ ...ENVIRONMENT, ROLE: 'all', PORT: String(port) }));
  let database: EmbeddedPostgres | null = null;
  const killDatabase = async (): Promise<number> => asCount(killPostmaster(await clusterFolder(home)));
  return {
    name: 'one process with its embedded database',
    origin: `http://127.0.0.1:${String(port)}`,
    home,
    members: [all],
    targets: [
      { kind: 'whole process', weight: 6, member: all, strike: () => asCount(all.kill()) },
      {
        kind: 'process and database',
        weight: 4,
        member: all,
        strike: async () => {
          const databaseFirst = random.chance(0.5);
          const before = databaseFirst ? await killDatabase() : 0;
          const struck = await asCount(all.kill());
          return before + struck + (databaseFirst ? 0 : await killDatabase());
        },
      },
      { kind: 'postmaster', weight: 2, member: null, strike: killDatabase },
      {
        kind: 'database backend',
        weight: 2,
        member: null,
        strike: async () => asCount(killServerProcess(await clusterFolder(home), random)),
      },
    ],
    database: async () => {
      database = await openEmbedded(home);
      return database.url;
    },
    close: async () => {
      await all.stop();
      await database?.stop();
      await endAllOf(home);
      await rm(home, { recursive: true, force: true });
    },
  };
};
