import { Global, Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
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

/** As long as a start may take that nobody is told of, with what comes after. */
const PATIENCE_MS = 120_000;

/** A process without a role looks at what others run on, and must not change the schema under them. */
async function prepare(dataSource: DataSource, config: Config, stopping: AbortSignal | undefined): Promise<void> {
  const accepted = config.get('NEWER_MIGRATIONS');
  if (config.get('ROLE').length === 0) {
    await requireMigrated(dataSource, { accepted });
    return;
  }
  if (config.get('MIGRATIONS') === 'wait') {
    const onWait = (names: readonly string[]): void => {
      const seconds = String(PATIENCE_MS / 1000);
      logger.log(`Waiting up to ${seconds} s for somebody to migrate the database, which lacks ${names.join(', ')}.`);
    };
    await requireMigrated(dataSource, { accepted, patience: PATIENCE_MS, stopping, onWait });
    return;
  }
  const ran = await migrate(dataSource, accepted);
  if (ran.length > 0) logger.log(`Migrated the database: ${ran.join(', ')}.`);
}

/** A server, and what is to be done with its schema; a process that fails here must not leave a server behind. */
async function withSchema<T>(
  config: Config,
  work: (dataSource: DataSource) => Promise<T>,
  stopping?: AbortSignal,
): Promise<{ readonly server: DatabaseServer; readonly result: T }> {
  const server = await DatabaseServer.start(config, stopping);
  let dataSource: DataSource | null = null;
  try {
    dataSource = await connect(
      connection({ url: server.url, poolSize: 2, migrations: await readMigrations(), statementMs: MIGRATION_MS }),
    );
    const result = await work(dataSource);
    await dataSource.destroy();
    return { server, result };
  } catch (error) {
    await dataSource?.destroy();
    await server.stop();
    throw error;
  }
}

/** Does something with the schema alone, for a command. @throws Error in a sentence for the person who gave it */
export async function onSchema<T>(config: Config, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const { server, result } = await withSchema(config, work);
  await server.stop();
  return result;
}

/** Migrated before anybody can ask for a connection. */
const startMigrated = async (config: Config, stopping: AbortSignal | undefined): Promise<DatabaseServer> =>
  (await withSchema(config, (dataSource) => prepare(dataSource, config, stopping), stopping)).server;

/**
 * The database for every module: `DataSource` and `Pool` (one set of connections), `Notifications`, `DatabaseServer`, `Installation`.
 * Nest ends global modules in the reverse order of their import, so this one is to be imported right after the
 * configuration: then the others are through with the database when it closes.
 */
@Global()
@Module({
  providers: [
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

  /** @param stopping ends a start that waits for somebody else: for a server that is not there, or for its schema */
  static with(stopping?: AbortSignal): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: DatabaseServer,
          inject: [Config],
          useFactory: (config: Config) => startMigrated(config, stopping),
        },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.notifications.close();
    await this.dataSource.destroy();
    await this.server.stop();
  }
}
