import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { connect, type DatabaseConnection, dataSourceOptions, poolOf } from './data-source.js';
import { DatabaseServer } from './database-server.js';
import { migrate, readMigrations } from './migrations.js';
import { Notifications } from './notifications.js';

const logger = new Logger('Database');

const connection = (
  url: string,
  poolSize: number,
  migrations: DatabaseConnection['migrations'],
): DatabaseConnection => ({
  url,
  poolSize,
  migrations,
  onConnectionLost: (error) => {
    logger.warn(`A database connection broke: ${error.message}`);
  },
});

/** Migrated before anybody can ask for a connection; a process that cannot migrate must not leave a server behind. */
async function startMigrated(config: Config): Promise<DatabaseServer> {
  const server = await DatabaseServer.start(config);
  let dataSource: DataSource | null = null;
  try {
    dataSource = await connect(connection(server.url, 2, await readMigrations()));
    const ran = await migrate(dataSource);
    if (ran.length > 0) logger.log(`Migrated the database: ${ran.join(', ')}.`);
    await dataSource.destroy();
    return server;
  } catch (error) {
    await dataSource?.destroy();
    await server.stop();
    throw error;
  }
}

/**
 * The database for every module: `DataSource` and `Pool` (one set of connections), `Notifications`, `DatabaseServer`.
 * Nest ends global modules in the reverse order of their import, so this one is to be imported right after the
 * configuration: then the others are through with the database when it closes.
 */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config, DatabaseServer],
      useFactory: (config: Config, server: DatabaseServer) => ({
        ...dataSourceOptions(connection(server.url, config.get('DATABASE_POOL_SIZE'), [])),
        toRetry: () => false,
      }),
    }),
  ],
  providers: [
    { provide: DatabaseServer, inject: [Config], useFactory: startMigrated },
    { provide: Pool, inject: [DataSource], useFactory: poolOf },
    {
      provide: Notifications,
      inject: [DatabaseServer],
      useFactory: (server: DatabaseServer) =>
        new Notifications(server.url, (line) => {
          logger.warn(line);
        }),
    },
  ],
  exports: [DatabaseServer, Notifications, Pool, TypeOrmModule],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly server: DatabaseServer,
    private readonly notifications: Notifications,
    private readonly dataSource: DataSource,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.notifications.close();
    // TypeORM's module closes it too, in an order that Nest does not promise; the server has to be the last.
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.server.stop();
  }
}
