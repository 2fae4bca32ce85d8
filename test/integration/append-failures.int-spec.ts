import { randomUUID } from 'node:crypto';
import { EventStoreUnavailable } from '../../src/eventsourcing/errors.js';
import type { AppendOutcome } from '../../src/eventsourcing/event-store.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { emptyLog } from '../support/empty-log.js';
import { appendOf, noteOf, positionsOf, upTo } from '../support/event-samples.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

describe('an append', () => {
  let database: TestDatabase;
  let proxy: CuttingProxy;
  let writer: KernelProcess;

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await emptyLog(database.pool);
    proxy = await CuttingProxy.open(database.url);
    writer = new KernelProcess(proxy.url);
  });
  afterEach(async () => {
    proxy.pass();
    await writer.close();
    await proxy.close();
  });

  /** Everything that a log with these events in any order promises. */
  const expectWholeLog = async (count: number): Promise<void> => {
    const all = await writer.store.readAll(0, 10_000);
    expect(positionsOf(all)).toEqual(upTo(count));
    expect(new Set(all.map(({ id }) => id)).size).toBe(count);
    for (const streamId of new Set(all.map((event) => event.streamId))) {
      const versions = all.filter((event) => event.streamId === streamId).map(({ version }) => version);
      expect(versions).toEqual(upTo(versions.length));
    }
  };

  describe('in a group with a poisoned one', () => {
    const lone = String.fromCharCode(0xd800);
    it.each([
      ['a NUL character', { note: 'a\u0000b' }],
      ['a lone surrogate', { note: lone }],
      ['a NUL character in a key', { ['a\u0000']: 1 }],
      ['what JSON cannot say', { note: 1n }],
    ])('fails alone: %s', async (_, poison) => {
      const healthy = upTo(10).map((n) => writer.store.append(appendOf([n])));
      const poisoned = writer.store.append(appendOf([poison]));
      const later = upTo(10).map((n) => writer.store.append(appendOf([n])));
      await expect(poisoned).rejects.toThrow();
      await expect(poisoned).rejects.not.toThrow(EventStoreUnavailable);
      const outcomes = await Promise.all([...healthy, ...later]);
      expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
      await expectWholeLog(20);
    });

    it('fails alone when its event id belongs to another stream', async () => {
      const first = appendOf(['a']);
      await writer.store.append(first);
      const stolen = writer.store.append({ ...first, streamId: randomUUID() });
      const healthy = writer.store.append(appendOf(['b']));
      await expect(stolen).rejects.toThrow(/duplicate key/);
      expect(await healthy).toMatchObject({ outcome: 'ok', position: 2 });
    });
  });

  describe('of a stream that another append of the same tick changes', () => {
    it('waits for it and is decided on what it left', async () => {
      const streamId = randomUUID();
      const outcomes = await Promise.all([
        writer.store.append(appendOf(['a'], { streamId, expectedVersion: 0 })),
        writer.store.append(appendOf(['b'], { streamId, expectedVersion: 0 })),
        writer.store.append(appendOf(['c'], { streamId, expectedVersion: 1 })),
        writer.store.append(appendOf(['d'], { streamId })),
      ]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'conflict', 'ok', 'ok']);
      expect((await writer.store.readStream(streamId)).map(noteOf)).toEqual(['a', 'c', 'd']);
    });
  });

  describe('whose answer is lost with the connection', () => {
    it('is not written twice and is answered as a duplicate of itself', async () => {
      await writer.store.append(appendOf(['before']));
      proxy.cutAnswerOf('append_events');
      const append = appendOf(['a', 'b'], { expectedVersion: 0 });
      expect(await writer.store.append(append)).toMatchObject({ outcome: 'duplicate', version: 2, position: 3 });
      expect(proxy.cut).toBe(1);
      await expectWholeLog(3);
    });

    it('is not written twice together with its whole group, keys and conflicts included', async () => {
      const streamId = randomUUID();
      await writer.store.append(appendOf(['before'], { streamId }));
      const idempotencyKey = { scope: 's', key: 'k', bodyHash: 'h' };
      proxy.cutAnswerOf('append_events');
      const outcomes = await Promise.all([
        writer.store.append(appendOf(['a'], { expectedVersion: 0, idempotencyKey })),
        writer.store.append(appendOf(['b'], { streamId, expectedVersion: null })),
        writer.store.append(appendOf(['c'], { expectedVersion: 7 })),
      ]);
      expect(proxy.cut).toBe(1);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'conflict']);
      await expectWholeLog(3);
    });

    it('is written once each, while the server ends connections at random under load', async () => {
      let answered = 0;
      const storm = async (): Promise<number> => {
        let killed = 0;
        for (let after = 0; after < 400; after += 20) {
          await until('some more appends are answered', () => answered > after);
          const { rowCount } = await database.pool.query(
            'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
            [writer.name],
          );
          killed += rowCount ?? 0;
        }
        return killed;
      };
      const killed = storm();
      const streams = upTo(20).map(() => randomUUID());
      const callers = streams.map(async (streamId) => {
        const outcomes: AppendOutcome[] = [];
        for (let version = 0; version < 20; version++) {
          outcomes.push(await writer.store.append(appendOf([version], { streamId, expectedVersion: version })));
          answered += 1;
        }
        return outcomes;
      });
      const outcomes = (await Promise.all(callers)).flat();
      expect(await killed).toBeGreaterThanOrEqual(10);
      expect(outcomes.every(({ outcome }) => outcome === 'ok' || outcome === 'duplicate')).toBe(true);
      await expectWholeLog(400);
    });
  });

  describe('whose turn does not come', () => {
    const waitingForTheLock = async (): Promise<number | null> =>
      (
        await database.pool.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`,
        )
      ).rowCount;
    const hold = async (): Promise<() => Promise<void>> => {
      const holder = await database.pool.connect();
      await holder.query("begin; select pg_advisory_xact_lock(hashtextextended('darkroom.append', 0))");
      return async () => {
        await holder.query('rollback');
        holder.release();
      };
    };

    it('fails as unavailable, and is not written after its caller was told so', async () => {
      const impatient = new KernelProcess(database.url, { giveUpAfterMs: 500 });
      const letGo = await hold();
      await expect(impatient.store.append(appendOf(['a']))).rejects.toThrow(EventStoreUnavailable);
      await until('the server has stopped waiting too', async () => (await waitingForTheLock()) === 0, 1_000);
      await letGo();
      expect(await impatient.store.append(appendOf(['b']))).toMatchObject({ outcome: 'ok', position: 1 });
      expect((await impatient.store.readAll(0, 10)).map(noteOf)).toEqual(['b']);
      await impatient.close();
    });

    it('is tried again while there is time', async () => {
      const patient = new KernelProcess(database.url, { giveUpAfterMs: 2_000 });
      const letGo = await hold();
      const append = patient.store.append(appendOf(['a']));
      await until('it waits', async () => (await waitingForTheLock()) === 1);
      await until('its first wait is over', async () => (await waitingForTheLock()) === 0);
      await letGo();
      expect(await append).toMatchObject({ outcome: 'ok', position: 1 });
      await expectWholeLog(1);
      await patient.close();
    });
  });

  describe('while the server is away', () => {
    it('succeeds once it is back', async () => {
      await writer.store.append(appendOf(['before']));
      proxy.refuse();
      const appends = upTo(5).map((n) => writer.store.append(appendOf([n])));
      await until('the writer tried in vain', () => proxy.refused >= 3);
      proxy.pass();
      const outcomes = await Promise.all(appends);
      expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
      await expectWholeLog(6);
    });

    it('reads again what was asked meanwhile', async () => {
      await writer.store.append(appendOf(['before']));
      proxy.refuse();
      const head = writer.store.head();
      await until('the reader tried in vain', () => proxy.refused >= 2);
      proxy.pass();
      expect(await head).toBe(1);
    });

    it.each(['refuse', 'silence'] as const)(
      'for longer than the window (%s) fails as unavailable and recovers',
      async (how) => {
        const impatient = new KernelProcess(proxy.url, { giveUpAfterMs: 300 });
        await impatient.store.append(appendOf(['before']));
        proxy[how]();
        const appends = upTo(3).map((n) => impatient.store.append(appendOf([n])));
        for (const outcome of await Promise.allSettled(appends)) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
        }
        await expect(impatient.store.head()).rejects.toThrow(EventStoreUnavailable);
        proxy.pass();
        expect(await impatient.store.append(appendOf(['after']))).toMatchObject({ outcome: 'ok', position: 2 });
        await impatient.close();
      },
    );
  });
});
