import { EventStoreUnavailable } from '../../src/eventsourcing/errors.js';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import type { Reactor } from '../../src/eventsourcing/projection.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, noteOf, upTo } from '../support/event-samples.js';
import { KernelProcess, type KernelSettings } from '../support/kernel-process.js';
import { until } from '../support/until.js';

/** A reactor whose effect is to write down the notes; `before` may refuse. */
class NoteTaker implements Reactor {
  readonly name = 'note_taker';
  readonly handles = ['Noted'];
  readonly notes: unknown[] = [];
  readonly batches: number[] = [];

  constructor(
    private readonly before: (events: readonly RecordedEvent[]) => void = () => undefined,
    private readonly after: () => void = () => undefined,
  ) {}

  async react(events: readonly RecordedEvent[]): Promise<void> {
    this.batches.push(events.length);
    await Promise.resolve(events).then(this.before);
    this.notes.push(...events.map(noteOf));
    this.after();
  }
}

describe('a reactor', () => {
  let database: TestDatabase;
  let writer: KernelProcess;
  const processes: KernelProcess[] = [];
  const run = async (
    reactor: Reactor,
    settings: KernelSettings & { readonly url?: string } = {},
  ): Promise<KernelProcess> => {
    const process = new KernelProcess(settings.url ?? database.url, { batchSize: 10, ...settings });
    processes.push(process);
    process.subscriptions.addReactor(reactor);
    return process.start();
  };
  const append = async (count: number): Promise<void> => {
    await Promise.all(upTo(count).map((n) => writer.store.append(appendOf([n]))));
  };
  const position = async (): Promise<number | undefined> =>
    (await database.pool.query<{ position: number }>('select position::int from subscriptions')).rows[0]?.position;
  const caughtUp = (count: number): Promise<void> =>
    until('it has caught up', async () => (await position()) === count);
  const parked = async (): Promise<unknown[]> =>
    (
      await database.pool.query<Record<string, unknown>>(
        'select subscription, position::int, error from parked_events order by position',
      )
    ).rows;

  beforeEach(async () => {
    database = await freshDatabase();
    writer = new KernelProcess(database.url);
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await writer.close();
    await database.drop();
  });

  it('handles every event in order, once where nothing fails, and goes on from its checkpoint', async () => {
    await append(25);
    const first = new NoteTaker();
    await (await run(first)).close();
    processes.pop();
    const second = new NoteTaker();
    await run(second);
    await append(25);
    await caughtUp(50);
    expect([...first.notes, ...second.notes]).toEqual([...upTo(25), ...upTo(25)]);
  });

  it('handles a batch again when it dies between the effect and the checkpoint', async () => {
    const proxy = await CuttingProxy.open(database.url);
    let died = false;
    const reactor = new NoteTaker(undefined, () => {
      if (died) return;
      died = true;
      proxy.refuse();
    });
    await append(10);
    await run(reactor, { url: proxy.url, giveUpAfterMs: 200 });
    await until('it died after its effect', () => died);
    await until('it tries in vain', () => proxy.refused > 1);
    expect(await position()).toBe(0);
    proxy.pass();
    await caughtUp(10);
    expect(reactor.notes).toEqual([...upTo(10), ...upTo(10)]);
    expect(await parked()).toEqual([]);
    await processes.pop()?.close();
    await proxy.close();
  });

  it('takes a failing batch apart, parks the poisoned event with its error and handles the others', async () => {
    const reactor = new NoteTaker((events) => {
      if (events.some((event) => noteOf(event) === 4)) throw new Error('four is poison');
    });
    await append(8);
    const process = await run(reactor);
    await caughtUp(8);
    expect(reactor.notes).toEqual([1, 2, 3, 5, 6, 7, 8]);
    // The batch, then one by one, the poisoned one three times.
    expect(reactor.batches).toEqual([8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(await parked()).toEqual([{ subscription: 'note_taker', position: 4, error: 'Error: four is poison' }]);
    expect(process.errors).toMatchObject([
      {
        name: 'EventParked',
        message: expect.stringContaining('position 4') as unknown,
        cause: { message: 'four is poison' },
      },
    ]);
    await append(1);
    await caughtUp(9);
    expect(reactor.notes).toHaveLength(8);
  });

  it('parks nothing that fails for a moment, as a deadlock does', async () => {
    let failingSince = 0;
    const reactor = new NoteTaker(() => {
      failingSince ||= performance.now();
      if (performance.now() < failingSince + 300) throw new Error('deadlock detected');
    });
    await append(1);
    const process = await run(reactor);
    await caughtUp(1);
    expect(reactor.notes).toEqual([1]);
    expect(await parked()).toEqual([]);
    expect(process.errors).toEqual([]);
  });

  it('takes the reason of an old standstill back when it gets on, also where there is nothing new', async () => {
    await database.pool.query(
      `insert into subscriptions (name, version, position, failure) values ('note_taker', 1, 0, 'an old build could not')`,
    );
    await run(new NoteTaker());
    await until('the failure is gone', async () => {
      const { rows } = await database.pool.query('select from subscriptions where failure is null');
      return rows.length === 1;
    });
  });

  it('parks nothing that fails once and then succeeds', async () => {
    let failures = 0;
    const reactor = new NoteTaker(() => {
      if (failures++ < 2) throw new Error('a hiccup');
    });
    await append(3);
    await run(reactor);
    await caughtUp(3);
    expect(reactor.notes).toEqual([1, 2, 3]);
    expect(await parked()).toEqual([]);
  });

  it.each([
    ['a refused connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['a host that is gone', Object.assign(new Error('connect EHOSTUNREACH'), { code: 'EHOSTUNREACH' })],
    ['a log that does not answer', new EventStoreUnavailable('The database did not answer')],
  ])('parks nothing for %s, but waits until it is over', async (_, away) => {
    let failures = 0;
    const reactor = new NoteTaker(() => {
      if (failures++ < 3) throw away;
    });
    await append(3);
    const process = await run(reactor);
    await caughtUp(3);
    expect(reactor.notes).toEqual([1, 2, 3]);
    expect(reactor.batches).toEqual([3, 3, 3, 3]);
    expect(await parked()).toEqual([]);
    expect(process.errors).toEqual([away, away, away]);
  });

  it('works in one of two processes', async () => {
    const reactors = [new NoteTaker(), new NoteTaker()];
    for (const reactor of reactors) await run(reactor);
    await append(30);
    await caughtUp(30);
    expect(reactors.map(({ notes }) => notes.length).toSorted()).toEqual([0, 30]);
  });
});
