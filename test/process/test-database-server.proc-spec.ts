import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { databaseUrl, TEMPLATE } from '../support/database-url.js';
import { endAllOf, isGone, serverPid } from '../support/database-process.js';
import { until } from '../support/until.js';

const SUPPORT = fileURLToPath(new URL('../support', import.meta.url));

describe('the database server of a test run', () => {
  let folder: string;
  let output = '';
  const children: ChildProcess[] = [];

  const start = (environment: Record<string, string> = {}): ChildProcess => {
    output = '';
    const child = fork(join(SUPPORT, 'template-server.ts'), {
      execArgv: ['--import', join(SUPPORT, 'typescript-loader.mjs')],
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, ...environment },
      silent: true,
    });
    children.push(child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    return child;
  };
  const ready = async (child: ChildProcess): Promise<string> => {
    const [message] = (await once(child, 'message')) as [{ url: string }];
    return message.url;
  };
  /** Ends as Jest does, which the child hears from its channel. Safe for one that has ended. */
  const leave = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (child.connected) child.disconnect();
    await gone;
  };
  /** The compiler keeps a cache in the same place. */
  const homes = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name.startsWith('darkroom-test-'));
  const dataDir = async (): Promise<string> => join(folder, (await homes())[0] ?? '', 'postgres');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-process-'));
    await chmod(folder, 0o755);
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map(leave));
    await endAllOf(folder);
    await rm(folder, { recursive: true });
  });

  it('ends with its folder when the run is over', async () => {
    const child = start();
    await ready(child);
    const pid = await serverPid(await dataDir());
    await leave(child);
    expect(isGone(pid)).toBe(true);
    expect(await homes()).toEqual([]);
  });

  it('ends with its folder when Jest dies while it is still starting', async () => {
    const child = start();
    await until('the server runs', () =>
      dataDir()
        .then(serverPid)
        .then(
          (pid) => pid > 0,
          () => false,
        ),
    );
    const pid = await serverPid(await dataDir());
    await leave(child);
    expect(isGone(pid)).toBe(true);
    expect(await homes()).toEqual([]);
  });

  it('waits for Jest when a signal reaches the whole process group', async () => {
    const child = start();
    const url = await ready(child);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(signal);
    const client = new pg.Client({ connectionString: databaseUrl(url, TEMPLATE) });
    await client.connect();
    await client.query('select 1');
    await client.end();
    await leave(child);
    expect(await homes()).toEqual([]);
  });

  it('uses the server of TEST_DATABASE_URL and leaves it running', async () => {
    const given = start();
    const url = databaseUrl(await ready(given), TEMPLATE);
    const pid = await serverPid(await dataDir());
    const client = new pg.Client({ connectionString: databaseUrl(url, 'postgres') });
    await client.connect();
    await client.query('create database my_test');
    const child = start({ TEST_DATABASE_URL: databaseUrl(url, 'my_test') });
    expect(await ready(child)).toBe(databaseUrl(url, 'my_test'));
    await leave(child);
    expect(isGone(pid)).toBe(false);
    await client.end();
  });

  it('refuses a server whose database is not named for tests', async () => {
    const child = start({ TEST_DATABASE_URL: 'postgresql://user@127.0.0.1:1/production' });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(output).toContain('names a database without "test" in its name');
  });
});
