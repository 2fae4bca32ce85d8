import { type Job, JobQueue, type JobHandler, type QueueWorker } from '../../src/platform/queue/job-queue.port.js';
import { throughout, until } from '../support/until.js';

/** One empty queue and what a test may do to it. */
export interface QueueUnderTest {
  readonly queue: JobQueue;
  /** The same queue as another process sees it, over connections of its own. */
  another(): Promise<JobQueue>;
  /** A process whose worker takes up to `concurrency` jobs and never finishes one; `kill` gives it no time for a word. */
  hangingProcess(concurrency: number): Promise<{ kill(): Promise<void> }>;
  /** The server drops all connections of all processes, once. */
  breakConnections(): Promise<void>;
  /** Closes the queues that this made, ends its processes, removes what it stored. */
  dispose(): Promise<void>;
}

/** Makes a queue whose claims last `claimSeconds` and whose failed jobs come again after `redeliverySeconds`. */
export type MakeQueue = (timing: { claimSeconds: number; redeliverySeconds: number }) => Promise<QueueUnderTest>;

const TIMING = { claimSeconds: 1.5, redeliverySeconds: 0.3 };

const job = (id: string, rest: Partial<Job> = {}): Job => ({ id, data: { run_id: id, attempt: 1 }, ...rest });
const jobs = (count: number, prefix = 'job'): Job[] =>
  Array.from({ length: count }, (_, index) => job(`${prefix}-${String(index).padStart(4, '0')}`));
const inMs = (ms: number): Date => new Date(Date.now() + ms);

/** A handler that holds each job until the test releases it. */
class Gate {
  readonly started: string[] = [];
  readonly signals = new Map<string, AbortSignal>();
  running = 0;
  mostAtOnce = 0;
  private readonly waiting = new Map<string, () => void>();

  readonly handler: JobHandler = async ({ id }, signal) => {
    this.started.push(id);
    this.signals.set(id, signal);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await new Promise<void>((resolve) => this.waiting.set(id, resolve));
    this.running -= 1;
  };

  release(id: string): void {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  }

  releaseAll(): void {
    for (const id of [...this.waiting.keys()]) this.release(id);
  }
}

