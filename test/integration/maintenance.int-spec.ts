import { Maintenance } from '../../src/eventsourcing/maintenance.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA, appendOf, times, upTo } from '../support/event-samples.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

describe('maintenance of the log', () => {
  let database: TestDatabase;
  let writer: KernelProcess;
  const problems: string[] = [];
  const opened: Maintenance[] = [];

  const open = (everyMs = 1_000_000): Maintenance => {
    const onProblem = (problem: string): void => {
      problems.push(problem);
    };
    const maintenance = new Maintenance(database.pool, { everyMs, onProblem });
    opened.push(maintenance);
    return maintenance;
  };
  const keys = async (): Promise<string[]> =>
    (await database.pool.query<{ key: string }>('select key from idempotency_keys order by key')).rows.map(
      ({ key }) => key,
    );
  const insertKeys = (count: number, prefix: string, age: string): Promise<unknown> =>
    database.pool.query(
      `insert into idempotency_keys
       select 's', $2 || n, 'h', gen_random_uuid(), clock_timestamp() - $3::interval from generate_series(1, $1) n`,
      [count, prefix, age],
    );
  const grow = (position: number): Promise<unknown> =>
    database.pool.query(
      `insert into events values ($1, gen_random_uuid(), 1, gen_random_uuid(), 'notebook', 'Noted', '{}', $2, now())`,
      [position, METADATA],
    );

  beforeEach(async () => {
    database = await freshDatabase();
    writer = new KernelProcess(database.url);
    problems.length = 0;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.stop()));
    await writer.close();
    await database.drop();
  });

  it('forgets expired idempotency keys, however many, and keeps the others', async () => {
    await insertKeys(2_500, 'expired', '24 hours 1 minute');
    await insertKeys(3, 'fresh', '23 hours 59 minutes');
    await open().run();
    expect(await keys()).toEqual(['fresh1', 'fresh2', 'fresh3']);
    expect(problems).toEqual([]);
  });

  it('leaves alone a key that an append takes up again in that very moment, and holds no append up', async () => {
    await insertKeys(2, 'k', '25 hours');
    const append = await database.pool.connect();
    await append.query('begin');
    await append.query("update idempotency_keys set created_at = clock_timestamp() where key = 'k1'");
    await open().run();
    await append.query('commit');
    append.release();
    expect(await keys()).toEqual(['k1']);
  });

  it('is harmless in several processes at once, while keys are written', async () => {
    await insertKeys(3_000, 'expired', '2 days');
    const appends = upTo(100).map((n) =>
      writer.store.append(
        appendOf([n], { idempotencyKey: { scope: 's', key: `expired${String(n * 30)}`, bodyHash: 'h2' } }),
      ),
    );
    await Promise.all([...appends, ...upTo(3).map(() => open().run())]);
    expect(new Set((await Promise.all(appends)).map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(await keys()).toHaveLength(100);
  });

  it('makes the partitions that a growing log will need', async () => {
    await grow(20_000_001);
    await open().run();
    await grow(45_000_000);
    const { rows } = await database.pool.query('select count(*)::int as count from events_overflow');
    expect(rows).toEqual([{ count: 0 }]);
    expect(problems).toEqual([]);
  });

  it('reports events in the overflow', async () => {
    await grow(900_000_000);
    await open().run();
    expect(problems).toEqual(['1 events stand in the overflow partition: create_event_partitions came too late']);
  });

  it('reports what it cannot do and does the rest', async () => {
    await grow(20_000_001);
    await database.pool.query('alter table idempotency_keys rename to hidden');
    await open().run();
    expect(problems.join()).toContain('idempotency_keys');
    expect((await database.pool.query("select to_regclass('events_0004') is not null as made")).rows).toEqual([
      { made: true },
    ]);
  });

  it('runs at its start and again and again until it is stopped', async () => {
    const maintenance = open(20);
    maintenance.start();
    await times(3, async () => {
      await insertKeys(1, 'expired', '2 days');
      await until('the key is gone', async () => (await keys()).length === 0);
    });
    await maintenance.stop();
  });
});
