import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { connect, type DatabaseConnection, MIGRATION_MS, poolOf, STATEMENT_MS } from './data-source.js';
import { DatabaseServer } from './database-server.js';
import { Installation } from './installation.js';
import { migrate, readMigrations, requireMigrated } from './migrations.js';
import { Notifications } from './notifications.js';

const logger = new Logger('Database');

const connection = (of: Omit<DatabaseConnection, 'onConnectionLost'>): DatabaseConnection => ({
  ...of,
  onConnectionLost: (error) => {
    logger.warn(`A database connection broke: ${error.message}`);
  },
});

/** A process without a role looks at what others run on, and must not change the schema under them. */
async function prepare(dataSource: DataSource, config: Config): Promise<void> {
  if (config.get('ROLE').length === 0) {
    await requireMigrated(dataSource);
    return;
  }
  const ran = await migrate(dataSource);
  if (ran.length > 0) logger.log(`Migrated the database: ${ran.join(', ')}.`);
}

/** Migrated before anybody can ask for a connection; a process that cannot migrate must not leave a server behind. */
async function startMigrated(config: Config): Promise<DatabaseServer> {
  const server = await DatabaseServer.start(config);
  let dataSource: DataSource | null = null;
  try {
    dataSource = await connect(
      connection({ url: server.url, poolSize: 2, migrations: await readMigrations(), statementMs: MIGRATION_MS }),
    );
    await prepare(dataSource, config);
    await dataSource.destroy();
    return server;
  } catch (error) {
    await dataSource?.destroy();
    await server.stop();
    throw error;
  }
}

/**
 * The database for every module: `DataSource` and `Pool` (one set of connections), `Notifications`, `DatabaseServer`, `Installation`.
 * Nest ends global modules in the reverse order of their import, so this one is to be imported right after the
 * configuration: then the others are through with the database when it closes.
 */
@Global()
@Module({
  providers: [
    { provide: DatabaseServer, inject: [Config], useFactory: startMigrated },
    {
      provide: DataSource,
      inject: [Config, DatabaseServer],
      useFactory: (config: Config, server: DatabaseServer) =>
        connect(
          connection({
            url: server.url,
            poolSize: config.get('DATABASE_POOL_SIZE'),
            migrations: [],
            statementMs: STATEMENT_MS,
          }),
        ),
    },
    { provide: Pool, inject: [DataSource], useFactory: poolOf },
    { provide: Installation, inject: [Pool], useFactory: (pool: Pool) => new Installation(pool) },
    {
      provide: Notifications,
      inject: [DatabaseServer],
      useFactory: (server: DatabaseServer) =>
        new Notifications(server.url, (line) => {
          logger.warn(line);
        }),
    },
  ],
  exports: [DatabaseServer, Installation, Notifications, Pool],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly server: DatabaseServer,
    private readonly notifications: Notifications,
    private readonly dataSource: DataSource,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.notifications.close();
    await this.dataSource.destroy();
    await this.server.stop();
  }
}
