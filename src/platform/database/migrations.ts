import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type DataSource, type MigrationInterface, MigrationExecutor, type QueryRunner } from 'typeorm';
import { unlessStopped } from './starting.js';

/** The database cannot be brought to this build's schema; the message says why and what to do. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
  readonly code = 'migration_refused';
}

/** A migration's SQL failed and was rolled back; the cause is the server's error. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
  readonly code = 'migration_failed';
}

/** A migration made from one SQL file; TypeORM calls it with `new`. */
export type MigrationClass = new () => MigrationInterface;

/** The package's own `migrations/`; src/ and dist/ have the same depth, so one relative path serves both. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));

const OLDEST_SERVER = 140_000;

/** "darkroom" in ASCII, read as a bigint: the key of the advisory lock that all booting processes share. */
const LOCK_KEY = '7233188282340700013';

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** TypeORM wants a class name that ends in 13 digits and orders by them, so the file's number stands where a timestamp would. */
const className = (number: string, subject: string): string =>
  subject.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) + number.padStart(13, '0');

const numberOf = (name: string): number => Number(name.slice(-13));

/** What the header of every migration says, for those who upgrade while processes of the build before still run. */
const BREAKING = /^-- Breaking for processes of an older build: (yes|no)\b/m;

/** One SQL file; TypeORM needs a class for each, which takes no arguments. */
class SqlMigration implements MigrationInterface {
  constructor(
    readonly name: string,
    private readonly sql: string,
  ) {}

  get breaksOlderBuilds(): boolean {
    return BREAKING.exec(this.sql)?.[1] !== 'no';
  }

  async up(queryRunner: QueryRunner): Promise<void> {
    // Without parameters pg speaks the simple protocol, which takes a whole file of statements and $$ bodies at once.
    await queryRunner.query(this.sql).catch((cause: unknown) => {
      throw new MigrationFailed(`Migration ${this.name} failed and was rolled back: ${(cause as Error).message}`, {
        cause,
      });
    });
  }

  down(): Promise<void> {
    return Promise.reject(new MigrationRefused(`${this.name} cannot be undone: migrations only go forward.`));
  }
}

const fromSql = (name: string, sql: string): MigrationClass =>
  class extends SqlMigration {
    constructor() {
      super(name, sql);
    }
  };

/**
 * Reads `NNNN_name.sql` files in the order of their numbers; `schema.sql`, the generated dump, is no migration.
 * @throws MigrationRefused when a file is named otherwise or two files bear one number.
 */
export async function readMigrations(folder = MIGRATIONS_FOLDER): Promise<MigrationClass[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql') && file !== 'schema.sql').sort();
  const seen = new Map<string, string>();
  const migrations: MigrationClass[] = [];
  for (const file of files) {
    const [, number, subject] = FILE_NAME.exec(file) ?? [];
    if (number === undefined || subject === undefined || number === '0000') {
      throw new MigrationRefused(`${file} is not named like a migration: 0001_what_it_does.sql.`);
    }
    const other = seen.get(number);
    if (other !== undefined) throw new MigrationRefused(`${other} and ${file} bear the same number.`);
    seen.set(number, file);
    migrations.push(fromSql(className(number, subject), await readFile(`${folder}/${file}`, 'utf8')));
  }
  return migrations;
}

async function refuseOldServer(runner: QueryRunner): Promise<void> {
  const [row] = (await runner.query(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  )) as { number: number; version: string }[];
  if (row !== undefined && row.number < OLDEST_SERVER) {
    throw new MigrationRefused(
      `The database server is PostgreSQL ${row.version}; Darkroom needs PostgreSQL 14 or newer.`,
    );
  }
}

function refuseForeignHistory(
  executed: readonly string[],
  known: readonly string[],
  accepted: readonly number[],
): void {
  const unknown = executed.filter((name) => !known.includes(name) && !accepted.includes(numberOf(name)));
  if (unknown.length > 0) {
    throw new MigrationRefused(
      `The database holds migrations that this build does not know (${unknown.join(', ')}): a newer build was here. Start that build or a later one, or, for a way back, see NEWER_MIGRATIONS in docs/upgrades.md.`,
    );
  }
  const newest = Math.max(0, ...executed.map(numberOf));
  const late = known.filter((name) => !executed.includes(name) && numberOf(name) < newest);
  if (late.length > 0) {
    throw new MigrationRefused(
      `${late.join(', ')} would run after a migration with a higher number; migrations only go forward, so give it the next free number.`,
    );
  }
}

