import { Logger } from '@nestjs/common';
import { type JobHandler, Postponed } from '../../src/platform/queue/job-queue.port.js';
import { throughout, until } from '../support/until.js';
import { Gate, job, jobs, type MakeQueue, QueueFixture, TIMING } from './job-queue.fixture.js';

/** The workers' half of the contract: who takes what, and what becomes of it when they fail, stop or die. */
export function behavesLikeQueueWorkers(name: string, make: MakeQueue): void {
  describe(`workers of ${name}`, () => {
    // Starting another process takes seconds on a busy machine; `until` has the tighter deadlines.
    jest.setTimeout(60_000);

    let fixture: QueueFixture;
    beforeEach(async () => {
      fixture = new QueueFixture(await make(TIMING));
    });
    afterEach(() => fixture.close());

    describe('pause', () => {
      it('stops every process until resume, and survives the one that paused', async () => {
        const other = await fixture.test.another();
        fixture.work(fixture.note, 4);
        fixture.work(fixture.note, 4, other);
        await other.pause();
        await other.close();
        await fixture.queue.enqueue(jobs(3));
        const third = await fixture.test.another();
        fixture.work(fixture.note, 4, third);
        await throughout('nobody takes a job', 400, () => fixture.handled.length === 0);
        expect((await fixture.queue.counts()).waiting).toBe(3);
        await third.resume();
        await until('all are done', fixture.empty);
        expect(fixture.handled).toHaveLength(3);
      });

      it('lets running jobs end and be forgotten', async () => {
        const gate = new Gate();
        fixture.work(gate.handler);
        await fixture.queue.enqueue([job('runs')]);
        await until('it runs', () => gate.running === 1);
        await fixture.queue.pause();
        gate.release('runs');
        await until('it is forgotten', fixture.empty);
      });
    });

    describe('workers', () => {
      it('runs no more at once than its concurrency, and uses all of it', async () => {
        const gate = new Gate();
        fixture.work(gate.handler, 3);
        await fixture.queue.enqueue(jobs(12));
        const end = setInterval(() => {
          if (gate.running === 3) gate.releaseAll();
        }, 5);
        await until('all ran', () => gate.started.length === 12);
        await until('all are done', fixture.empty);
        clearInterval(end);
        expect(gate.mostAtOnce).toBe(3);
      });

      it('gives two processes a thousand jobs without a double', async () => {
        const other = await fixture.test.another();
        fixture.work(fixture.note, 16);
        fixture.work(fixture.note, 16, other);
        await Promise.all([fixture.queue.enqueue(jobs(500, 'left')), other.enqueue(jobs(500, 'right'))]);
        await until('all are done', fixture.empty, 30_000);
        expect(fixture.handled).toHaveLength(1000);
        expect(new Set(fixture.handled).size).toBe(1000);
      });

      it('brings a job again whose handler failed, after the pause', async () => {
        const times: number[] = [];
        fixture.work(() => {
          times.push(performance.now());
          return times.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
        });
        await fixture.queue.enqueue([job('stubborn')]);
        await until('it succeeded', fixture.empty);
        expect(times).toHaveLength(3);
        const [first = 0, second = 0, third = 0] = times;
        for (const gap of [second - first, third - second]) {
          expect(gap).toBeGreaterThanOrEqual(TIMING.redeliverySeconds * 1000 - 1);
          expect(gap).toBeLessThan(TIMING.redeliverySeconds * 1000 + 1000);
        }
      });

      it('brings a job again whose handler threw at once', async () => {
        let calls = 0;
        fixture.work(() => {
          calls += 1;
          if (calls === 1) throw new Error('thrown, not rejected');
          return Promise.resolve();
        });
        await fixture.queue.enqueue([job('thrown')]);
        await until('it succeeded', async () => calls === 2 && (await fixture.empty()));
      });

      it('brings a postponed job again when its handler said, as often as it said so, without a warning', async () => {
        const warned: unknown[] = [];
        const ignore = (): void => undefined;
        Logger.overrideLogger({ log: ignore, warn: (message) => warned.push(message), error: ignore });
        try {
          const times: number[] = [];
          // More often than any adapter would let a job fail, and longer than the pause after a failure.
          const seconds = [0.5, 0.5, ...Array<number>(10).fill(0)];
          fixture.work(() => {
            const due = seconds[times.push(performance.now()) - 1];
            return due === undefined ? Promise.resolve() : Promise.reject(new Postponed(due));
          });
          await fixture.queue.enqueue([job('patient')]);
          await until('it succeeded', fixture.empty);
          expect(times).toHaveLength(13);
          const [first = 0, second = 0, third = 0] = times;
          for (const gap of [second - first, third - second]) {
            expect(gap).toBeGreaterThanOrEqual(500 - 1);
            expect(gap).toBeLessThan(500 + 1000);
          }
          expect(warned).toEqual([]);
        } finally {
          Logger.overrideLogger(true);
        }
      });

      it('takes other jobs while a postponed one waits, which counts as delayed, can be cancelled and comes but once', async () => {
        fixture.work((each) => {
          if (each.id.startsWith('full')) return Promise.reject(new Postponed(60));
          return fixture.note(each, new AbortController().signal);
        }, 1);
        await fixture.queue.enqueue([job('full'), job('full-too'), ...jobs(5)]);
        await until('the others are done', () => fixture.handled.length === 5);
        await until('both wait', async () => (await fixture.queue.counts()).delayed === 2);
        expect(await fixture.queue.counts()).toEqual({ waiting: 0, delayed: 2, active: 0 });
        await fixture.queue.enqueue([job('full')]);
        expect((await fixture.queue.counts()).delayed).toBe(2);
        expect(await fixture.queue.cancel('full')).toBe(true);
      });

      it('keeps its claim on a job that takes longer than the claim lasts', async () => {
        const gate = new Gate();
        fixture.work(gate.handler, 2);
        await fixture.queue.enqueue([job('long'), job('long-too')]);
        await until('both run', () => gate.running === 2);
        fixture.work(fixture.note, 4, await fixture.test.another());
        await throughout('nobody else takes them', TIMING.claimSeconds * 2000, () => fixture.handled.length === 0);
        expect([...gate.signals.values()].every((signal) => !signal.aborted)).toBe(true);
        gate.releaseAll();
        await until('both are done', fixture.empty);
        expect(gate.started).toHaveLength(2);
      });

      it('takes over the jobs of a process that died without a word', async () => {
        const dying = await fixture.test.hangingProcess(3);
        await fixture.queue.enqueue(jobs(3));
        await until('it has them all', async () => (await fixture.queue.counts()).active === 3);
        await dying.kill();
        const killed = performance.now();
        fixture.work(fixture.note);
        await until('all are done', fixture.empty);
        expect(fixture.handled.sort()).toEqual(jobs(3).map(({ id }) => id));
        expect(performance.now() - killed).toBeLessThan(TIMING.claimSeconds * 1000 + 2500);
      });
    });

    describe('stopping', () => {
      it('waits for what runs, takes nothing more and keeps the rest for others', async () => {
        const gate = new Gate();
        const worker = fixture.work(gate.handler, 2);
        await fixture.queue.enqueue(jobs(4));
        await until('two run', () => gate.running === 2);
        const stopped = worker.stop(5000);
        gate.releaseAll();
        await stopped;
        expect(gate.running).toBe(0);
        expect(await fixture.queue.counts()).toEqual({ waiting: 2, delayed: 0, active: 0 });
        expect([...gate.signals.values()].every((signal) => !signal.aborted)).toBe(true);
      });

      it('aborts after the grace time and gives the jobs back at once, in their old place', async () => {
        const gate = new Gate();
        const worker = fixture.work(gate.handler, 1);
        await fixture.queue.enqueue(jobs(3));
        await until('one runs', () => gate.running === 1);
        await worker.stop(50);
        expect(gate.signals.get('job-0000')?.aborted).toBe(true);
        expect(await fixture.queue.counts()).toEqual({ waiting: 3, delayed: 0, active: 0 });
        fixture.work(fixture.note, 1);
        await until('all are done', fixture.empty);
        expect(fixture.handled).toEqual(['job-0000', 'job-0001', 'job-0002']);
        gate.releaseAll();
      });

      it('gives back what was postponed while it stopped', async () => {
        const gate = new Gate();
        const worker = fixture.work(async (each, signal) => {
          await gate.handler(each, signal);
          throw new Postponed(60);
        }, 1);
        await fixture.queue.enqueue([job('late')]);
        await until('it runs', () => gate.running === 1);
        const stopped = worker.stop(5000);
        gate.releaseAll();
        await stopped;
        expect(await fixture.queue.counts()).toEqual({ waiting: 0, delayed: 1, active: 0 });
      });

      it('does not remove a job that ended after it was given back', async () => {
        const gate = new Gate();
        const worker = fixture.work(gate.handler, 1);
        await fixture.queue.enqueue([job('given-back')]);
        await until('it runs', () => gate.running === 1);
        await worker.stop(0);
        gate.releaseAll();
        await until('the handler ended', () => gate.running === 0);
        await throughout('the job is kept', 100, async () => (await fixture.queue.counts()).waiting === 1);
      });

      it('loses and doubles nothing when workers stop and start under load', async () => {
        await fixture.queue.enqueue(jobs(400));
        const quick: JobHandler = async ({ id }) => {
          await new Promise((resolve) => setImmediate(resolve));
          fixture.handled.push(id);
        };
        while (!(await fixture.empty())) {
          const worker = fixture.work(quick, 8);
          const before = fixture.handled.length;
          await until('some are done', async () => fixture.handled.length > before || (await fixture.empty()));
          await worker.stop(5000);
        }
        expect(fixture.handled).toHaveLength(400);
        expect(new Set(fixture.handled).size).toBe(400);
      });

      it('stops its workers when the queue closes', async () => {
        const other = await fixture.test.another();
        const gate = new Gate();
        fixture.work(gate.handler, 1, other);
        await fixture.queue.enqueue([job('open')]);
        await until('it runs', () => gate.running === 1);
        await other.close();
        expect(gate.signals.get('open')?.aborted).toBe(true);
        expect((await fixture.queue.counts()).waiting).toBe(1);
        gate.releaseAll();
      });
    });

    it('goes on when the server drops its connections under load, and loses nothing', async () => {
      const quick: JobHandler = async ({ id }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        fixture.handled.push(id);
      };
      const other = await fixture.test.another();
      await fixture.queue.enqueue(jobs(2000));
      fixture.work(quick, 16);
      fixture.work(quick, 16, other);
      for (const share of [200, 700, 1200, 1700]) {
        await until(`${String(share)} are done`, () => fixture.handled.length >= share);
        await fixture.test.breakConnections();
      }
      const survived = async (): Promise<boolean> => fixture.empty().catch(() => false);
      await until('all are done', survived, 30_000);
      expect(new Set(fixture.handled).size).toBe(2000);
      // A connection can break between the commit and its answer, so a few jobs may come twice: at most what was in hand.
      expect(fixture.handled.length).toBeLessThanOrEqual(2000 + 4 * 32);
      await fixture.queue.enqueue([job('after')]);
      await until('new jobs run', () => fixture.handled.includes('after'));
    }, 60_000);
  });
}
