import { isDeepStrictEqual } from 'node:util';
import { UnknownEventType } from '../../src/eventsourcing/errors.js';
import { compareWithRebuild, rebuildProjection } from '../../src/eventsourcing/rebuild.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, noted, NOTED, times, upTo } from '../support/event-samples.js';
import { KernelProcess, type KernelSettings } from '../support/kernel-process.js';
import { createTally, readTally, TallyProjection, tallyOf } from '../support/tally-projection.js';
import { until } from '../support/until.js';

describe('a rebuild', () => {
  let database: TestDatabase;
  let process: KernelProcess;
  const processes: KernelProcess[] = [];
  const open = (settings: KernelSettings = {}): KernelProcess => {
    const opened = new KernelProcess(database.url, settings);
    processes.push(opened);
    return opened;
  };
  /** To three streams, in one append each. */
  const append = async (count: number): Promise<void> => {
    const shares = [0, 1, 2].map((n) => upTo(count).filter((note) => note % 3 === n));
    await Promise.all(shares.filter(({ length }) => length > 0).map((notes) => process.store.append(appendOf(notes))));
  };
  const position = async (): Promise<number | undefined> =>
    (await database.pool.query<{ position: number }>('select position::int from subscriptions')).rows[0]?.position;
  const expectExactlyOnce = async (): Promise<void> => {
    const head = await process.store.head();
    await until('it has caught up', async () => (await position()) === head);
    expect(await readTally(database.pool)).toEqual(tallyOf(await process.store.readAll(0, 100_000)));
  };
  const damage = (): Promise<unknown> =>
    database.pool.query(`
      update tally set events = events + 1 where stream_id = (select min(stream_id::text)::uuid from tally);
      insert into tally values (gen_random_uuid(), 1, '1,')`);
  /** Everything about the tables that other migrations and readers know them by. */
  const schema = async (): Promise<unknown> =>
    (
      await database.pool.query(
        `select c.oid, n.nspname, c.relname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' or n.nspname like 'rebuild%' order by c.oid`,
      )
    ).rows;

  beforeEach(async () => {
    database = await freshDatabase();
    await createTally(database.pool);
    process = open({ batchSize: 20 });
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((each) => each.close()));
    await database.drop();
  });

  it('replaces damaged rows by those that the log explains and leaves the schema as it was', async () => {
    process.subscriptions.addProjection(new TallyProjection());
    await process.start();
    await append(30);
    await expectExactlyOnce();
    await damage();
    const before = await schema();
    expect(await rebuildProjection(process.pool, process.store, new TallyProjection())).toBe(30);
    await expectExactlyOnce();
    expect(await schema()).toEqual(before);
  });

  it('writes the rows that differ and leaves the others where they are', async () => {
    await append(30);
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    const places = async (): Promise<readonly object[]> =>
      (await database.pool.query<object>('select stream_id, ctid::text, xmin::text from tally')).rows;
    const before = await places();
    await database.pool.query(`
      update tally set versions = 'wrong' where stream_id = (select min(stream_id::text)::uuid from tally);
      delete from tally where stream_id = (select max(stream_id::text)::uuid from tally)`);
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    await expectExactlyOnce();
    const after = await places();
    expect(after).toHaveLength(3);
    expect(after.filter((row) => before.some((each) => isDeepStrictEqual(row, each)))).toHaveLength(1);
  });

  it('runs beside the owner and ends as the live table would, readable throughout, while events keep coming', async () => {
    process.subscriptions.addProjection(new TallyProjection());
    await process.start();
    await append(1_500);
    await expectExactlyOnce();
    const reader = open();
    let rebuilding = true;
    const counts: number[] = [];
    const readAlong = async (): Promise<void> => {
      while (rebuilding) counts.push((await readTally(reader.pool)).events);
    };
    const appendAlong = async (): Promise<void> => {
      while (rebuilding) await append(20);
    };
    const along = [readAlong(), appendAlong()];
    await times(3, () => rebuildProjection(reader.pool, reader.store, new TallyProjection()));
    rebuilding = false;
    await Promise.all(along);
    await expectExactlyOnce();
    // Never empty, never half built, never back in time.
    expect(counts[0]).toBeGreaterThanOrEqual(1_500);
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(counts.length).toBeGreaterThan(3);
  });

  it('is not held up by a reader that stays in its transaction, which keeps seeing the old rows', async () => {
    await append(10);
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    const reader = await database.pool.connect();
    await reader.query('begin isolation level repeatable read');
    await reader.query('select * from tally');
    await append(5);
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    expect((await reader.query('select sum(events)::int as events from tally')).rows).toEqual([{ events: 10 }]);
    await reader.query('commit');
    reader.release();
    expect((await readTally(database.pool)).events).toBe(15);
  });

  it('takes in events of an older type, and does not pass over one that nobody knows', async () => {
    const jotted = { ...noted('a'), event: { type: 'Jotted', data: { note: 'a' } } };
    await process.store.append(appendOf([], { events: [jotted] }));
    await expect(rebuildProjection(process.pool, process.store, new TallyProjection())).rejects.toThrow(
      new UnknownEventType('Jotted', 1),
    );
    const knowing = open({
      declarations: [NOTED, { current: ['Else'], upcasters: { Jotted: (data) => ({ type: 'Noted', data }) } }],
    });
    await rebuildProjection(knowing.pool, knowing.store, new TallyProjection());
    expect((await readTally(database.pool)).events).toBe(1);
  });

  it('by two processes at once corrupts nothing', async () => {
    await append(200);
    const others = [open(), open(), process];
    const reached = await Promise.all(
      others.map((each) => rebuildProjection(each.pool, each.store, new TallyProjection())),
    );
    expect(reached).toEqual([200, 200, 200]);
    await expectExactlyOnce();
  });

  it('together with a comparison by another process corrupts neither', async () => {
    await append(200);
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    const other = open();
    const [, differences] = await Promise.all([
      rebuildProjection(process.pool, process.store, new TallyProjection()),
      compareWithRebuild(other.pool, other.store, new TallyProjection()),
      append(50),
    ]);
    expect(differences).toEqual([]);
  });

  it('that is killed half-way leaves the live table alone, and the next one works', async () => {
    await append(12_000);
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    const dying = open();
    const projection = new TallyProjection();
    let batches = 0;
    projection.beforeWriting = async (transaction) => {
      batches += 1;
      if (batches === 2) await transaction.query('select pg_terminate_backend(pg_backend_pid())');
    };
    await expect(rebuildProjection(dying.pool, dying.store, projection)).rejects.toThrow();
    const { rows } = await database.pool.query('select events from rebuild_tally.tally_total');
    expect(rows).toEqual([{ events: 10_000 }]);
    await expectExactlyOnce();
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    await expectExactlyOnce();
  });

  it('that fails leaves the live table alone and gives its lock back', async () => {
    await append(10);
    await rebuildProjection(process.pool, process.store, new TallyProjection());
    const broken = new TallyProjection();
    broken.beforeWriting = () => Promise.reject(new Error('broken'));
    await expect(rebuildProjection(process.pool, process.store, broken)).rejects.toThrow('broken');
    await rebuildProjection(open().pool, process.store, new TallyProjection());
    await expectExactlyOnce();
  });

  it('happens at the start of a build with a higher version, once', async () => {
    await append(25);
    await rebuildProjection(process.pool, process.store, new TallyProjection(1));
    await damage();
    for (const version of [2, 2]) {
      const upgraded = open();
      upgraded.subscriptions.addProjection(new TallyProjection(version));
      await upgraded.start();
      await append(5);
      await expectExactlyOnce();
      await upgraded.close();
      processes.splice(processes.indexOf(upgraded), 1);
    }
    const { rows } = await database.pool.query('select version from subscriptions');
    expect(rows).toEqual([{ version: 2 }]);
  });

  it('of more projections than the pool has connections ends all the same', async () => {
    await append(30);
    const upgraded = open({ poolSize: 4 });
    const names = upTo(6).map((n) => `tally_${String(n)}`);
    for (const name of names) {
      await database.pool.query('insert into subscriptions (name, version, position) values ($1, 1, 0)', [name]);
      upgraded.subscriptions.addProjection(Object.assign(new TallyProjection(2, name), { tables: [], handles: [] }));
    }
    await upgraded.start();
    await until('all are rebuilt', async () => {
      const { rows } = await database.pool.query('select from subscriptions where version = 2 and position = 30');
      return rows.length === names.length;
    });
    expect(upgraded.errors).toEqual([]);
  });

  describe('to compare with', () => {
    beforeEach(async () => {
      await append(50);
      await rebuildProjection(process.pool, process.store, new TallyProjection());
    });
    const compare = (): Promise<unknown> => compareWithRebuild(process.pool, process.store, new TallyProjection());

    it('finds nothing where nothing differs, also behind the head of the log', async () => {
      await append(10);
      expect(await compare()).toEqual([]);
    });

    it('finds what was planted and nothing else, and changes nothing', async () => {
      await damage();
      const before = await readTally(database.pool);
      const tables = await schema();
      expect(await compare()).toEqual([{ table: 'tally', unexpected: 2, missing: 1 }]);
      expect(await compare()).toEqual([{ table: 'tally', unexpected: 2, missing: 1 }]);
      expect(await readTally(database.pool)).toEqual(before);
      expect(await schema()).toEqual(tables);
      expect(await position()).toBe(50);
    });

    it('takes nothing from an owner that works meanwhile', async () => {
      process.subscriptions.addProjection(new TallyProjection());
      await process.start();
      const [differences] = await Promise.all([compare(), append(200)]);
      expect(differences).toEqual([]);
      await expectExactlyOnce();
    });

    it('leaves a projection that never ran as if it had not been looked at', async () => {
      await database.pool.query('delete from subscriptions; delete from tally; delete from tally_total');
      expect(await compare()).toEqual([]);
      expect(await position()).toBeUndefined();
    });
  });
});
