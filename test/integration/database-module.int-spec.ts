import { once } from 'node:events';
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { inTransaction } from '../../src/eventsourcing/checkpoints.js';
import { patiently } from '../../src/eventsourcing/long-work.js';
import { Config } from '../../src/platform/config/config.js';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { connect as connectTo, poolOf, STATEMENT_MS } from '../../src/platform/database/data-source.js';
import { DatabaseServer, waitForServer } from '../../src/platform/database/database-server.js';
import { freePort } from '../../src/platform/database/free-port.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

const start = (environment: Record<string, string>): Promise<TestingModule> =>
  Test.createTestingModule({ imports: [ConfigModule.with(Config.from(environment)), DatabaseModule.with()] })
    .compile()
    .then((module) => module.init());

describe('the database module', () => {
  let database: TestDatabase;
  const answers = (pool: Pool): Promise<boolean> =>
    pool.query('select 1').then(
      () => true,
      () => false,
    );

  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.drop());

  describe('with a given server', () => {
    let module: TestingModule;
    let pool: Pool;

    beforeEach(async () => {
      module = await start({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: '5' });
      pool = module.get(Pool);
    });
    afterEach(() => module.close());

    it('serves plain SQL and TypeORM from one pool of the configured size', async () => {
      const work = Array.from({ length: 8 }, (_, each) =>
        each % 2 === 0 ? pool.query('select pg_sleep(0.1)') : module.get(DataSource).query('select pg_sleep(0.1)'),
      );
      await Promise.all(work);
      const { rows } = await database.pool.query(
        `select count(*)::int as connections from pg_stat_activity where datname = current_database() and application_name = 'darkroom'`,
      );
      expect(rows).toEqual([{ connections: 5 }]);
    });

    it('lets no statement wait for ever, and notices a line that is dead', () => {
      expect(pool.options).toMatchObject({
        query_timeout: STATEMENT_MS,
        keepAlive: true,
        keepAliveInitialDelayMillis: 10_000,
      });
    });

    it('lives on when the server ends every connection, idle or in use', async () => {
      const held = await pool.connect();
      const running = pool.query('select pg_sleep(60)').catch((error: unknown) => error);
      await until('the statement runs', async () => {
        const { rowCount } = await database.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
        );
        return rowCount === 1;
      });
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      expect(await running).toBeInstanceOf(Error);
      await expect(held.query('select 1')).rejects.toThrow();
      held.release(true);
      await until('the pool has replaced its connections', () => answers(pool));
    });

    it('closes every connection when the application ends', async () => {
      await module.get(Notifications).listen('events', () => undefined);
      await module.close();
      await until('the server has let all connections go', async () => {
        const { rows } = await database.pool.query<{ left: number }>(
          `select count(*)::int as left from pg_stat_activity where datname = current_database() and application_name like 'darkroom%'`,
        );
        return rows[0]?.left === 0;
      });
      await module.close();
    });
  });

  describe('with a limit for statements', () => {
    let dataSource: DataSource;
    let pool: Pool;

    beforeEach(async () => {
      dataSource = await connectTo({
        url: database.url,
        poolSize: 2,
        migrations: [],
        statementMs: 1_000,
        onConnectionLost: () => undefined,
      });
      pool = poolOf(dataSource);
    });
    afterEach(() => dataSource.destroy());

    it('gives up one that is not answered in time, and its connection', async () => {
      await expect(pool.query('select pg_sleep(30)')).rejects.toThrow('Query read timeout');
      expect(pool.totalCount).toBe(0);
      expect(await answers(pool)).toBe(true);
    });

    it('gives up a transaction with its first statement that is not answered', async () => {
      const began = performance.now();
      await expect(inTransaction(pool, (transaction) => transaction.query('select pg_sleep(30)'))).rejects.toThrow(
        'Query read timeout',
      );
      expect(performance.now() - began).toBeLessThan(1_900);
      expect(pool.totalCount).toBe(0);
    });

    it('has time for work over whole tables', async () => {
      const { rows } = await patiently(pool).query('select pg_sleep(1.2), $1::int as answer', [42]);
      expect(rows).toMatchObject([{ answer: 42 }]);
    });
  });

  it('runs its own server in the home when none is given, and ends it last', async () => {
    const home = await mkdtemp(join(tmpdir(), 'darkroom-module-'));
    try {
      await chmod(home, 0o755);
      const module = await start({ DARKROOM_HOME: home });
      const { rows } = await module
        .get(Pool)
        .query<{ migrations: number }>('select count(*)::int as migrations from migrations');
      expect(rows[0]?.migrations).toBeGreaterThan(0);
      const { url } = module.get(DatabaseServer);
      await module.close();
      await expect(waitForServer(url, () => undefined, { limit: 0 })).rejects.toThrow('ECONNREFUSED');
    } finally {
      await rm(home, { recursive: true });
    }
  });

  it('leaves no server behind when the database cannot be migrated', async () => {
    const home = await mkdtemp(join(tmpdir(), 'darkroom-module-'));
    try {
      await chmod(home, 0o755);
      const first = await start({ DARKROOM_HOME: home });
      const { url } = first.get(DatabaseServer);
      await first
        .get(Pool)
        .query(`insert into migrations (timestamp, name) values (9999, 'FromTheFuture0000000009999')`);
      await first.close();
      await expect(start({ DARKROOM_HOME: home })).rejects.toThrow('a newer build was here');
      await expect(waitForServer(url, () => undefined, { limit: 0 })).rejects.toThrow('ECONNREFUSED');
    } finally {
      await rm(home, { recursive: true });
    }
  });

  describe('waiting for a given server', () => {
    let gate: Server;
    const sockets = new Set<Socket>();
    const log: string[] = [];

    /** A way to the real server that is opened later than the wait for it begins. */
    const openGate = async (port: number): Promise<void> => {
      const target = new URL(database.url);
      gate = createServer((socket) => {
        const onward = connect(Number(target.port), target.hostname);
        for (const each of [socket, onward]) sockets.add(each.on('error', () => undefined));
        socket.pipe(onward).pipe(socket);
      });
      gate.listen(port, '127.0.0.1');
      await once(gate, 'listening');
    };
    const at = (port: number): string => {
      const url = new URL(database.url);
      url.port = String(port);
      return url.href;
    };

    beforeEach(() => {
      log.length = 0;
    });
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
    });

    it('goes on as soon as it answers, and says once that it waits', async () => {
      const port = await freePort(null);
      const waiting = waitForServer(at(port), (line) => log.push(line));
      await until('it says that it waits', () => log.length > 0);
      await openGate(port);
      await waiting;
      gate.close();
      expect(log).toEqual([
        `The database 127.0.0.1:${String(port)}${new URL(database.url).pathname} does not answer yet (connect ECONNREFUSED 127.0.0.1:${String(port)}); waiting up to 30 s.`,
      ]);
    });

    it('fails after the limit in one sentence without the password', async () => {
      const port = await freePort(null);
      const failure = await waitForServer(at(port), () => undefined, { limit: 300 }).catch(
        (error: unknown) => error as Error,
      );
      expect(failure?.message).toBe(
        `The database 127.0.0.1:${String(port)}${new URL(database.url).pathname} of DATABASE_URL did not answer within 0.3 s: connect ECONNREFUSED 127.0.0.1:${String(port)}.`,
      );
    });

    it('fails at once where waiting does not help', async () => {
      const url = new URL(database.url);
      url.password = 'wrong';
      await expect(waitForServer(url.href, (line) => log.push(line))).rejects.toThrow('password authentication failed');
      url.href = database.url;
      url.pathname = '/no_such_database';
      await expect(waitForServer(url.href, (line) => log.push(line))).rejects.toThrow('does not exist');
      expect(log).toEqual([]);
    });
  });
});
