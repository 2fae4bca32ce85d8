import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect, MIGRATION_MS } from '../../src/platform/database/data-source.js';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { migrate, readMigrations } from '../../src/platform/database/migrations.js';
import { databaseUrl, TEMPLATE } from './database-url.js';

/**
 * The database server of one test run, in a process of its own: it ends itself when the channel to Jest closes, so it
 * cannot outlive a run that fails or is killed.
 */
async function openServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) {
    if (!new URL(given).pathname.includes('test')) {
      throw new Error(
        'TEST_DATABASE_URL names a database without "test" in its name; tests do not touch such a server.',
      );
    }
    return { url: given, close: () => Promise.resolve() };
  }
  const home = await mkdtemp(join(tmpdir(), 'darkroom-test-'));
  await chmod(home, 0o755);
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({ home, binDir: null, durable: false, log: (line) => lines.push(line) });
    return { url: server.url, close: () => server.stop().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`drop database if exists ${TEMPLATE} with (force)`);
    await client.query(`create database ${TEMPLATE}`);
  } finally {
    await client.end();
  }
  const dataSource = await connect({
    url: databaseUrl(serverUrl, TEMPLATE),
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
}

async function serve(): Promise<void> {
  // Ctrl-C and a killed process group reach this process too; the channel decides, so that the folder is always removed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const orphaned = new Promise((resolve) => process.once('disconnect', resolve));
  const server = await openServer();
  try {
    await makeTemplate(server.url);
    // With a callback, a channel that closed meanwhile is no error: the run is over, and the folder still has to go.
    process.send?.({ url: server.url }, undefined, undefined, () => undefined);
    if (process.connected) await orphaned;
  } finally {
    await server.close();
  }
}

serve().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
