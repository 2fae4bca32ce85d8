import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { eventually, spawnDarkroom, type SpawnedDarkroom } from '../support/darkroom-process.js';
import { Deployment } from '../support/deployment.js';

/** Milliseconds, on a machine that others use too; far below what the process would wait for by itself. */
const SOON_MS = 8_000;

describe('a process that is asked to stop while its start waits for somebody else', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.open();
  });
  afterAll(() => deployment.close());

  const start = (env: Readonly<Record<string, string>>): SpawnedDarkroom =>
    spawnDarkroom(join(deployment.home, 'waiting'), { DATABASE_URL: deployment.databaseUrl, ...env });

  const endsWithin = async (ms: number, waiting: SpawnedDarkroom, signal: NodeJS.Signals): Promise<void> => {
    const from = performance.now();
    waiting.signal(signal);
    expect(await waiting.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - from).toBeLessThan(ms);
    expect(waiting.output()).toBe('Stopped before it was ready.\n');
  };

  it.each(['api', 'worker', 'projector'])(
    'ends at once while it waits for its schema (%s)',
    async (role) => {
      const waiting = start({ ROLE: role, MIGRATIONS: 'wait' });
      // Each look of it at the schema is another one.
      const looks = (): Promise<{ looked: Date }[]> =>
        deployment.sql(
          `select query_start as looked from pg_stat_activity where query like '%to_regclass%' and pid <> pg_backend_pid()`,
        );
      const [first] = await eventually(looks, (rows) => rows.length > 0, 60_000);
      await eventually(looks, (rows) => rows.some(({ looked }) => looked > (first?.looked ?? looked)));
      await endsWithin(SOON_MS, waiting, 'SIGTERM');
      expect(await deployment.sql(`select to_regclass('events') as events`)).toEqual([{ events: null }]);
    },
    90_000,
  );

  it.each([
    ['leaves them again, as a proxy does in front of a server that is away', true, 2, SOON_MS],
    // It would be given up after five seconds.
    ['says nothing', false, 1, 4_000],
  ])(
    'ends at once while it waits for a database that takes connections and %s',
    async (_what, leaves, enough, ms) => {
      const taken: Socket[] = [];
      const nobody: Server = createServer((socket) => {
        taken.push(socket.on('error', () => undefined));
        if (leaves) socket.destroy();
      });
      nobody.listen(0, '127.0.0.1');
      await once(nobody, 'listening');
      const { port } = nobody.address() as AddressInfo;
      try {
        const waiting = start({ DATABASE_URL: `postgresql://nobody@127.0.0.1:${String(port)}/nothing` });
        await eventually(
          () => Promise.resolve(taken.length),
          (times) => times >= enough,
          60_000,
        );
        await endsWithin(ms, waiting, 'SIGINT');
      } finally {
        nobody.close();
        for (const socket of taken) socket.destroy();
      }
    },
    90_000,
  );
});
