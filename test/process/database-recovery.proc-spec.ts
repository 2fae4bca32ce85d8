import { chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { endAllOf, isGone, serverPid } from '../support/database-process.js';
import { until } from '../support/until.js';

const ask = async (url: string, sql: string): Promise<pg.QueryResultRow[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** Command lines of the processes that a server has started. */
const children = async (postmaster: number): Promise<string[]> => {
  const pids = await readFile(`/proc/${String(postmaster)}/task/${String(postmaster)}/children`, 'utf8');
  return Promise.all(pids.split(' ').map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
};

const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('a database server that had an accident', () => {
  let home: string;
  let database: EmbeddedPostgres;

  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ home, binDir: null, durable: true, log: () => undefined });

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'darkroom-recovery-'));
    await chmod(home, 0o755);
    database = await start();
  });
  afterEach(async () => {
    await database.stop();
    await endAllOf(home);
    await rm(home, { recursive: true, force: true });
  });

  it('is back within seconds when it was killed while it recovered, although a process that outlived it waits for a minute', async () => {
    await ask(database.url, 'create table kept as select generate_series(1, 1000) as n');
    for (let round = 0; round < 3; round += 1) {
      const postmaster = await serverPid(database.dataDir);
      const [row] = await ask(database.url, `select pid from pg_stat_activity where backend_type = 'checkpointer'`);
      process.kill(Number(row?.['pid']), 'SIGKILL');
      await until(
        'it recovers from the loss of a process',
        async () => (await children(postmaster)).some((name) => name.startsWith('postgres: startup')),
        5_000,
      );
      process.kill(postmaster, 'SIGKILL');
      await until('it is gone', () => isGone(postmaster));
      await until(
        'it answers again',
        () =>
          ask(database.url, 'select count(*)::int as n from kept').then(
            (rows) => rows[0]?.['n'] === 1000,
            () => false,
          ),
        15_000,
      );
    }
  });

  it('keeps its port over a start that failed', async () => {
    await database.stop();
    const needed = join(database.dataDir, 'pg_wal');
    await rename(needed, `${needed}.aside`);
    await expect(start()).rejects.toThrow('The database server did not start');
    await rename(`${needed}.aside`, needed);
    const { url } = database;
    database = await start();
    expect(database.url).toBe(url);
  });
});
