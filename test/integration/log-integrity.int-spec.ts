import { randomUUID } from 'node:crypto';
import { appendQuery } from '../../src/eventsourcing/postgres-event-store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA, appendOf, noteOf, positionsOf, upTo } from '../support/event-samples.js';
import { emptyLog } from '../support/empty-log.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

const PARTITION = 10_000_000;

describe('the log on PostgreSQL', () => {
  let database: TestDatabase;
  let writer: KernelProcess;

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await emptyLog(database.pool);
    writer = new KernelProcess(database.url);
  });
  afterEach(() => writer.close());

  const run = (sql: string, values: unknown[] = []): Promise<{ rows: Record<string, unknown>[] }> =>
    database.pool.query<Record<string, unknown>>(sql, values);
  /** As a log that has grown so far would look. */
  const startLogAt = (position: number): Promise<unknown> =>
    run(
      `insert into events (position, stream_id, version, id, stream_type, type, data, metadata, recorded_at)
       values ($1, gen_random_uuid(), 1, gen_random_uuid(), 'notebook', 'Noted', '{"note": "first"}', $2, now())`,
      [position, METADATA],
    );
  const partitionsHolding = async (): Promise<unknown> =>
    (await run('select tableoid::regclass::text as name, count(*)::int from events group by 1 order by 1')).rows;

  describe('is append-only', () => {
    it.each([
      "update events set type = 'Forged'",
      'delete from events',
      'delete from events_0000',
      'truncate events',
      'truncate events_0000',
      'truncate events_overflow',
      'truncate events cascade',
    ])('refuses: %s', async (sql) => {
      await writer.store.append(appendOf(['kept']));
      await expect(run(sql)).rejects.toThrow(/append-only/);
      expect((await writer.store.readAll(0, 10)).map(noteOf)).toEqual(['kept']);
    });

    it('lets the erasure of a person through, which names itself', async () => {
      const append = appendOf(['secret']);
      await writer.store.append(append);
      await run(`begin; set local darkroom.maintenance = 'erasure'; update events set data = '{"note": null}'; commit`);
      expect((await writer.store.readStream(append.streamId)).map(noteOf)).toEqual([null]);
    });
  });

  describe('across partitions', () => {
    it('has partitions ahead from the start', async () => {
      expect(await run('select create_event_partitions() as made')).toMatchObject({ rows: [{ made: 0 }] });
      await expect(run('select * from events_0002')).resolves.toBeDefined();
    });

    it('goes on over the border of one, in one append, in order and with readable streams', async () => {
      await startLogAt(PARTITION - 3);
      const append = appendOf(upTo(5), { expectedVersion: 0 });
      expect(await writer.store.append(append)).toMatchObject({ outcome: 'ok', position: PARTITION + 2 });
      expect(await partitionsHolding()).toEqual([
        { name: 'events_0000', count: 3 },
        { name: 'events_0001', count: 3 },
      ]);
      expect(positionsOf(await writer.store.readAll(PARTITION - 3, 10))).toEqual(
        [-2, -1, 0, 1, 2].map((n) => PARTITION + n),
      );
      expect((await writer.store.readStream(append.streamId)).map(noteOf)).toEqual(upTo(5));
      expect(await writer.store.append(append)).toMatchObject({ outcome: 'duplicate', position: PARTITION + 2 });
    });

    it('makes the next partitions as the log grows, in several processes at once', async () => {
      await startLogAt(2 * PARTITION + 1);
      const made = await Promise.all(upTo(4).map(() => run('select create_event_partitions() as made')));
      expect(made.map(({ rows }) => Number(rows[0]?.['made'])).toSorted()).toEqual([0, 0, 0, 2]);
      await expect(run('truncate events_0004')).rejects.toThrow(/append-only/);
      await startLogAt(4 * PARTITION + 1);
      expect(await partitionsHolding()).toEqual([
        { name: 'events_0002', count: 1 },
        { name: 'events_0004', count: 1 },
      ]);
    });

    it('goes on in the overflow where nobody made the next partition, and finds everything there', async () => {
      await startLogAt(90 * PARTITION - 1);
      const append = appendOf(['a', 'b'], { expectedVersion: 0 });
      expect(await writer.store.append(append)).toMatchObject({ position: 90 * PARTITION + 1 });
      expect(await partitionsHolding()).toEqual([{ name: 'events_overflow', count: 3 }]);
      expect(await writer.store.append({ ...append, expectedVersion: null })).toMatchObject({ outcome: 'duplicate' });
      expect((await writer.store.readAll(90 * PARTITION - 1, 10)).map(noteOf)).toEqual(['a', 'b']);
      // The ranges that hold rows already stay in the overflow, the next one gets its partition.
      expect((await run('select create_event_partitions(1) as made')).rows).toEqual([{ made: 1 }]);
    });

    it('rather makes no partition than to hold appends up behind a long reader', async () => {
      await startLogAt(50 * PARTITION);
      const reader = await database.pool.connect();
      await reader.query('begin; select count(*) from events');
      await expect(run('select create_event_partitions()')).rejects.toThrow(/lock timeout/);
      await reader.query('rollback');
      reader.release();
      expect(await writer.store.append(appendOf(['a']))).toMatchObject({ outcome: 'ok' });
    });
  });

  describe('keeps commit order', () => {
    it('gives an append that waits for a slow one the positions behind it', async () => {
      const slow = await database.pool.connect();
      await slow.query('begin');
      await slow.query(appendQuery([appendOf(['slow'])]));
      const waiting = writer.store.append(appendOf(['quick']));
      await until('the quick one waits for the lock', async () => {
        const { rows } = await run(
          "select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted",
        );
        return rows[0]?.['waiting'] === 1;
      });
      expect(await writer.store.head()).toBe(0);
      await slow.query('commit');
      slow.release();
      expect(await waiting).toMatchObject({ position: 2 });
      expect((await writer.store.readAll(0, 10)).map(noteOf)).toEqual(['slow', 'quick']);
    });

    it('leaves no hole where an append rolls back', async () => {
      const failing = await database.pool.connect();
      await failing.query('begin');
      await failing.query(appendQuery([appendOf(['lost'])]));
      await failing.query('rollback');
      failing.release();
      expect(await writer.store.append(appendOf(['a']))).toMatchObject({ position: 1 });
    });

    it.each(['repeatable read', 'serializable'])(
      'refuses to append in a transaction that would not see the last one: %s',
      async (level) => {
        const client = await database.pool.connect();
        await client.query(`begin isolation level ${level}`);
        await expect(client.query(appendQuery([appendOf(['unseen'])]))).rejects.toThrow(/read committed/);
        await client.query('rollback');
        client.release();
      },
    );
  });

  it('costs an append no scan of a whole table, although its plan is made while all is empty', async () => {
    const client = await database.pool.connect();
    const scans = async (): Promise<unknown> =>
      (
        await client.query(
          `select relname, seq_scan::int from pg_stat_xact_user_tables
            where relname like 'events_%' or relname in ('streams', 'idempotency_keys') order by relname`,
        )
      ).rows;
    await client.query('begin');
    const before = await scans();
    const streamId = randomUUID();
    const idempotencyKey = { scope: 's', key: 'k', bodyHash: 'h' };
    // At another version than expected, so that duplicates are looked for too.
    for (const expectedVersion of [0, 7]) {
      await client.query(appendQuery([appendOf(['a'], { streamId, expectedVersion, idempotencyKey })]));
    }
    const after = await scans();
    await client.query('rollback');
    client.release();
    expect(after).toEqual(before);
  });

  describe('forgets idempotency keys after 24 hours', () => {
    const idempotencyKey = { scope: 's', key: 'k', bodyHash: 'h' };
    const age = (interval: string): Promise<unknown> =>
      run('update idempotency_keys set created_at = clock_timestamp() - $1::interval', [interval]);

    it('and no minute earlier', async () => {
      const first = appendOf(['a'], { idempotencyKey });
      await writer.store.append(first);
      await age('23 hours 59 minutes');
      expect(await writer.store.append(appendOf(['b'], { idempotencyKey }))).toEqual({
        outcome: 'replay',
        streamId: first.streamId,
      });
    });

    it('so that the key makes another stream, and leads to that one from then on', async () => {
      await writer.store.append(appendOf(['a'], { idempotencyKey }));
      await age('24 hours 1 second');
      const second = appendOf(['b'], { idempotencyKey: { ...idempotencyKey, bodyHash: 'other' } });
      expect(await writer.store.append(second)).toMatchObject({ outcome: 'ok', position: 2 });
      const third = appendOf(['c'], { idempotencyKey: { ...idempotencyKey, bodyHash: 'other' } });
      expect(await writer.store.append(third)).toEqual({ outcome: 'replay', streamId: second.streamId });
    });
  });
});
