import { Pool, type PoolClient } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { MigrationClass } from './migrations.js';

/** How this process talks to one database. */
export interface DatabaseConnection {
  /** `postgresql://user:password@host:port/database` */
  readonly url: string;
  /** Largest number of pooled connections; at least 2, as migrations hold one. */
  readonly poolSize: number;
  readonly migrations: readonly MigrationClass[];
  /** Milliseconds after which a statement that is not answered fails and its connection is given up. */
  readonly statementMs: number;
  /** Told of a pooled connection that broke while idle; pg replaces it on its own. */
  readonly onConnectionLost: (error: Error) => void;
}

/**
 * Of a process that serves: a server or a network that fell silent would otherwise hold a request, a job or a shutdown for ever. Nothing
 * that a request or a job asks for takes a second; the log's own limits are shorter.
 */
export const STATEMENT_MS = 30_000;

/** Of migrations, which may rewrite a table, and wait for another process that migrates. */
export const MIGRATION_MS = 3_600_000;

/** The options of the one TypeORM data source: no entities, the schema comes from migrations alone. */
export const dataSourceOptions = (connection: DatabaseConnection): DataSourceOptions => ({
  type: 'postgres',
  url: connection.url,
  poolSize: connection.poolSize,
  applicationName: 'darkroom',
  connectTimeoutMS: 5_000,
  entities: [],
  migrations: [...connection.migrations],
  synchronize: false,
  logging: false,
  // Its default prints to the console even then; this one is silent without DEBUG=typeorm:*.
  logger: 'debug',
  // The store's ids come from gen_random_uuid() or the application; no extension is installed behind the migrations' back.
  installExtensions: false,
  poolErrorHandler: connection.onConnectionLost,
  extra: {
    query_timeout: connection.statementMs,
    keepAlive: true,
    // The system's own two hours are for lines that cost money.
    keepAliveInitialDelayMillis: 10_000,
  },
});

/** Connects for a task outside of Nest; the caller destroys the data source. */
export async function connect(connection: DatabaseConnection): Promise<DataSource> {
  return new DataSource(dataSourceOptions(connection)).initialize();
}

/**
 * pg takes its own error listener off a connection while somebody holds it, so a server that dies then would end the
 * process. The holder's query fails all the same, and pg puts a new connection in its place.
 */
export function surviveBrokenConnections(pool: Pool): Pool {
  const guarded = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (guarded.has(client)) return;
    guarded.add(client);
    client.on('error', () => undefined);
  });
  return pool;
}

/** The pool behind a connected data source, so that TypeORM and plain SQL share one set of connections. */
export function poolOf(dataSource: DataSource): Pool {
  const pool: unknown = (dataSource.driver as PostgresDriver).master;
  if (!(pool instanceof Pool)) throw new Error('The data source is not connected.');
  return surviveBrokenConnections(pool);
}