/** What every adapter of the queue keeps. */
export function behavesLikeAJobQueue(name: string, make: MakeQueue): void {
  describe(`${name} as a job queue`, () => {
    let test: QueueUnderTest;
    let queue: JobQueue;
    let handled: string[];
    let workers: QueueWorker[];
    const note: JobHandler = ({ id }) => {
      handled.push(id);
      return Promise.resolve();
    };
    const work = (handler: JobHandler, concurrency = 4, on: JobQueue = queue): QueueWorker => {
      const worker = on.work(handler, { concurrency });
      workers.push(worker);
      return worker;
    };
    const empty = async (): Promise<boolean> => {
      const { waiting, delayed, active } = await queue.counts();
      return waiting + delayed + active === 0;
    };

    beforeEach(async () => {
      test = await make(TIMING);
      queue = test.queue;
      handled = [];
      workers = [];
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop(0)));
      await test.dispose();
    });

    describe('delivery', () => {
      it('hands each job over once, with its data, and forgets it', async () => {
        const seen: Job[] = [];
        work((each) => {
          seen.push(each);
          return Promise.resolve();
        });
        await queue.enqueue([job('a', { data: { run_id: 'ä"\\,{}', attempt: 2 } }), job('b')]);
        await until('both are done', async () => seen.length === 2 && (await empty()));
        expect(seen.find(({ id }) => id === 'a')?.data).toEqual({ run_id: 'ä"\\,{}', attempt: 2 });
        expect(seen.map(({ id }) => id).sort()).toEqual(['a', 'b']);
      });

      it('takes jobs that were there before the worker', async () => {
        await queue.enqueue(jobs(50));
        work(note);
        await until('all are done', empty);
        expect(new Set(handled).size).toBe(50);
        expect(handled).toHaveLength(50);
      });

      it('does nothing for an empty list', async () => {
        await queue.enqueue([]);
        expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0 });
      });

      it('wakes a worker of another process', async () => {
        const other = await test.another();
        work(note, 4, other);
        await queue.enqueue([job('far')]);
        await until('the other process handled it', () => handled.length === 1);
      });

      it('hands idle workers a job within milliseconds, in the middle of many', async () => {
        const other = await test.another();
        const latencies: number[] = [];
        let began = 0;
        work(() => {
          latencies.push(performance.now() - began);
          return Promise.resolve();
        });
        for (const [index, each] of jobs(60).entries()) {
          await until('the worker is idle', empty);
          began = performance.now();
          await (index % 2 === 0 ? queue : other).enqueue([each]);
          await until('it is handled', () => latencies.length === index + 1);
        }
        latencies.sort((left, right) => left - right);
        expect(latencies[30]).toBeLessThan(100);
        // A wake-up that got lost would cost at least the polling floor.
        expect(latencies[57]).toBeLessThan(900);
      });
    });

    describe('ids', () => {
      it('ignores an id that waits already, also within one call', async () => {
        await queue.enqueue([job('same', { data: { attempt: 1 } }), job('same', { data: { attempt: 2 } })]);
        await queue.enqueue([job('same', { data: { attempt: 3 } }), job('other')]);
        const seen: Job[] = [];
        work((each) => {
          seen.push(each);
          return Promise.resolve();
        });
        await until('all are done', empty);
        expect(seen.map(({ id }) => id)).toEqual(['same', 'other']);
        expect(seen[0]?.data).toEqual({ attempt: 1 });
      });

      it('ignores an id that is delayed, however urgent the repeat', async () => {
        await queue.enqueue([job('later', { runAt: inMs(60_000) })]);
        await queue.enqueue([job('later', { priority: 1 })]);
        expect(await queue.counts()).toEqual({ waiting: 0, delayed: 1, active: 0 });
      });

      it('ignores an id whose job runs', async () => {
        const gate = new Gate();
        work(gate.handler);
        await queue.enqueue([job('same')]);
        await until('it runs', () => gate.running === 1);
        await queue.enqueue([job('same')]);
        expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 1 });
        gate.release('same');
        await until('it is done', empty);
        expect(gate.started).toEqual(['same']);
      });

      it('runs an id again that was done', async () => {
        work(note);
        await queue.enqueue([job('again')]);
        await until('it is done', async () => handled.length === 1 && (await empty()));
        await queue.enqueue([job('again')]);
        await until('it ran again', async () => handled.length === 2 && (await empty()));
      });

      it('takes the same ids from two callers in opposite order', async () => {
        const many = jobs(300);
        const other = await test.another();
        await Promise.all([queue.enqueue(many), other.enqueue([...many].reverse()), queue.enqueue(many)]);
        expect((await queue.counts()).waiting).toBe(300);
      });
    });

    describe('order', () => {
      it('prefers the smaller priority, then the earlier run time, then the earlier arrival', async () => {
        const early = inMs(-60_000);
        await queue.enqueue([job('z-first'), job('y-second')]);
        await queue.enqueue([job('least', { priority: 10 }), job('most', { priority: 1 }), job('x-third')]);
        await queue.enqueue([job('early-b', { runAt: early }), job('early-a', { runAt: early })]);
        work(note, 1);
        await until('all are done', empty);
        expect(handled).toEqual(['most', 'early-b', 'early-a', 'z-first', 'y-second', 'x-third', 'least']);
      });

      it('keeps the order of one call, whatever the ids', async () => {
        const mixed = jobs(40).map((each, index) => ({ ...each, id: `${String((index * 7) % 40)}-mixed` }));
        await queue.enqueue(mixed);
        work(note, 1);
        await until('all are done', empty);
        expect(handled).toEqual(mixed.map(({ id }) => id));
      });
    });

    describe('delay', () => {
      it('never runs a job early, and soon after its time', async () => {
        const late: number[] = [];
        const due = new Map([250, 400, 410, 1300].map((ms) => [`in-${String(ms)}`, Date.now() + ms]));
        work(({ id }) => {
          late.push(Date.now() - (due.get(id) ?? 0));
          return Promise.resolve();
        });
        await queue.enqueue([...due].map(([id, at]) => job(id, { runAt: new Date(at) })));
        await until('all ran', () => late.length === due.size);
        expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...late)).toBeLessThan(700);
      });

      it('keeps a delay that another process asked for', async () => {
        const other = await test.another();
        work(note, 4, other);
        const at = Date.now() + 300;
        await queue.enqueue([job('later', { runAt: new Date(at) })]);
        expect(await queue.counts()).toEqual({ waiting: 0, delayed: 1, active: 0 });
        await until('it ran', () => handled.length === 1);
        expect(Date.now()).toBeGreaterThanOrEqual(at);
      });

      it('lets due jobs pass delayed ones of a smaller priority', async () => {
        await queue.enqueue([job('later', { runAt: inMs(60_000), priority: 1 }), job('now', { priority: 10 })]);
        work(note);
        await until('the due one ran', () => handled.length === 1);
        expect(handled).toEqual(['now']);
      });
    });

    describe('knowing and cancelling', () => {
      it('counts what waits, is delayed and runs', async () => {
        const gate = new Gate();
        await queue.enqueue([...jobs(5), job('later', { runAt: inMs(60_000) })]);
        work(gate.handler, 2);
        await until('two run', () => gate.running === 2);
        expect(await queue.counts()).toEqual({ waiting: 3, delayed: 1, active: 2 });
        const end = setInterval(() => gate.releaseAll(), 5);
        await until('the due ones are done', async () => (await queue.counts()).waiting === 0 && gate.running === 0);
        clearInterval(end);
      });

      it('tells the place of a waiting job, in the order in which jobs leave', async () => {
        await queue.enqueue([job('second'), job('third'), job('first', { priority: 1 })]);
        await queue.enqueue([job('fourth', { priority: 6 }), job('later', { runAt: inMs(60_000), priority: 1 })]);
        const places = ['first', 'second', 'third', 'fourth', 'later', 'unknown'].map((id) => queue.place(id));
        expect(await Promise.all(places)).toEqual([1, 2, 3, 4, null, null]);
        const gate = new Gate();
        work(gate.handler, 1);
        await until('the first runs', () => gate.running === 1);
        expect(await Promise.all([queue.place('first'), queue.place('third')])).toEqual([null, 2]);
        gate.release('first');
      });

      it('knows which ids it holds', async () => {
        const gate = new Gate();
        work(gate.handler, 1);
        await queue.enqueue([job('runs')]);
        await until('it runs', () => gate.running === 1);
        await queue.enqueue([job('waits'), job('later', { runAt: inMs(60_000) })]);
        const held = await queue.holds(['runs', 'waits', 'later', 'unknown']);
        expect([...held].sort()).toEqual(['later', 'runs', 'waits']);
        expect(await queue.holds([])).toEqual(new Set());
        gate.release('runs');
      });

      it('cancels what waits or is delayed, once, and leaves what runs', async () => {
        const gate = new Gate();
        work(gate.handler, 1);
        await queue.enqueue([job('runs')]);
        await until('it runs', () => gate.running === 1);
        await queue.enqueue([job('waits'), job('later', { runAt: inMs(60_000) })]);
        expect(await queue.cancel('waits')).toBe(true);
        expect(await queue.cancel('waits')).toBe(false);
        expect(await queue.cancel('later')).toBe(true);
        expect(await queue.cancel('runs')).toBe(false);
        expect(await queue.cancel('unknown')).toBe(false);
        expect(gate.signals.get('runs')?.aborted).toBe(false);
        gate.release('runs');
        await until('all is done', empty);
        expect(gate.started).toEqual(['runs']);
      });

      it('either cancels a job or runs it, never both', async () => {
        const many = jobs(200);
        await queue.enqueue(many);
        work(note, 8);
        const cancelled = await Promise.all(
          many.reverse().map(async ({ id }) => ((await queue.cancel(id)) ? [id] : [])),
        );
        await until('all is done', empty);
        const both = cancelled.flat().filter((id) => handled.includes(id));
        expect(both).toEqual([]);
        expect(cancelled.flat().length + handled.length).toBe(200);
      });
    });

    describe('pause', () => {
      it('stops every process until resume, and survives the one that paused', async () => {
        const other = await test.another();
        work(note, 4);
        work(note, 4, other);
        await other.pause();
        await other.close();
        await queue.enqueue(jobs(3));
        const third = await test.another();
        work(note, 4, third);
        await throughout('nobody takes a job', 400, () => handled.length === 0);
        expect((await queue.counts()).waiting).toBe(3);
        await third.resume();
        await until('all are done', empty);
        expect(handled).toHaveLength(3);
      });

      it('lets running jobs end and be forgotten', async () => {
        const gate = new Gate();
        work(gate.handler);
        await queue.enqueue([job('runs')]);
        await until('it runs', () => gate.running === 1);
        await queue.pause();
        gate.release('runs');
        await until('it is forgotten', empty);
      });
    });

    describe('workers', () => {
      it('runs no more at once than its concurrency, and uses all of it', async () => {
        const gate = new Gate();
        work(gate.handler, 3);
        await queue.enqueue(jobs(12));
        const end = setInterval(() => {
          if (gate.running === 3) gate.releaseAll();
        }, 5);
        await until('all ran', () => gate.started.length === 12);
        await until('all are done', empty);
        clearInterval(end);
        expect(gate.mostAtOnce).toBe(3);
      });

      it('gives two processes a thousand jobs without a double', async () => {
        const other = await test.another();
        work(note, 16);
        work(note, 16, other);
        await Promise.all([queue.enqueue(jobs(500, 'left')), other.enqueue(jobs(500, 'right'))]);
        await until('all are done', empty, 30_000);
        expect(handled).toHaveLength(1000);
        expect(new Set(handled).size).toBe(1000);
      });

      it('brings a job again whose handler failed, after the pause', async () => {
        const times: number[] = [];
        work(() => {
          times.push(performance.now());
          return times.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
        });
        await queue.enqueue([job('stubborn')]);
        await until('it succeeded', empty);
        expect(times).toHaveLength(3);
        const [first = 0, second = 0, third = 0] = times;
        for (const gap of [second - first, third - second]) {
          expect(gap).toBeGreaterThanOrEqual(TIMING.redeliverySeconds * 1000 - 1);
          expect(gap).toBeLessThan(TIMING.redeliverySeconds * 1000 + 1000);
        }
      });

      it('brings a job again whose handler threw at once', async () => {
        let calls = 0;
        work(() => {
          calls += 1;
          if (calls === 1) throw new Error('thrown, not rejected');
          return Promise.resolve();
        });
        await queue.enqueue([job('thrown')]);
        await until('it succeeded', async () => calls === 2 && (await empty()));
      });

      it('keeps its claim on a job that takes longer than the claim lasts', async () => {
        const gate = new Gate();
        work(gate.handler, 2);
        await queue.enqueue([job('long'), job('long-too')]);
        await until('both run', () => gate.running === 2);
        work(note, 4, await test.another());
        await throughout('nobody else takes them', TIMING.claimSeconds * 2000, () => handled.length === 0);
        expect([...gate.signals.values()].every((signal) => !signal.aborted)).toBe(true);
        gate.releaseAll();
        await until('both are done', empty);
        expect(gate.started).toHaveLength(2);
      });

      it('takes over the jobs of a process that died without a word', async () => {
        const dying = await test.hangingProcess(3);
        await queue.enqueue(jobs(3));
        await until('it has them all', async () => (await queue.counts()).active === 3);
        await dying.kill();
        const killed = performance.now();
        work(note);
        await until('all are done', empty);
        expect(handled.sort()).toEqual(jobs(3).map(({ id }) => id));
        expect(performance.now() - killed).toBeLessThan(TIMING.claimSeconds * 1000 + 2500);
      });
    });

    describe('stopping', () => {
      it('waits for what runs, takes nothing more and keeps the rest for others', async () => {
        const gate = new Gate();
        const worker = work(gate.handler, 2);
        await queue.enqueue(jobs(4));
        await until('two run', () => gate.running === 2);
        const stopped = worker.stop(5000);
        gate.releaseAll();
        await stopped;
        expect(gate.running).toBe(0);
        expect(await queue.counts()).toEqual({ waiting: 2, delayed: 0, active: 0 });
        expect([...gate.signals.values()].every((signal) => !signal.aborted)).toBe(true);
      });

      it('aborts after the grace time and gives the jobs back at once, in their old place', async () => {
        const gate = new Gate();
        const worker = work(gate.handler, 1);
        await queue.enqueue(jobs(3));
        await until('one runs', () => gate.running === 1);
        await worker.stop(50);
        expect(gate.signals.get('job-0000')?.aborted).toBe(true);
        expect(await queue.counts()).toEqual({ waiting: 3, delayed: 0, active: 0 });
        work(note, 1);
        await until('all are done', empty);
        expect(handled).toEqual(['job-0000', 'job-0001', 'job-0002']);
        gate.releaseAll();
      });

      it('does not remove a job that ended after it was given back', async () => {
        const gate = new Gate();
        const worker = work(gate.handler, 1);
        await queue.enqueue([job('given-back')]);
        await until('it runs', () => gate.running === 1);
        await worker.stop(0);
        gate.releaseAll();
        await until('the handler ended', () => gate.running === 0);
        await throughout('the job is kept', 100, async () => (await queue.counts()).waiting === 1);
      });

      it('loses and doubles nothing when workers stop and start under load', async () => {
        await queue.enqueue(jobs(400));
        const quick: JobHandler = async ({ id }) => {
          await new Promise((resolve) => setImmediate(resolve));
          handled.push(id);
        };
        while (!(await empty())) {
          const worker = work(quick, 8);
          const before = handled.length;
          await until('some are done', async () => handled.length > before || (await empty()));
          await worker.stop(5000);
        }
        expect(handled).toHaveLength(400);
        expect(new Set(handled).size).toBe(400);
      });

      it('stops its workers when the queue closes', async () => {
        const other = await test.another();
        const gate = new Gate();
        work(gate.handler, 1, other);
        await queue.enqueue([job('open')]);
        await until('it runs', () => gate.running === 1);
        await other.close();
        expect(gate.signals.get('open')?.aborted).toBe(true);
        expect((await queue.counts()).waiting).toBe(1);
        gate.releaseAll();
      });
    });

    it('goes on when the server drops its connections under load, and loses nothing', async () => {
      const quick: JobHandler = async ({ id }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        handled.push(id);
      };
      const other = await test.another();
      await queue.enqueue(jobs(2000));
      work(quick, 16);
      work(quick, 16, other);
      for (const share of [200, 700, 1200, 1700]) {
        await until(`${String(share)} are done`, () => handled.length >= share);
        await test.breakConnections();
      }
      const survived = async (): Promise<boolean> => empty().catch(() => false);
      await until('all are done', survived, 30_000);
      expect(new Set(handled).size).toBe(2000);
      // A connection can break between the commit and its answer, so a few jobs may come twice: at most what was in hand.
      expect(handled.length).toBeLessThanOrEqual(2000 + 4 * 32);
      await queue.enqueue([job('after')]);
      await until('new jobs run', () => handled.includes('after'));
    }, 60_000);
  });
}
