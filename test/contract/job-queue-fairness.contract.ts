import fc from 'fast-check';
import type { Job } from '../../src/platform/queue/job-queue.port.js';
import { until } from '../support/until.js';
import { Gate, inMs, job, type MakeQueue, QueueFixture, TIMING } from './job-queue.fixture.js';

/** Jobs of one group, named after it and numbered from 1. */
const many = (group: string, count: number, rest: Partial<Job> = {}): Job[] =>
  Array.from({ length: count }, (_, index) => job(`${group}-${String(index + 1)}`, { group, ...rest }));

const groupsOf = (ids: readonly string[]): string => ids.map((id) => id.split('-')[0]).join('');

/** The fair half of the contract: whose turn it is. */
export function sharesFairly(name: string, make: MakeQueue): void {
  describe(`turns of ${name}`, () => {
    jest.setTimeout(60_000);

    let fixture: QueueFixture;
    beforeEach(async () => {
      fixture = new QueueFixture(await make(TIMING));
    });
    afterEach(() => fixture.close());

    /** One slot whose jobs end when the test says so. */
    const oneByOne = (): { readonly gate: Gate; readonly next: (count: number) => Promise<string[]> } => {
      const gate = new Gate();
      fixture.work(gate.handler, 1);
      const next = async (count: number): Promise<string[]> => {
        const from = gate.started.length;
        while (gate.started.length < from + count) {
          const { length } = gate.started;
          gate.releaseAll();
          await until(`job ${String(length + 1)} starts`, () => gate.started.length > length);
        }
        return gate.started.slice(from);
      };
      return { gate, next };
    };

    const allInOrder = async (): Promise<string[]> => {
      fixture.work(fixture.note, 1);
      await until('all are done', fixture.empty, 30_000);
      return fixture.handled;
    };

    it('lets a lone job pass a thousand of another group within two', async () => {
      await fixture.queue.enqueue(many('a', 1000));
      const { next } = oneByOne();
      await next(5);
      await fixture.queue.enqueue(many('b', 1));
      expect(await next(2)).toContain('b-1');
    });

    it('lets groups of equal weight leave in turn, whoever came first and in how many calls', async () => {
      await fixture.queue.enqueue(many('a', 6));
      await fixture.queue.enqueue(many('b', 2));
      for (const each of many('c', 4)) await fixture.queue.enqueue([each]);
      expect(groupsOf(await allInOrder())).toBe('abcabcacacaa');
    });

    it('lets each group leave by its weight', async () => {
      await fixture.queue.enqueue([...many('a', 400), ...many('b', 400, { weight: 3 })]);
      const { next } = oneByOne();
      const left = groupsOf(await next(200));
      expect(left.replaceAll('a', '').length).toBeGreaterThanOrEqual(149);
      expect(left.replaceAll('a', '').length).toBeLessThanOrEqual(151);
      expect(left).not.toMatch(/aa|bbbbb/);
    });

    it('gives nobody credit for the time without jobs', async () => {
      await fixture.queue.enqueue([...many('a', 100), ...many('b', 100)]);
      const { next } = oneByOne();
      await next(100);
      await fixture.queue.enqueue([...many('late', 20)]);
      const left = await next(30);
      for (const group of ['a', 'b', 'late']) {
        const turns = left.filter((id) => id.startsWith(`${group}-`)).length;
        expect([group, Math.abs(turns - 10) <= 1]).toEqual([group, true]);
      }
    });

    it('holds no past turns against a group, once it has none waiting', async () => {
      await fixture.queue.enqueue(many('a', 200));
      const { gate, next } = oneByOne();
      await next(200);
      gate.releaseAll();
      await until('all are done', fixture.empty);
      await fixture.queue.enqueue([job('running')]);
      await next(1);
      await fixture.queue.enqueue([...many('b', 10), ...many('a', 10).map((each) => ({ ...each, id: `${each.id}x` }))]);
      expect(groupsOf(await next(8))).toBe('babababa');
    });

    it('gives jobs whose time has come no turns for the time that they waited for it', async () => {
      const { next } = oneByOne();
      await fixture.queue.enqueue([...many('a', 60), ...many('b', 30, { runAt: inMs(300) })]);
      await next(40);
      await until('they are due', async () => (await fixture.queue.counts()).delayed === 0);
      const left = groupsOf(await next(10));
      expect(left.replaceAll('a', '').length).toBeGreaterThanOrEqual(4);
      expect(left.replaceAll('a', '').length).toBeLessThanOrEqual(6);
    });

    it('takes nothing from a group whose waiting jobs were cancelled', async () => {
      await fixture.queue.enqueue(many('a', 50));
      const { next } = oneByOne();
      await next(1);
      for (const { id } of many('a', 49).slice(1)) expect(await fixture.queue.cancel(id)).toBe(true);
      await fixture.queue.enqueue(many('b', 50));
      expect(await next(2)).toContain('a-50');
    });

    it('lets an urgent job take the next turn of its group, and no other group wait longer for that', async () => {
      await fixture.queue.enqueue([...many('a', 20), ...many('b', 20)]);
      const { next } = oneByOne();
      await next(2);
      await fixture.queue.enqueue([job('a-urgent', { group: 'a', priority: 2 })]);
      const left = await next(10);
      expect(left.filter((id) => id.startsWith('a-'))[0]).toBe('a-urgent');
      expect(left.filter((id) => id.startsWith('b-')).length).toBeGreaterThanOrEqual(4);
    });

    it('lets a lone job pass a thousand urgent ones of another group', async () => {
      await fixture.queue.enqueue(many('a', 1000, { priority: 2 }));
      const { next } = oneByOne();
      await next(5);
      await fixture.queue.enqueue(many('b', 1, { priority: 10 }));
      expect(await next(2)).toContain('b-1');
    });

    it('lets priority 1 go before all turns', async () => {
      await fixture.queue.enqueue([...many('a', 20), ...many('b', 20)]);
      const { next } = oneByOne();
      await next(3);
      await fixture.queue.enqueue([job('a-taken-over', { group: 'a', priority: 1 })]);
      expect(await next(1)).toEqual(['a-taken-over']);
    });

    it('shares the turns of all processes', async () => {
      const other = await fixture.test.another();
      await fixture.queue.enqueue(many('a', 300));
      const gates = [new Gate(), new Gate()];
      const started = (): string[] => gates.flatMap((gate) => gate.started);
      fixture.work(gates[0]?.handler ?? fixture.note, 2);
      fixture.work(gates[1]?.handler ?? fixture.note, 2, other);
      await until('all slots are busy', () => started().length === 4);
      await other.enqueue(many('b', 1));
      for (const gate of gates) gate.releaseAll();
      await until('the next have started', () => started().length >= 6);
      await until('the lone one has started', () => started().includes('b-1') || started().length > 8);
      expect(started().indexOf('b-1')).toBeGreaterThan(-1);
      const end = setInterval(() => {
        for (const gate of gates) gate.releaseAll();
      }, 2);
      await until('all are done', fixture.empty);
      clearInterval(end);
    });

    it('tells places in the order in which the jobs then leave', async () => {
      const groups = ['a', 'b', 'c', undefined];
      const step = fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            group: fc.nat(3),
            priority: fc.integer({ min: 1, max: 7 }),
            count: fc.integer({ min: 1, max: 5 }),
          }),
        },
        { weight: 2, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 4 }) }) },
        { weight: 1, arbitrary: fc.record({ cancel: fc.nat(50) }) },
      );
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
          const run = `run${String((runs += 1))}`;
          const known: string[] = [];
          const gate = new Gate();
          const takeSome = async (count: number): Promise<void> => {
            const { waiting } = await fixture.queue.counts();
            const wanted = Math.min(count, waiting);
            if (wanted === 0) return;
            const worker = fixture.work(gate.handler, wanted);
            const before = gate.started.length;
            await until('they are taken', () => gate.started.length === before + wanted);
            const stopped = worker.stop(5000);
            gate.releaseAll();
            await stopped;
          };
          for (const each of steps) {
            if ('take' in each) await takeSome(each.take);
            else if ('cancel' in each)
              await fixture.queue.cancel(known[each.cancel % Math.max(1, known.length)] ?? 'none');
            else {
              const group = groups[each.group];
              const added = Array.from({ length: each.count }, (_, index) =>
                job(`${run}-${String(known.length + index)}`, {
                  ...(group !== undefined && { group, weight: each.group + 1 }),
                  priority: each.priority,
                }),
              );
              known.push(...added.map(({ id }) => id));
              await fixture.queue.enqueue(added);
            }
          }
          const places = await Promise.all(known.map(async (id) => ({ id, place: await fixture.queue.place(id) })));
          const told = places
            .flatMap(({ id, place }) => (place === null ? [] : [{ id, place }]))
            .sort((left, right) => left.place - right.place);
          expect(told.map(({ place }) => place)).toEqual(told.map((_, index) => index + 1));
          const left: string[] = [];
          const worker = fixture.work(({ id }) => {
            left.push(id);
            return Promise.resolve();
          }, 1);
          await until('all are done', fixture.empty);
          await worker.stop(1000);
          expect(left).toEqual(told.map(({ id }) => id));
        }),
        { numRuns: 25 },
      );
    });
  });
}
