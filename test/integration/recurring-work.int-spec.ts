import { RecurringWork, type RecurringWorkOptions } from '../../src/platform/database/recurring-work.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

describe('recurring work', () => {
  let database: TestDatabase;
  let processes: readonly KernelProcess[];
  const started: RecurringWork[] = [];
  const errors: unknown[] = [];

  beforeEach(async () => {
    database = await freshDatabase();
    processes = [new KernelProcess(database.url, { poolSize: 3 }), new KernelProcess(database.url, { poolSize: 3 })];
    errors.length = 0;
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((work) => work.stop()));
    await Promise.all(processes.map((process) => process.close()));
    await database.drop();
  });

  const open = (
    work: RecurringWorkOptions['work'],
    { process = 0, everySeconds = 3_600 }: { readonly process?: number; readonly everySeconds?: number } = {},
  ): RecurringWork => {
    const pool = processes[process]?.pool;
    if (!pool) throw new Error('There is no such process');
    const onError = (error: unknown): void => {
      errors.push(error);
    };
    const made = new RecurringWork(pool, { name: 'tidy_up', everySeconds, work, onError });
    started.push(made);
    return made;
  };
  const nothing = (): Promise<void> => Promise.resolve();
  const untilAborted: RecurringWorkOptions['work'] = (signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  const becomeDue = async (): Promise<void> => {
    await database.pool.query('update recurring_work set due_at = clock_timestamp()');
  };
  const secondsLeft = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ left: number }>(
      'select extract(epoch from due_at - clock_timestamp())::float8 as left from recurring_work',
    );
    return rows[0]?.left ?? 0;
  };

  it('is done by one process in its time, and by none again before the next', async () => {
    let rounds = 0;
    const count = (): Promise<void> => {
      rounds += 1;
      return Promise.resolve();
    };
    const all = [open(count), open(count, { process: 1 }), open(count)];
    const due = await Promise.all(all.map((work) => work.runIfDue()));
    expect([due.filter(Boolean).length, rounds]).toEqual([1, 1]);
    expect(await open(count, { process: 1 }).runIfDue()).toBe(false);
    await becomeDue();
    expect(await open(count, { process: 1 }).runIfDue()).toBe(true);
    expect(rounds).toBe(2);
  });

  it('is not joined by another process while a round takes long, nor put off by its tries', async () => {
    let finish: (() => void) | undefined;
    const running = open(() => new Promise((resolve) => (finish = resolve))).runIfDue();
    await until('the round has begun', () => finish !== undefined);
    await becomeDue();
    const before = await secondsLeft();
    expect(await open(nothing, { process: 1 }).runIfDue()).toBe(false);
    expect(await secondsLeft()).toBeLessThanOrEqual(before);
    finish?.();
    expect(await running).toBe(true);
    expect(await secondsLeft()).toBeGreaterThan(3_500);
    await becomeDue();
    expect(await open(nothing, { process: 1 }).runIfDue()).toBe(true);
  });

  it('is due again after a minute, by whichever process, when a round fails, is aborted or dies', async () => {
    const cut = async (): Promise<void> => {
      await database.pool.query(
        `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
          where l.locktype = 'advisory' and d.datname = current_database() and l.pid <> pg_backend_pid()`,
      );
    };
    for (const fail of [() => Promise.reject(new RangeError('No luck')), cut]) {
      await expect(open(fail).runIfDue()).rejects.toThrow();
      expect(await secondsLeft()).toBeGreaterThan(50);
      expect(await secondsLeft()).toBeLessThanOrEqual(60);
      expect(await open(nothing, { process: 1 }).runIfDue()).toBe(false);
      await becomeDue();
      // The server frees the lock when the session has ended, which may be a moment after its client heard of it.
      await until('another process gets a round', () => open(nothing, { process: 1 }).runIfDue());
      await becomeDue();
    }
    const stopped = open(untilAborted);
    stopped.start();
    await until('the round has begun', async () => (await secondsLeft()) > 0);
    await stopped.stop();
    expect(await secondsLeft()).toBeLessThanOrEqual(60);
  });

  it('comes again and again once it is started, reports what fails, and ends with the process', async () => {
    let rounds = 0;
    const work = open(
      () => {
        rounds += 1;
        return rounds === 1 ? Promise.reject(new RangeError('No luck')) : Promise.resolve();
      },
      { everySeconds: 0.02 },
    );
    work.start();
    await until('three rounds were done', () => rounds >= 3);
    await work.stop();
    expect(errors).toEqual([expect.any(RangeError)]);
    const done = rounds;
    await becomeDue();
    expect(await open(nothing, { process: 1 }).runIfDue()).toBe(true);
    expect(rounds).toBe(done);
  });

  it('is told when the process stops, whose end waits for it', async () => {
    let [begun, heard] = [false, false];
    const work = open(
      (signal) =>
        new Promise((_resolve, reject) => {
          begun = true;
          signal.addEventListener('abort', () => {
            heard = true;
            reject(signal.reason as Error);
          });
        }),
    );
    work.start();
    await until('the round has begun', () => begun);
    await work.stop();
    expect([heard, errors]).toEqual([true, []]);
  });
});
