import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres.js';
import { freePort } from '../../../src/platform/database/free-port.js';
import { endAllOf } from '../database-process.js';
import { Member } from './member.js';
import { killPostmaster, killServerProcess } from './postgres-kills.js';
import type { Random } from './random.js';
import { asCount, ENVIRONMENT, makeHome, type Site } from './site.js';
import { openEmbedded } from './struck-database.js';

const clusterFolder = async (home: string): Promise<string> =>
  join(home, (await readdir(home)).find((name) => name === 'postgres') ?? 'no-cluster-yet');

/** One process with every role and its embedded database, which outlives a kill as an orphan or dies along. */
export const singleProcess = async (random: Random): Promise<Site> => {
  const home = await makeHome();
  const port = await freePort(null);
  const all = new Member('darkroom', home, () => ({ ...ENVIRONMENT, ROLE: 'all', PORT: String(port) }));
  let database: EmbeddedPostgres | null = null;
  const killDatabase = async (): Promise<number> => asCount(killPostmaster(await clusterFolder(home)));
  return {
    name: 'one process with its embedded database',
    origins: [`http://127.0.0.1:${String(port)}`],
    home,
    notes: {},
    members: [all],
    targets: [
      { kind: 'whole process', kills: true, weight: 6, member: all, strike: () => asCount(all.kill()) },
      {
        kind: 'process and database',
        kills: true,
        weight: 4,
        member: all,
        strike: async () => {
          const databaseFirst = random.chance(0.5);
          const before = databaseFirst ? await killDatabase() : 0;
          const struck = await asCount(all.kill());
          return before + struck + (databaseFirst ? 0 : await killDatabase());
        },
      },
      { kind: 'postmaster', kills: true, weight: 2, member: null, strike: killDatabase },
      {
        kind: 'database backend',
        kills: true,
        weight: 2,
        member: null,
        strike: async () => asCount(killServerProcess(await clusterFolder(home), random)),
      },
    ],
    database: async () => {
      database = await openEmbedded(home);
      return database.url;
    },
    calm: () => Promise.resolve(),
    close: async () => {
      await all.stop();
      await database?.stop();
      await endAllOf(home);
      await rm(home, { recursive: true, force: true });
    },
  };
};
