import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { appendQuery } from '../../src/eventsourcing/postgres-event-store.js';
import { cleanEnvironment, DIST, spawnDarkroom } from '../support/darkroom-process.js';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, noted, upTo } from '../support/event-samples.js';

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly complaint: string;
}

let home: string;
let database: TestDatabase;

const cli = async (...parameters: readonly string[]): Promise<Outcome> => {
  const child = spawn(process.execPath, [join(DIST, 'cli.js'), ...parameters], {
    env: cleanEnvironment({ DARKROOM_HOME: home, DATABASE_URL: database.url }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, output, complaint };
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'darkroom-cli-'));
});
afterEach(async () => {
  await database.drop();
  await rm(home, { recursive: true });
});

describe('cli verify', () => {
  it('says that everything holds where it does', async () => {
    database = await freshDatabase();
    const { code, output } = await cli('verify');
    expect(output).toContain('ok    parked events (0)');
    expect(output).toMatch(/Everything holds\.\n$/);
    expect(code).toBe(0);
  });

  it('names the first twenty of what is wrong, and how many more there are', async () => {
    database = await freshDatabase();
    const event = { type: 'GenerationCreated', data: {} };
    await database.pool.query(appendQuery(upTo(25).map((n) => appendOf([], { events: [{ ...noted(n), event }] }))));
    await database.pool.query('update streams set version = 2');
    const { code, output } = await cli('verify');
    expect(output.match(/stands at another version than its last event/g)).toHaveLength(20);
    expect(output).toContain('… and 5 more');
    expect(output).toContain('1 of 16 checks failed.');
    expect(code).toBe(1);
  });

  it('fails over events that a reactor gave up on', async () => {
    database = await freshDatabase();
    await database.pool.query(
      `insert into parked_events (subscription, position, error) values ('enqueue_attempt', 8, 'later'), ('enqueue_attempt', 7, 'Error: why')`,
    );
    const { code, output } = await cli('verify');
    expect(output).toContain('FAIL  parked events (2)');
    expect(output).toContain('enqueue_attempt gave up on 2, the first one at position 7: Error: why');
    expect(code).toBe(1);
  });
});

describe.each([['verify'], ['rebuild', 'generations']])('cli %s', (...parameters) => {
  it('refuses a database that is not at the schema of this build, and leaves it as it is', async () => {
    database = await emptyDatabase();
    const { code, complaint } = await cli(...parameters);
    expect(complaint).toMatch(/^The database is not at this build's schema: it lacks .*EventStore0000000000001/);
    expect(code).toBe(1);
    const { rows } = await database.pool.query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace`,
    );
    expect(rows).toEqual([]);
  });
});

describe('cli migrate', () => {
  it('says what it would do, does it, and has nothing left to do', async () => {
    database = await emptyDatabase();
    const plan = await cli('migrate', '--plan');
    expect(plan.output).toMatch(/^beside older processes {6}EventStore0000000000001\n/);
    expect(plan.output).toMatch(/^stop older processes first {2}Batches0000000000015$/m);
    expect(plan.output).toMatch(/Stop every process before you migrate\.\n$/);
    expect((await database.pool.query(`select to_regclass('events') as events`)).rows).toEqual([{ events: null }]);

    const { code, output } = await cli('migrate');
    expect(output).toMatch(/^Ran EventStore0000000000001\n/);
    expect(code).toBe(0);
    expect((await cli('migrate', '--plan')).output).toBe("The database is at this build's schema.\n");
  }, 90_000);

  it('lets a process start that leaves migrating to it', async () => {
    database = await emptyDatabase();
    const waiting = spawnDarkroom(home, { DATABASE_URL: database.url, MIGRATIONS: 'wait' });
    try {
      expect((await cli('migrate')).code).toBe(0);
      const origin = await waiting.ready;
      expect((await fetch(`${origin}/health/ready`)).status).toBe(200);
    } finally {
      waiting.signal('SIGTERM');
      await waiting.ended;
    }
  }, 90_000);

  it('takes no other option', async () => {
    database = await emptyDatabase();
    const { code, complaint } = await cli('migrate', '--plann');
    expect(complaint).toContain('Usage:');
    expect(code).toBe(2);
  });
});
