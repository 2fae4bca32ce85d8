import { DataSource, type DataSourceOptions } from 'typeorm';
import type { MigrationClass } from './migrations.js';

/** How this process talks to one database. */
export interface DatabaseConnection {
  /** `postgresql://user:password@host:port/database` */
  readonly url: string;
  /** Largest number of pooled connections; at least 2, as migrations hold one. */
  readonly poolSize: number;
  readonly migrations: readonly MigrationClass[];
  /** Told of a pooled connection that broke while idle; pg replaces it on its own. */
  readonly onConnectionLost: (error: Error) => void;
}

/** The options of the one TypeORM data source: no entities, the schema comes from migrations alone. */
export const dataSourceOptions = (connection: DatabaseConnection): DataSourceOptions => ({
  type: 'postgres',
  url: connection.url,
  poolSize: connection.poolSize,
  applicationName: 'darkroom',
  connectTimeoutMS: 30_000,
  entities: [],
  migrations: [...connection.migrations],
  synchronize: false,
  // The store's ids come from gen_random_uuid() or the application; no extension is installed behind the migrations' back.
  installExtensions: false,
  poolErrorHandler: connection.onConnectionLost,
  extra: { keepAlive: true },
});

/** Connects for a task outside of Nest; the caller destroys the data source. */
export async function connect(connection: DatabaseConnection): Promise<DataSource> {
  return new DataSource(dataSourceOptions(connection)).initialize();
}
