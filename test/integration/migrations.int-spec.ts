import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { connect, MIGRATION_MS } from '../../src/platform/database/data-source.js';
import {
  migrate,
  MIGRATIONS_FOLDER,
  MigrationRefused,
  pendingMigrations,
  readMigrations,
  requireMigrated,
} from '../../src/platform/database/migrations.js';
import { emptyDatabase, type TestDatabase } from '../support/database.js';

const FRUIT = `
  create table fruit (name text primary key);
  create function ripe(name text) returns text language plpgsql as $$
  begin
    return name || '; ripe';  -- the semicolon and the quotes stay inside
  end $$;
  insert into fruit values (ripe('apple'));
`;

describe('migrations', () => {
  let database: TestDatabase;
  let folder: string;
  const open: DataSource[] = [];

  const file = (name: string, sql: string): Promise<void> => writeFile(join(folder, name), sql);
  const dataSource = async (): Promise<DataSource> => {
    const source = await connect({
      url: database.url,
      poolSize: 2,
      migrations: await readMigrations(folder),
      statementMs: MIGRATION_MS,
      onConnectionLost: () => undefined,
    });
    open.push(source);
    return source;
  };
  const run = async (): Promise<string[]> => migrate(await dataSource());
  const names = async (): Promise<string[]> =>
    (await database.pool.query<{ name: string }>('select name from migrations order by id')).rows.map(
      (row) => row.name,
    );

  beforeEach(async () => {
    database = await emptyDatabase();
    folder = await mkdtemp(join(tmpdir(), 'darkroom-migrations-'));
  });
  afterEach(async () => {
    await Promise.all(
      open
        .splice(0)
        .filter((source) => source.isInitialized)
        .map((source) => source.destroy()),
    );
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('runs files in the order of their numbers, with several statements and dollar-quoted bodies', async () => {
    await file('0002_more_fruit.sql', `insert into fruit values ('pear')`);
    await file('0001_fruit.sql', FRUIT);
    expect(await run()).toEqual(['Fruit0000000000001', 'MoreFruit0000000000002']);
    const { rows } = await database.pool.query('select name from fruit order by name');
    expect(rows).toEqual([{ name: 'apple; ripe' }, { name: 'pear' }]);
  });

  it('runs each file once', async () => {
    await file('0001_fruit.sql', FRUIT);
    await run();
    expect(await run()).toEqual([]);
    expect(await names()).toEqual(['Fruit0000000000001']);
  });

  it('runs each file once when several processes boot together', async () => {
    await file('0001_fruit.sql', `select pg_sleep(0.2); ${FRUIT}`);
    await file('0002_more_fruit.sql', `insert into fruit values ('pear')`);
    const sources = await Promise.all([dataSource(), dataSource(), dataSource(), dataSource()]);
    const ran = await Promise.all(sources.map((source) => migrate(source)));
    expect(ran.filter((each) => each.length > 0)).toEqual([['Fruit0000000000001', 'MoreFruit0000000000002']]);
    expect(await names()).toEqual(['Fruit0000000000001', 'MoreFruit0000000000002']);
  });

  it('keeps the files before a broken one and nothing of the broken one, and lets go of the lock', async () => {
    await file('0001_fruit.sql', FRUIT);
    await file('0002_broken.sql', `insert into fruit values ('plum'); select no_such_function()`);
    await expect(run()).rejects.toThrow(
      'Migration Broken0000000000002 failed and was rolled back: function no_such_function() does not exist',
    );
    expect(await names()).toEqual(['Fruit0000000000001']);
    expect((await database.pool.query('select * from fruit')).rows).toEqual([{ name: 'apple; ripe' }]);
    await file('0002_broken.sql', `insert into fruit values ('plum')`);
    expect(await run()).toEqual(['Broken0000000000002']);
  });

  it('continues after a process that died in the middle of a file', async () => {
    await file('0001_fruit.sql', `${FRUIT}; select pg_sleep(60)`);
    const dying = run();
    const outcome = dying.catch((error: unknown) => error);
    const killed = async (): Promise<boolean> => {
      const { rowCount } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and wait_event = 'PgSleep'`,
      );
      return (rowCount ?? 0) > 0;
    };
    const deadline = Date.now() + 10_000;
    while (!(await killed())) if (Date.now() > deadline) throw new Error('the migration did not reach its sleep');
    expect(await outcome).toBeInstanceOf(Error);
    await file('0001_fruit.sql', FRUIT);
    expect(await run()).toEqual(['Fruit0000000000001']);
  });

  it('refuses a database that a newer build has migrated', async () => {
    await file('0001_fruit.sql', FRUIT);
    await file('0002_more_fruit.sql', `insert into fruit values ('pear')`);
    await run();
    await rm(join(folder, '0002_more_fruit.sql'));
    await expect(run()).rejects.toThrow(
      'The database holds migrations that this build does not know (MoreFruit0000000000002): a newer build was here.',
    );
  });

  it('runs beside migrations of a newer build that it was told of, and beside no others', async () => {
    await file('0001_fruit.sql', FRUIT);
    await file('0002_more_fruit.sql', `insert into fruit values ('pear')`);
    await file('0003_late_fruit.sql', `insert into fruit values ('plum')`);
    await run();
    await rm(join(folder, '0002_more_fruit.sql'));
    await rm(join(folder, '0003_late_fruit.sql'));
    await expect(migrate(await dataSource(), [2])).rejects.toThrow('does not know (LateFruit0000000000003)');
    await expect(requireMigrated(await dataSource(), { accepted: [2] })).rejects.toThrow(MigrationRefused);
    expect(await migrate(await dataSource(), [2, 3])).toEqual([]);
    await expect(requireMigrated(await dataSource(), { accepted: [2, 3] })).resolves.toBeUndefined();
  });

  it('tells what it would run and whether older processes have to stop first, and changes nothing', async () => {
    const header = (word: string): string =>
      `-- What it does.\n-- Breaking for processes of an older build: ${word}.\n`;
    await file('0001_fruit.sql', FRUIT);
    await run();
    await file('0002_wider.sql', `${header('no (they do not write it)')}alter table fruit add column colour text`);
    await file('0003_narrower.sql', `${header('yes')}alter table fruit drop column colour`);
    await file('0004_silent.sql', 'select 1');
    expect(await pendingMigrations(await dataSource(), [])).toEqual([
      { name: 'Wider0000000000002', breaksOlderBuilds: false },
      { name: 'Narrower0000000000003', breaksOlderBuilds: true },
      { name: 'Silent0000000000004', breaksOlderBuilds: true },
    ]);
    expect(await names()).toEqual(['Fruit0000000000001']);
  });

  it('waits for somebody else to migrate, for as long as it is told', async () => {
    await file('0001_fruit.sql', FRUIT);
    await expect(requireMigrated(await dataSource(), { patience: 1 })).rejects.toThrow('it lacks Fruit0000000000001');
    const waiting = requireMigrated(await dataSource(), { patience: 20_000 });
    await run();
    await expect(waiting).resolves.toBeUndefined();
  });

  it('refuses a file that was slipped in below one that has run', async () => {
    await file('0002_fruit.sql', FRUIT);
    await run();
    await file('0001_late.sql', 'select 1');
    await expect(run()).rejects.toThrow(MigrationRefused);
    expect(await names()).toEqual(['Fruit0000000000002']);
  });

  it('refuses a server older than PostgreSQL 14', async () => {
    await file('0001_fruit.sql', FRUIT);
    const source = await dataSource();
    // The oldest server at hand is newer, so a schema in front of the system's lets this one give its age as 13.
    await database.pool.query(`
      create schema aged;
      create function aged.current_setting(name text) returns text language sql as
        $$ select case name when 'server_version_num' then '130022' else '13.22' end $$;
      do $$ begin execute format('alter database %I set search_path = aged, pg_catalog, public', current_database()); end $$;
    `);
    await source.destroy();
    await expect(run()).rejects.toThrow(
      'The database server is PostgreSQL 13.22; Darkroom needs PostgreSQL 14 or newer.',
    );
  });

  it.each([
    ['a name without a number', ['fruit.sql'], 'fruit.sql is not named like a migration'],
    ['the number 0000', ['0000_fruit.sql'], '0000_fruit.sql is not named like a migration'],
    ['one number twice', ['0001_apple.sql', '0001_pear.sql'], '0001_apple.sql and 0001_pear.sql bear the same number'],
  ])('refuses %s', async (_, files, message) => {
    for (const name of files) await file(name, 'select 1');
    await expect(readMigrations(folder)).rejects.toThrow(message);
  });

  it('has no file that keeps silent on what it means for an older build, but for those that every build has', async () => {
    const files = (await readdir(MIGRATIONS_FOLDER)).filter((name) => /^\d{4}_/.test(name));
    const headers = await Promise.all(files.map((name) => readFile(join(MIGRATIONS_FOLDER, name), 'utf8')));
    const silent = files.filter(
      (_, index) => !/^-- Breaking for processes of an older build: (yes|no)\b/m.test(headers[index] ?? ''),
    );
    expect(silent).toEqual(['0002_job_queue.sql', '0003_simulator.sql']);
  });

  it('leaves the generated schema dump and other files alone', async () => {
    await file('schema.sql', 'this is no migration');
    await file('README.md', 'nor is this');
    expect(await readMigrations(folder)).toEqual([]);
  });
});
