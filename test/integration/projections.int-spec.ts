import { randomUUID } from 'node:crypto';
import { rebuildProjection } from '../../src/eventsourcing/rebuild.js';
import { projectionSubscriber } from '../../src/eventsourcing/subscribers.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { appendQuery } from '../../src/eventsourcing/postgres-event-store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, noted, times, upTo } from '../support/event-samples.js';
import { KernelProcess, type KernelSettings } from '../support/kernel-process.js';
import { createTally, readTally, TallyProjection, tallyOf } from '../support/tally-projection.js';
import { until } from '../support/until.js';

interface SubscriptionRow {
  readonly position: number;
  readonly failure: string | null;
}

describe('a projection', () => {
  let database: TestDatabase;
  const processes: KernelProcess[] = [];
  const open = (settings: KernelSettings & { readonly url?: string } = {}): KernelProcess => {
    const process = new KernelProcess(settings.url ?? database.url, settings);
    processes.push(process);
    return process;
  };
  const append = async (process: KernelProcess, count: number): Promise<void> => {
    const streams = [randomUUID(), randomUUID(), randomUUID()];
    await Promise.all(upTo(count).map((n) => process.store.append(appendOf([n], { streamId: streams[n % 3] ?? '' }))));
  };
  const subscription = async (name: string): Promise<SubscriptionRow | undefined> =>
    (
      await database.pool.query<SubscriptionRow>('select position::int, failure from subscriptions where name = $1', [
        name,
      ])
    ).rows[0];
  const caughtUp = async (process: KernelProcess, name = 'tally'): Promise<void> => {
    const head = await process.store.head();
    await until(`${name} stands at ${String(head)}`, async () => (await subscription(name))?.position === head);
  };
  const expectExactlyOnce = async (process: KernelProcess): Promise<void> => {
    await caughtUp(process);
    expect(await readTally(database.pool)).toEqual(tallyOf(await process.store.readAll(0, 100_000)));
  };
  const terminate = (name: string, condition = 'true'): Promise<unknown> =>
    database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and ${condition}`,
      [name],
    );

  beforeEach(async () => {
    database = await freshDatabase();
    await createTally(database.pool);
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await database.drop();
  });

  it('counts what was in the log before it and what comes after', async () => {
    const process = open({ batchSize: 10 });
    await append(process, 45);
    process.subscriptions.addProjection(new TallyProjection());
    await process.start();
    await append(process, 30);
    await expectExactlyOnce(process);
  });

  it('moves its checkpoint over events that it does not handle', async () => {
    const process = open();
    const projection = new TallyProjection();
    process.subscriptions.addProjection(Object.assign(projection, { handles: ['Other'] }));
    await append(process, 5);
    await process.start();
    await caughtUp(process);
    expect((await readTally(database.pool)).events).toBe(0);
  });

  it('counts each event once although its connection dies in the middle of batches', async () => {
    const process = open({ batchSize: 10 });
    const projection = new TallyProjection();
    let crashes = 0;
    projection.beforeWriting = async (transaction) => {
      // Every third batch loses its connection with the checkpoint moved and nothing committed.
      crashes += 1;
      if (crashes % 3 === 0 && crashes < 15) await transaction.query('select pg_terminate_backend(pg_backend_pid())');
    };
    process.subscriptions.addProjection(projection);
    await append(process, 100);
    await process.start();
    await expectExactlyOnce(process);
    expect(crashes).toBeGreaterThanOrEqual(14);
    expect((await subscription('tally'))?.failure).toBeNull();
  });

  it('writes nothing for a batch that was handled before', async () => {
    const process = open();
    await append(process, 10);
    const subscriber = projectionSubscriber(process.pool, new TallyProjection(), () => Promise.resolve());
    await database.pool.query("insert into subscriptions (name, version, position) values ('tally', 1, 0)");
    const events = await process.store.readAll(0, 10);
    await subscriber.handle(events, { from: 0, to: 10 });
    await expect(subscriber.handle(events, { from: 0, to: 10 })).rejects.toThrow(/no longer at 0/);
    await expectExactlyOnce(process);
  });

  describe('in two processes', () => {
    it('works in one, and in the other within five seconds when the first one is cut off', async () => {
      const proxy = await CuttingProxy.open(database.url);
      const applied = { first: 0, second: 0 };
      const start = async (who: 'first' | 'second', url: string): Promise<KernelProcess> => {
        const process = open({ url, batchSize: 10, giveUpAfterMs: 500 });
        const projection = new TallyProjection();
        projection.beforeWriting = () => {
          applied[who] += 1;
          return Promise.resolve();
        };
        process.subscriptions.addProjection(projection);
        return process.start();
      };
      await start('first', proxy.url);
      await until('the first one owns it', async () => (await subscription('tally')) !== undefined);
      const second = await start('second', database.url);
      await append(second, 50);
      await expectExactlyOnce(second);
      expect(applied.first).toBeGreaterThan(0);
      expect(applied.second).toBe(0);

      proxy.refuse();
      await append(second, 50);
      await until('the second one took over', () => applied.second > 0, 5_000);
      await expectExactlyOnce(second);
      proxy.pass();
      await append(second, 20);
      await expectExactlyOnce(second);
      await processes.shift()?.close();
      await proxy.close();
    });

    it('counts each event once while the lock changes hands again and again', async () => {
      const both = [open({ batchSize: 5 }), open({ batchSize: 5 })] as const;
      for (const process of both) {
        process.subscriptions.addProjection(new TallyProjection());
        await process.start();
      }
      for (const round of upTo(6)) {
        await append(round % 2 === 0 ? both[0] : both[1], 30);
        for (const { name } of both) await terminate(name, "query like '%pg_try_advisory_lock%'");
      }
      await expectExactlyOnce(both[0]);
    });

    it('refuses the writes of an owner that was fenced meanwhile', async () => {
      const process = open();
      await append(process, 20);
      await database.pool.query("insert into subscriptions (name, version, position) values ('tally', 1, 0)");
      const events = await process.store.readAll(0, 10);
      const [old, fresh] = [new TallyProjection(), new TallyProjection()];
      let wrote = false;
      old.beforeWriting = () => {
        wrote = true;
        return Promise.resolve();
      };
      const rebuild = (): Promise<void> => Promise.resolve();
      await projectionSubscriber(process.pool, fresh, rebuild).handle(events, { from: 0, to: 10 });
      const late = projectionSubscriber(process.pool, old, rebuild).handle(events, { from: 0, to: 10 });
      await expect(late).rejects.toThrow(/no longer at 0/);
      expect(wrote).toBe(false);
      expect((await readTally(database.pool)).events).toBe(10);
    });

    it('refuses the writes of an older version once a newer one has rebuilt it, even at the same position', async () => {
      const process = open();
      await append(process, 10);
      await database.pool.query("insert into subscriptions (name, version, position) values ('tally', 2, 0)");
      const old = projectionSubscriber(process.pool, new TallyProjection(1), () => Promise.resolve());
      await expect(old.handle(await process.store.readAll(0, 10), { from: 0, to: 10 })).rejects.toThrow(/no longer/);
      expect((await readTally(database.pool)).events).toBe(0);
    });

    it('goes to the newer build although the older one is still there', async () => {
      const [older, newer] = [open(), open()];
      older.subscriptions.addProjection(new TallyProjection(1));
      newer.subscriptions.addProjection(new TallyProjection(2));
      await older.start();
      await append(older, 10);
      await expectExactlyOnce(older);
      await rebuildProjection(newer.pool, newer.store, new TallyProjection(2));
      await newer.start();
      await append(older, 10);
      await expectExactlyOnce(newer);
      expect(older.errors.map(String).join()).toContain('newer version');
    });
  });

  describe('that throws', () => {
    it('stops and says so, others go on, and it goes on after the cause is gone', async () => {
      const process = open();
      const [broken, healthy] = [new TallyProjection(), new TallyProjection(1, 'other_tally')];
      Object.assign(healthy, { apply: () => Promise.resolve() });
      let healed = false;
      broken.beforeWriting = () => (healed ? Promise.resolve() : Promise.reject(new Error('division by zero')));
      process.subscriptions.addProjection(broken);
      process.subscriptions.addProjection(healthy);
      await process.start();
      await append(process, 10);
      await caughtUp(process, 'other_tally');
      await until(
        'the reason is kept',
        async () => (await subscription('tally'))?.failure === 'Error: division by zero',
      );
      expect(process.errors.map(String)).toContain('Error: division by zero');
      expect((await subscription('tally'))?.position).toBe(0);
      healed = true;
      await expectExactlyOnce(process);
      expect(await subscription('tally')).toMatchObject({ failure: null });
    });

    it('is not tried again by every new event, but after a pause', async () => {
      const process = open();
      const broken = new TallyProjection();
      let tries = 0;
      broken.beforeWriting = () => {
        tries += 1;
        return Promise.reject(new Error('broken'));
      };
      process.subscriptions.addProjection(broken);
      await process.start();
      await times(100, () => append(process, 1));
      await until('it was tried', () => tries > 0);
      expect(tries).toBeLessThan(20);
    });

    it('lets another process try, which may be able to', async () => {
      const [unable, able] = [open(), open()];
      const broken = new TallyProjection();
      broken.beforeWriting = () => Promise.reject(new Error('broken'));
      unable.subscriptions.addProjection(broken);
      await unable.start();
      await append(unable, 10);
      await until('the first one fails', () => unable.errors.length > 0);
      able.subscriptions.addProjection(new TallyProjection());
      await able.start();
      await expectExactlyOnce(able);
    });
  });

  describe('at an event of an unknown type', () => {
    it('stops in front of it and says so; appends, other streams and the tail go on', async () => {
      const process = open();
      process.subscriptions.addProjection(new TallyProjection());
      const seen: string[] = [];
      process.tail.subscribe((events) => seen.push(...events.map(({ type }) => type)));
      await process.start();
      await append(process, 3);
      const future = randomUUID();
      const unknown = { ...noted('?'), event: { type: 'FromTheFuture', data: {} } };
      await database.pool.query(appendQuery([appendOf([], { streamId: future, events: [unknown] })]));
      await append(process, 3);
      await until('it stands still', async () => (await subscription('tally'))?.failure !== null);
      expect(await subscription('tally')).toEqual({
        position: 3,
        failure: 'UnknownEventType: Event type FromTheFuture at position 4 is not declared',
      });
      expect((await readTally(database.pool)).events).toBe(3);
      await expect(process.store.readStream(future)).rejects.toThrow('FromTheFuture');
      await until('the tail is through', () => seen.length === 6);

      const newer = open({ declarations: [{ current: ['Noted', 'FromTheFuture'] }] });
      newer.subscriptions.addProjection(new TallyProjection());
      await newer.start();
      await caughtUp(newer);
      expect((await readTally(database.pool)).events).toBe(6);
    });
  });
});
