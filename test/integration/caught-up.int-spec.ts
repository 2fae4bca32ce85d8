import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, upTo } from '../support/event-samples.js';
import { KernelProcess } from '../support/kernel-process.js';
import { createTally, readTally, TallyProjection } from '../support/tally-projection.js';
import { until } from '../support/until.js';

describe('a reader that waits for a projection', () => {
  let database: TestDatabase;
  const processes: KernelProcess[] = [];
  const open = (projection = new TallyProjection()): KernelProcess => {
    const process = new KernelProcess(database.url);
    process.subscriptions.addProjection(projection);
    processes.push(process);
    return process;
  };
  /** Hears of events and runs no projection. */
  const openReader = async (projection = new TallyProjection()): Promise<KernelProcess> => {
    const process = open(projection);
    await process.tail.start();
    return process;
  };
  const append = (process: KernelProcess, count = 1): Promise<unknown> =>
    Promise.all(upTo(count).map((n) => process.store.append(appendOf([n]))));
  const counted = async (): Promise<number> => (await readTally(database.pool)).events;
  const timed = async <T>(work: () => Promise<T>): Promise<readonly [result: T, ms: number]> => {
    const began = performance.now();
    const result = await work();
    return [result, performance.now() - began];
  };

  beforeEach(async () => {
    database = await freshDatabase();
    await createTally(database.pool);
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await database.drop();
  });

  it('finds what was appended before, every time', async () => {
    const process = await open().start();
    for (const round of upTo(30)) {
      await append(process);
      expect(await process.subscriptions.caughtUp('tally')).toBe(true);
      expect(await counted()).toBe(round);
    }
  });

  it('finds it too where another process runs the projection', async () => {
    await open().start();
    const reader = await openReader();
    await append(reader);
    await until('the other one works', async () => (await counted()) === 1);
    for (const round of upTo(30)) {
      await append(reader);
      const answers = await Promise.all(upTo(5).map(() => reader.subscriptions.caughtUp('tally')));
      expect(answers).toEqual([true, true, true, true, true]);
      expect(await counted()).toBe(1 + round);
    }
  });

  describe('that gathers events', () => {
    const gathering = (gatherMs: number): TallyProjection & { batches: number } => {
      const projection = new TallyProjection();
      const apply = projection.apply.bind(projection);
      const counting = Object.assign(projection, { gatherMs, batches: 0 });
      counting.apply = async (events, transaction) => {
        counting.batches += 1;
        await apply(events, transaction);
      };
      return counting;
    };

    it('costs fewer batches than there are events', async () => {
      const projection = gathering(300);
      const process = await open(projection).start();
      for (const round of upTo(20)) {
        await append(process);
        expect(await process.store.head()).toBe(round);
      }
      await until('all are counted', async () => (await counted()) === 20);
      expect(projection.batches).toBeLessThan(6);
    });

    it('is hurried by a reader', async () => {
      const process = await open(gathering(10_000)).start();
      await append(process);
      await until('it gathers', async () => (await counted()) === 1);
      for (const round of upTo(5)) {
        await append(process);
        expect(await process.subscriptions.caughtUp('tally')).toBe(true);
        expect(await counted()).toBe(1 + round);
      }
    });

    it('is hurried by a reader of another process', async () => {
      await open(gathering(10_000)).start();
      const reader = await openReader();
      await append(reader);
      await until('it gathers', async () => (await counted()) === 1);
      for (const round of upTo(5)) {
        await append(reader);
        expect(await reader.subscriptions.caughtUp('tally')).toBe(true);
        expect(await counted()).toBe(1 + round);
      }
    });
  });

  it('does not wait for events that the projection does not handle', async () => {
    const projection = Object.assign(new TallyProjection(), { handles: ['Other'] });
    const reader = await openReader(projection);
    await append(reader, 3);
    const [caughtUp, ms] = await timed(() => reader.subscriptions.caughtUp('tally'));
    expect(caughtUp).toBe(true);
    expect(ms).toBeLessThan(100);
  });

  it('waits a moment for one that does not get on, and then no more until it does', async () => {
    const reader = await openReader();
    await append(reader);
    expect(await timed(() => reader.subscriptions.caughtUp('tally'))).toEqual([false, expect.closeTo(250, -2.5)]);
    await append(reader);
    const [again, ms] = await timed(() => reader.subscriptions.caughtUp('tally'));
    expect(again).toBe(false);
    expect(ms).toBeLessThan(100);
    await open().start();
    await until('it gets on', () => reader.subscriptions.caughtUp('tally'));
    expect(await counted()).toBe(2);
  });

  it('does not wait for one that is far behind', async () => {
    const reader = await openReader();
    await append(reader, 2_500);
    const [caughtUp, ms] = await timed(() => reader.subscriptions.caughtUp('tally'));
    expect(caughtUp).toBe(false);
    expect(ms).toBeLessThan(100);
  });

  it('cannot wait for one that there is not', async () => {
    await expect(open().subscriptions.caughtUp('nothing')).rejects.toThrow('No projection is called nothing');
  });
});
