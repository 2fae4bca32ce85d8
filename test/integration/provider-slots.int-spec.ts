import { randomUUID } from 'node:crypto';
import { ProviderSlots, type Refusal, type SlotRequest } from '../../src/generation/execution/provider-slots.store.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { Generations } from '../../src/generation/generation.store.js';
import { ProviderLimits } from '../../src/providers/provider-limits.port.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA } from '../support/event-samples.js';
import { orderOf, please } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';

const HOUR = 3_600_000;

describe('the slots of a provider', () => {
  let database: TestDatabase;
  let kernel: KernelProcess;
  let generations: Generations;
  let provider: string;

  beforeAll(async () => {
    database = await freshDatabase();
    kernel = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS] });
    generations = new Generations(kernel.store);
  });
  afterAll(async () => {
    await kernel.close();
    await database.drop();
  });
  beforeEach(() => {
    provider = `p-${randomUUID()}`;
  });

  /** A worker that has a lease, and what it has in hand. */
  class Worker {
    readonly id = randomUUID();
    readonly held = new Set<string>();
    readonly slots = new ProviderSlots(database.pool, this.id);

    async live(seconds = 60): Promise<this> {
      await database.pool.query(
        `insert into workers (worker_id, host, pid, expires_at) values ($1, 'here', 1, clock_timestamp() + make_interval(secs => $2))
         on conflict (worker_id) do update set expires_at = excluded.expires_at`,
        [this.id, seconds],
      );
      return this;
    }

    async take(limit: string, change: Partial<SlotRequest> = {}): Promise<{ runId: string; refusal: Refusal | null }> {
      const request = {
        runId: randomUUID(),
        attempt: 1,
        provider,
        calls: 1,
        since: new Date(),
        takenOver: false,
        ...change,
      };
      const parsed = ProviderLimits.parse(`${provider}=${limit}`, [provider]).of(provider);
      if (!parsed) throw new Error('There is no limit');
      this.held.add(request.runId);
      const refusal = await this.slots.take(request, parsed, [...this.held], 0.5);
      if (refusal) this.held.delete(request.runId);
      return { runId: request.runId, refusal };
    }

    async giveBack(runId: string): Promise<void> {
      this.held.delete(runId);
      await this.slots.giveBack(runId);
    }
  }
  const worker = (): Promise<Worker> => new Worker().live();
  /** A run that waits for its first attempt. */
  const pending = async (): Promise<string> => {
    const runId = randomUUID();
    await generations.decide(runId, please.create({ order: orderOf({ provider }) }), { metadata: METADATA });
    return runId;
  };

  it('are as many as its limit, over all workers, and free again when they are given back', async () => {
    const [one, other] = [await worker(), await worker()];
    const first = await one.take('2');
    expect([first.refusal, (await other.take('2')).refusal]).toEqual([null, null]);
    const refused = await one.take('2', { since: new Date(0) });
    expect(refused.refusal?.fullSeconds).toBeGreaterThan(0);
    expect(refused.refusal?.waitSeconds).toBeGreaterThan(0);
    await one.giveBack(first.runId);
    expect((await one.take('2', { runId: refused.runId, since: new Date(0) })).refusal).toBeNull();
  });

  it('are never more at once, however many ask in the same moment', async () => {
    const workers = await Promise.all(Array.from({ length: 4 }, () => worker()));
    const asking = workers.flatMap((each) => Array.from({ length: 10 }, () => each.take('3')));
    const answers = await Promise.all(asking);
    expect(answers.filter(({ refusal }) => refusal === null)).toHaveLength(3);
  });

  it('are one for each variant, and one run that wants more than there are gets them alone', async () => {
    const one = await worker();
    const three = await one.take('4', { calls: 3 });
    expect(three.refusal).toBeNull();
    const two = await one.take('4', { calls: 2, runId: await pending(), since: new Date(0) });
    expect(two.refusal).not.toBeNull();
    await one.giveBack(three.runId);
    expect((await one.take('4', { calls: 2, runId: two.runId, since: new Date(0) })).refusal).toBeNull();
    const eight = { calls: 8, runId: await pending(), since: new Date(HOUR) };
    expect((await one.take('4', eight)).refusal).not.toBeNull();
    await one.giveBack(two.runId);
    expect((await one.take('4', eight)).refusal).toBeNull();
  });

  it('are kept for those that were due first, as long as their attempts are wanted', async () => {
    const one = await worker();
    const running = await one.take('1');
    const early = await pending();
    const since = new Date(HOUR);
    const { refusal } = await one.take('1', { runId: early, since });
    const late = await one.take('1', { since: new Date(2 * HOUR) });
    expect(late.refusal?.waitSeconds).toBeGreaterThan(refusal?.waitSeconds ?? Infinity);
    await one.giveBack(running.runId);
    // Free, but not for whoever comes by; so nobody is told that the provider is full.
    expect((await one.take('1', { runId: late.runId, since: new Date(2 * HOUR) })).refusal).toMatchObject({
      fullSeconds: null,
    });
    await generations.decide(early, please.cancel(), { metadata: METADATA });
    expect((await one.take('1', { runId: late.runId, since: new Date(2 * HOUR) })).refusal).toBeNull();
  });

  it('are not kept for one that does not come when it said', async () => {
    const one = await worker();
    const running = await one.take('1');
    await one.take('1', { runId: await pending(), since: new Date(HOUR) });
    await one.giveBack(running.runId);
    await database.pool.query(
      `update provider_waits set due_at = clock_timestamp() - interval '6 seconds' where provider = $1`,
      [provider],
    );
    expect((await one.take('1')).refusal).toBeNull();
  });

  it('are free again when their worker is dead, and kept for the run that it had begun until that is taken over and ends', async () => {
    const [dying, other] = [await worker(), await worker()];
    expect((await dying.take('1')).refusal).toBeNull();
    await dying.live(-1);
    const begun = await pending();
    await dying.live();
    const taken = await dying.take('1', { runId: begun });
    expect(taken.refusal).not.toBeNull();
    await dying.live(-1);
    const reborn = await worker();
    expect((await reborn.take('1', { runId: begun, since: new Date(0) })).refusal).toBeNull();
    await generations.decide(begun, please.start({ workerId: reborn.id }), { metadata: METADATA });
    await reborn.live(-1);
    expect((await other.take('1')).refusal).not.toBeNull();
    expect((await other.take('1', { runId: begun, takenOver: true })).refusal).toBeNull();
    // The first worker's farewell, late, is nothing to the slot's new holder.
    await reborn.giveBack(begun);
    expect((await other.take('1')).refusal).not.toBeNull();
    await other.giveBack(begun);
    expect((await other.take('1', { since: new Date(0) })).refusal).toBeNull();
  });

  it('are free again a minute after their worker forgot to give them back', async () => {
    const one = await worker();
    const { runId } = await one.take('1');
    one.held.delete(runId);
    expect((await one.take('1')).refusal).not.toBeNull();
    await database.pool.query(
      `update provider_slots set taken_at = taken_at - interval '61 seconds' where run_id = $1`,
      [runId],
    );
    expect((await one.take('1', { since: new Date(0) })).refusal).toBeNull();
  });

  it('follow a rate by the clock of the database: one interval after the other, some early to make up for late ones', async () => {
    const one = await worker();
    const answers: (Refusal | null)[] = [];
    for (let start = 0; start < 4; start += 1)
      answers.push((await one.take('6/min', { since: new Date(start) })).refusal);
    const [first, second, third, fourth] = answers;
    expect([first, second]).toEqual([null, null]);
    // Ten seconds between two of them; whoever is refused comes back a little early for its turn, and asks again then.
    expect(third?.fullSeconds).toBeGreaterThan(9);
    expect(third?.fullSeconds).toBeLessThanOrEqual(10);
    expect(third?.waitSeconds).toBeGreaterThan(8);
    expect(third?.waitSeconds).toBeLessThanOrEqual(10);
    // The turn after that is further away than anybody waits without a look.
    expect(fourth?.waitSeconds).toBe(15);
  });

  it('are not closed for long by a clock that was set back', async () => {
    const one = await worker();
    await one.take('60/min');
    await database.pool.query(`update provider_loads set arrival = arrival + interval '1 hour' where provider = $1`, [
      provider,
    ]);
    const { refusal } = await one.take('60/min');
    expect(refusal?.fullSeconds).toBeLessThan(15);
  });
});
