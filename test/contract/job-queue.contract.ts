import type { Job } from '../../src/platform/queue/job-queue.port.js';
import { until } from '../support/until.js';
import { sharesFairly } from './job-queue-fairness.contract.js';
import { behavesLikeQueueWorkers } from './job-queue-workers.contract.js';
import { Gate, inMs, job, jobs, type MakeQueue, QueueFixture, TIMING } from './job-queue.fixture.js';

/** What every adapter of the queue keeps. */
export function behavesLikeAJobQueue(name: string, make: MakeQueue): void {
  behavesLikeQueueWorkers(name, make);
  sharesFairly(name, make);

  describe(`${name} as a job queue`, () => {
    let fixture: QueueFixture;
    beforeEach(async () => {
      fixture = new QueueFixture(await make(TIMING));
    });
    afterEach(() => fixture.close());

    describe('delivery', () => {
      it('hands each job over once, with its data, and forgets it', async () => {
        const seen: Job[] = [];
        fixture.work((each) => {
          seen.push(each);
          return Promise.resolve();
        });
        await fixture.queue.enqueue([job('a', { data: { run_id: 'ä"\\,{}', attempt: 2 } }), job('b')]);
        await until('both are done', async () => seen.length === 2 && (await fixture.empty()));
        expect(seen.find(({ id }) => id === 'a')?.data).toEqual({ run_id: 'ä"\\,{}', attempt: 2 });
        expect(seen.map(({ id }) => id).sort()).toEqual(['a', 'b']);
      });

      it('takes the trace of a job along to whoever handles it', async () => {
        const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
        const seen: Job[] = [];
        fixture.work((each) => {
          seen.push(each);
          return Promise.resolve();
        });
        await fixture.queue.enqueue([job('traced', { traceparent })]);
        await until('it is done', () => seen.length === 1);
        expect(seen[0]?.data).toEqual({ run_id: 'traced', attempt: 1, traceparent });
      });

      it('takes jobs that were there before the worker', async () => {
        await fixture.queue.enqueue(jobs(50));
        fixture.work(fixture.note);
        await until('all are done', fixture.empty);
        expect(new Set(fixture.handled).size).toBe(50);
        expect(fixture.handled).toHaveLength(50);
      });

      it('does nothing for an empty list', async () => {
        await fixture.queue.enqueue([]);
        expect(await fixture.queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0 });
      });

      it('wakes a worker of another process', async () => {
        const other = await fixture.test.another();
        fixture.work(fixture.note, 4, other);
        await fixture.queue.enqueue([job('far')]);
        await until('the other process handled it', () => fixture.handled.length === 1);
      });

      it('hands idle workers a job within milliseconds, in the middle of many', async () => {
        const other = await fixture.test.another();
        const latencies: number[] = [];
        let began = 0;
        fixture.work(() => {
          latencies.push(performance.now() - began);
          return Promise.resolve();
        });
        for (const [index, each] of jobs(60).entries()) {
          await until('the worker is idle', fixture.empty);
          began = performance.now();
          await (index % 2 === 0 ? fixture.queue : other).enqueue([each]);
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
        await fixture.queue.enqueue([job('same', { data: { attempt: 1 } }), job('same', { data: { attempt: 2 } })]);
        await fixture.queue.enqueue([job('same', { data: { attempt: 3 } }), job('other')]);
        const seen: Job[] = [];
        fixture.work((each) => {
          seen.push(each);
          return Promise.resolve();
        });
        await until('all are done', fixture.empty);
        expect(seen.map(({ id }) => id)).toEqual(['same', 'other']);
        expect(seen[0]?.data).toEqual({ attempt: 1 });
      });

      it('ignores an id that is delayed, however urgent the repeat', async () => {
        await fixture.queue.enqueue([job('later', { runAt: inMs(60_000) })]);
        await fixture.queue.enqueue([job('later', { priority: 1 })]);
        expect(await fixture.queue.counts()).toEqual({ waiting: 0, delayed: 1, active: 0 });
      });

      it('ignores an id whose job runs', async () => {
        const gate = new Gate();
        fixture.work(gate.handler);
        await fixture.queue.enqueue([job('same')]);
        await until('it runs', () => gate.running === 1);
        await fixture.queue.enqueue([job('same')]);
        expect(await fixture.queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 1 });
        gate.release('same');
        await until('it is done', fixture.empty);
        expect(gate.started).toEqual(['same']);
      });

      it('runs an id again that was done', async () => {
        fixture.work(fixture.note);
        await fixture.queue.enqueue([job('again')]);
        await until('it is done', async () => fixture.handled.length === 1 && (await fixture.empty()));
        await fixture.queue.enqueue([job('again')]);
        await until('it ran again', async () => fixture.handled.length === 2 && (await fixture.empty()));
      });

      it('takes the same ids from two callers in opposite order', async () => {
        const many = jobs(300);
        const other = await fixture.test.another();
        await Promise.all([
          fixture.queue.enqueue(many),
          other.enqueue([...many].reverse()),
          fixture.queue.enqueue(many),
        ]);
        expect((await fixture.queue.counts()).waiting).toBe(300);
      });
    });

    describe('order', () => {
      it('prefers the smaller priority, then what became due earlier', async () => {
        const gate = new Gate();
        const worker = fixture.work(gate.handler, 1);
        await fixture.queue.enqueue([job('runs')]);
        await until('it runs', () => gate.running === 1);
        await fixture.queue.enqueue([job('b-soon', { runAt: inMs(300) }), job('a-sooner', { runAt: inMs(150) })]);
        await fixture.queue.enqueue([job('z-first'), job('y-second')]);
        await fixture.queue.enqueue([job('least', { priority: 10 }), job('most', { priority: 1 }), job('x-third')]);
        await until('all are due', async () => (await fixture.queue.counts()).delayed === 0);
        await fixture.queue.enqueue([job('w-last')]);
        const end = setInterval(() => {
          gate.releaseAll();
        }, 5);
        await until('all are done', fixture.empty);
        clearInterval(end);
        await worker.stop(0);
        const order = ['runs', 'most', 'z-first', 'y-second', 'x-third', 'a-sooner', 'b-soon', 'w-last', 'least'];
        expect(gate.started).toEqual(order);
      });

      it('keeps the order of one call, whatever the ids', async () => {
        const mixed = jobs(40).map((each, index) => ({ ...each, id: `${String((index * 7) % 40)}-mixed` }));
        await fixture.queue.enqueue(mixed);
        fixture.work(fixture.note, 1);
        await until('all are done', fixture.empty);
        expect(fixture.handled).toEqual(mixed.map(({ id }) => id));
      });
    });

    describe('delay', () => {
      it('never runs a job early, and soon after its time', async () => {
        const late: number[] = [];
        const due = new Map([250, 400, 410, 1300].map((ms) => [`in-${String(ms)}`, Date.now() + ms]));
        fixture.work(({ id }) => {
          late.push(Date.now() - (due.get(id) ?? 0));
          return Promise.resolve();
        });
        await fixture.queue.enqueue([...due].map(([id, at]) => job(id, { runAt: new Date(at) })));
        await until('all ran', () => late.length === due.size);
        expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...late)).toBeLessThan(700);
      });

      it('keeps a delay that another process asked for', async () => {
        const other = await fixture.test.another();
        fixture.work(fixture.note, 4, other);
        const at = Date.now() + 300;
        await fixture.queue.enqueue([job('later', { runAt: new Date(at) })]);
        expect(await fixture.queue.counts()).toEqual({ waiting: 0, delayed: 1, active: 0 });
        await until('it ran', () => fixture.handled.length === 1);
        expect(Date.now()).toBeGreaterThanOrEqual(at);
      });

      it('lets due jobs pass delayed ones of a smaller priority', async () => {
        await fixture.queue.enqueue([job('later', { runAt: inMs(60_000), priority: 1 }), job('now', { priority: 10 })]);
        fixture.work(fixture.note);
        await until('the due one ran', () => fixture.handled.length === 1);
        expect(fixture.handled).toEqual(['now']);
      });
    });

    describe('knowing and cancelling', () => {
      it('counts what waits, is delayed and runs', async () => {
        const gate = new Gate();
        await fixture.queue.enqueue([...jobs(5), job('later', { runAt: inMs(60_000) })]);
        fixture.work(gate.handler, 2);
        await until('two run', () => gate.running === 2);
        expect(await fixture.queue.counts()).toEqual({ waiting: 3, delayed: 1, active: 2 });
        const end = setInterval(() => {
          gate.releaseAll();
        }, 5);
        await until(
          'the due ones are done',
          async () => (await fixture.queue.counts()).waiting === 0 && gate.running === 0,
        );
        clearInterval(end);
      });

      it('tells the place of a waiting job, in the order in which jobs leave', async () => {
        await fixture.queue.enqueue([job('second'), job('third'), job('first', { priority: 1 })]);
        await fixture.queue.enqueue([
          job('fourth', { priority: 6 }),
          job('later', { runAt: inMs(60_000), priority: 1 }),
        ]);
        const places = ['first', 'second', 'third', 'fourth', 'later', 'unknown'].map((id) => fixture.queue.place(id));
        expect(await Promise.all(places)).toEqual([1, 2, 3, 4, null, null]);
        const gate = new Gate();
        fixture.work(gate.handler, 1);
        await until('the first runs', () => gate.running === 1);
        expect(await Promise.all([fixture.queue.place('first'), fixture.queue.place('third')])).toEqual([null, 2]);
        gate.release('first');
      });

      it('counts places to a thousand and one', async () => {
        await fixture.queue.enqueue(Array.from({ length: 1_100 }, (_, index) => job(`job-${String(index + 1)}`)));
        const places = ['job-1', 'job-999', 'job-1000', 'job-1001', 'job-1100'].map((id) => fixture.queue.place(id));
        expect(await Promise.all(places)).toEqual([1, 999, 1_000, 1_001, 1_001]);
      });

      it('knows which ids it holds', async () => {
        const gate = new Gate();
        fixture.work(gate.handler, 1);
        await fixture.queue.enqueue([job('runs')]);
        await until('it runs', () => gate.running === 1);
        await fixture.queue.enqueue([job('waits'), job('later', { runAt: inMs(60_000) })]);
        const held = await fixture.queue.holds(['runs', 'waits', 'later', 'unknown']);
        expect([...held].sort()).toEqual(['later', 'runs', 'waits']);
        expect(await fixture.queue.holds([])).toEqual(new Set());
        gate.release('runs');
      });

      it('cancels what waits or is delayed, once, and leaves what runs', async () => {
        const gate = new Gate();
        fixture.work(gate.handler, 1);
        await fixture.queue.enqueue([job('runs')]);
        await until('it runs', () => gate.running === 1);
        await fixture.queue.enqueue([job('waits'), job('later', { runAt: inMs(60_000) })]);
        expect(await fixture.queue.cancel('waits')).toBe(true);
        expect(await fixture.queue.cancel('waits')).toBe(false);
        expect(await fixture.queue.cancel('later')).toBe(true);
        expect(await fixture.queue.cancel('runs')).toBe(false);
        expect(await fixture.queue.cancel('unknown')).toBe(false);
        expect(gate.signals.get('runs')?.aborted).toBe(false);
        gate.release('runs');
        await until('all is done', fixture.empty);
        expect(gate.started).toEqual(['runs']);
      });

      it('either cancels a job or runs it, never both', async () => {
        const many = jobs(200);
        await fixture.queue.enqueue(many);
        fixture.work(fixture.note, 8);
        const cancelled = await Promise.all(
          many.reverse().map(async ({ id }) => ((await fixture.queue.cancel(id)) ? [id] : [])),
        );
        await until('all is done', fixture.empty);
        const both = cancelled.flat().filter((id) => fixture.handled.includes(id));
        expect(both).toEqual([]);
        expect(cancelled.flat().length + fixture.handled.length).toBe(200);
      });
    });
  });
}
