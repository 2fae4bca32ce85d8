import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { ROOT, built } from './build.mjs';

/** @returns the first row */
const ask = async (url, sql) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
};

const FAREWELL_MS = 5_000;

const OTHERS = `select count(*)::int as others from pg_stat_activity
                 where backend_type = 'client backend' and pid <> pg_backend_pid()`;

/** A pool has ended before its sockets are closed, and a server that stops meanwhile would break them. */
const untilAlone = async (url) => {
  const deadline = Date.now() + FAREWELL_MS;
  while ((await ask(url, OTHERS)).others > 0 && Date.now() < deadline) await setTimeout(20);
};

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** What benchmarks left behind that were interrupted. */
const sweep = async (parent) => {
  for (const name of await readdir(parent)) {
    const [, pid] = /^bench-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
};

/**
 * The embedded PostgreSQL as users run it, in a home of its own that `remove` takes away. The home lies in the project: a temporary
 * folder of the system may be memory, where a commit costs nothing.
 * @throws Error when the server would acknowledge what a power cut takes
 */
export const startDatabase = async () => {
  const { startEmbeddedPostgres } = await built('platform/database/embedded-postgres.js');
  const parent = join(ROOT, '.darkroom');
  await mkdir(parent, { recursive: true });
  await sweep(parent);
  const home = await mkdtemp(join(parent, `bench-${process.pid}-`));
  await chmod(home, 0o755);
  const server = await startEmbeddedPostgres({ home, binDir: null, durable: true, log: () => undefined });
  const remove = async () => {
    await untilAlone(server.url);
    await server.stop();
    for (const folder of [home, server.dataDir]) await rm(folder, { recursive: true, force: true });
  };
  try {
    const settings = await ask(
      server.url,
      `select current_setting('server_version') as postgres, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as synchronous_commit`,
    );
    if (settings.fsync !== 'on' || settings.synchronous_commit !== 'on') throw new Error('The server is not durable.');
    const postmaster = Number((await readFile(join(server.dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    return { home, url: server.url, postgres: settings.postgres, postmaster, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};

/** Makes an empty database on the server. @returns its URL */
export const createDatabase = async (serverUrl, name) => {
  await ask(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};

/** Brings a database to the schema of this build. */
export const migrateDatabase = async (url) => {
  const { connect, MIGRATION_MS } = await built('platform/database/data-source.js');
  const { migrate, readMigrations } = await built('platform/database/migrations.js');
  const dataSource = await connect({
    url,
    poolSize: 2,
    migrations: await readMigrations(),
    statementMs: MIGRATION_MS,
    onConnectionLost: () => undefined,
  });
  try {
    await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
};
