import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { surviveBrokenConnections } from '../../src/platform/database/data-source.js';
import { databaseUrl, TEMPLATE } from './database-url.js';

/** A database of one suite: a copy of the migrated template. */
export interface TestDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Closes the pool and drops the database, with whoever is still connected. */
  drop(): Promise<void>;
}

/** URL of the run's server, with the right to create databases. */
export function testServerUrl(): string {
  const url = process.env['DARKROOM_TEST_SERVER'];
  if (url === undefined)
    throw new Error('There is no test database server: run this suite in a Jest project that has it.');
  return url;
}

/** Runs a statement that concerns whole databases. */
export async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServerUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `darkroom_test_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name} template ${template}`);
  const url = databaseUrl(testServerUrl(), name);
  const pool = surviveBrokenConnections(new pg.Pool({ connectionString: url, max: 20 }));
  // A test that restarts the server or drops the database breaks idle connections, which is no failure.
  pool.on('error', () => undefined);
  return {
    url,
    pool,
    drop: async () => {
      if (!pool.ended) await pool.end();
      await onServer(`drop database if exists ${name} with (force)`);
    },
  };
}

/** A copy of the migrated template. */
export const freshDatabase = (): Promise<TestDatabase> => createDatabase(TEMPLATE);

/** A database without anything in it, to test migrations themselves. */
export const emptyDatabase = (): Promise<TestDatabase> => createDatabase('template0');