const namesOf = (migrations: readonly MigrationInterface[]): string[] =>
  migrations.map((migration) => migration.name ?? migration.constructor.name);

/** A migration that a database lacks. */
export interface PendingMigration {
  readonly name: string;
  /** Whether processes of an older build have to stop first; also where its file does not say. */
  readonly breaksOlderBuilds: boolean;
}

/**
 * The migrations of the data source that the database lacks, in their order; changes nothing.
 * @param accepted numbers of migrations of a newer build that may have run
 * @throws MigrationRefused for a database that another build has changed otherwise
 */
export async function pendingMigrations(
  dataSource: DataSource,
  accepted: readonly number[],
): Promise<PendingMigration[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const [table] = (await runner.query(`select to_regclass('public.migrations') is not null as there`)) as {
      there: boolean;
    }[];
    const rows =
      table?.there === true ? ((await runner.query('select name from migrations')) as { name: string }[]) : [];
    const executed = rows.map(({ name }) => name);
    refuseForeignHistory(executed, namesOf(dataSource.migrations), accepted);
    return dataSource.migrations
      .map((migration) => ({
        name: migration.name ?? migration.constructor.name,
        breaksOlderBuilds: !(migration instanceof SqlMigration) || migration.breaksOlderBuilds,
      }))
      .filter(({ name }) => !executed.includes(name));
  } finally {
    await runner.release();
  }
}

/** What somebody else may do to a schema. */
interface Requirement {
  /** Numbers of migrations of a newer build that may have run. */
  readonly accepted?: readonly number[];
  /** Milliseconds that it may take to migrate. */
  readonly patience?: number;
  /** Ends the waiting. */
  readonly stopping?: AbortSignal | undefined;
  /** Is told once what is waited for. */
  readonly onWait?: (names: readonly string[]) => void;
}

/**
 * Makes sure that the database has the migrations of the data source; changes nothing. For programs that only look, beside others
 * that a migration would surprise, and for those that leave migrating to somebody else.
 * @throws MigrationRefused, and the reason of `stopping` when that is aborted first
 */
export async function requireMigrated(
  dataSource: DataSource,
  { accepted = [], patience = 0, stopping, onWait }: Requirement = {},
): Promise<void> {
  const deadline = performance.now() + patience;
  for (let look = 0; ; look += 1) {
    const missing = await pendingMigrations(dataSource, accepted);
    if (missing.length === 0) return;
    const names = missing.map(({ name }) => name);
    if (performance.now() >= deadline) {
      throw new MigrationRefused(
        `The database is not at this build's schema: it lacks ${names.join(', ')}. Migrate it with \`npm run cli -- migrate\` of this build, or use the build that the database belongs to.`,
      );
    }
    if (look === 0) onWait?.(names);
    await unlessStopped(wait(250), stopping);
  }
}

/**
 * Brings the database to the newest migration of the data source, one transaction per file, and answers the names that ran.
 * Processes that boot together wait for each other, so that each migration runs once.
 * @param accepted numbers of migrations of a newer build that may have run
 * @throws MigrationRefused for a server older than 14 or a database that another build has changed; MigrationFailed for bad SQL.
 */
export async function migrate(dataSource: DataSource, accepted: readonly number[] = []): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await refuseOldServer(runner);
    // The migrations run on the connection that holds the lock: if it breaks, both end together.
    await runner.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    refuseForeignHistory(
      (await executor.getExecutedMigrations()).map((migration) => migration.name),
      namesOf(dataSource.migrations),
      accepted,
    );
    const ran = (await executor.executePendingMigrations()).map((migration) => migration.name);
    await runner.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
    return ran;
  } catch (error) {
    await abandon(runner);
    throw error;
  } finally {
    await runner.release();
  }
}

/** The connection goes back to the pool, so it must not keep the lock; a broken connection has lost it anyway. */
async function abandon(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('select pg_advisory_unlock_all()');
  } catch {
    return;
  }
}
