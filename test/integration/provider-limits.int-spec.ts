import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderError } from '../../src/providers/image-provider.port.js';
import { AttemptWorker } from '../support/attempt-workers.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { ScriptedVendor } from '../support/scripted-vendor.js';
import { until } from '../support/until.js';

/** Refuses what it is sent, after a while or when it is told to, and counts how much it has at a time. */
class CountingVendor extends ScriptedVendor {
  atOnce = 0;
  mostAtOnce = 0;
  calls = 0;
  readonly answer = new AbortController();

  /** @param busyMs null where it answers only when it is told to */
  constructor(busyMs: number | null) {
    super();
    this.onSubmit = async () => {
      this.calls += 1;
      this.atOnce += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
      await (busyMs === null ? once(this.answer.signal, 'abort') : new Promise((done) => setTimeout(done, busyMs)));
      this.atOnce -= 1;
      throw new ProviderError('invalid_request', 'No');
    };
  }
}

class OtherVendor extends CountingVendor {
  override readonly id = 'other' as 'scripted';
}

describe('workers of a provider with limits', () => {
  let database: TestDatabase;
  let folder: string;
  let workers: AttemptWorker[];

  beforeEach(async () => {
    database = await freshDatabase();
    folder = await mkdtemp(join(tmpdir(), 'darkroom-limits-'));
    workers = [];
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await rm(folder, { recursive: true });
    await database.drop();
  });

  const open = (limits: string, ...providers: readonly ScriptedVendor[]): AttemptWorker => {
    const worker = new AttemptWorker(database.url, { providers, limits, concurrency: 8, folder });
    workers.push(worker);
    return worker;
  };
  const starts = async (): Promise<readonly { run: string; at: number }[]> =>
    (
      await database.pool.query<{ run: string; at: number }>(
        `select stream_id as run, extract(epoch from recorded_at)::float8 as at from events where type = 'GenerationStarted' order by position`,
      )
    ).rows;
  const failed = async (): Promise<number> =>
    (await database.pool.query(`select from generations where status = 'failed'`)).rowCount ?? 0;

  it('never call it more often at once than it takes, use what it takes, and serve first who came first', async () => {
    const vendor = new CountingVendor(40);
    const [one, other] = [open('scripted=3', vendor), open('scripted=3', vendor)];
    const ordered: string[] = [];
    for (let count = 0; count < 40; count += 1) ordered.push(await one.order());
    await Promise.all([one.start(), other.start()]);
    const from = performance.now();
    await until('all are done', async () => (await failed()) === 40, 25_000);
    expect([vendor.calls, vendor.mostAtOnce, vendor.atOnce]).toEqual([40, 3, 0]);
    const places = (await starts()).map(({ run }) => ordered.indexOf(run));
    const displaced = places.map((place, turn) => Math.abs(place - turn));
    process.stderr.write(
      `40 runs of 40 ms, 3 at a time: ${(performance.now() - from).toFixed(0)} ms, displaced by ${String(Math.max(...displaced))} at most\n`,
    );
    expect(Math.max(...displaced)).toBeLessThan(15);
    await until('all slots are given back', async () => {
      const { rowCount } = await database.pool.query('select from provider_slots');
      return rowCount === 0;
    });
  });

  it('keep no other provider waiting and ask little, however many runs wait for the full one', async () => {
    const [full, other] = [new CountingVendor(null), new OtherVendor(1)];
    const one = open('scripted=1', full, other);
    const postponed = new Map<string, number>();
    one.postponements.subscribe(({ provider }) => postponed.set(provider, (postponed.get(provider) ?? 0) + 1));
    await Promise.all(Array.from({ length: 500 }, () => one.order()));
    await one.start();
    await until(
      'all wait but one',
      async () => {
        const { rows } = await database.pool.query<{ waiting: number }>(
          'select count(*)::int as waiting from jobs where run_at > now() and claimed_by is null',
        );
        return full.calls === 1 && (rows[0]?.waiting ?? 0) > 450;
      },
      20_000,
    );
    const from = performance.now();
    await one.order({ provider: 'other' });
    await until('the other provider was called', () => other.calls === 1);
    expect(performance.now() - from).toBeLessThan(2_000);
    // Once each, and after that most of them rarely.
    process.stderr.write(`500 runs of a full provider: ${String(one.slots.asked)} statements so far\n`);
    expect(one.slots.asked).toBeLessThan(1_500);
    expect(full.mostAtOnce).toBe(1);
    expect(postponed.size).toBe(1);
    expect(postponed.get('scripted')).toBeGreaterThan(450);
    full.answer.abort();
  });

  it('ask nothing of the database where there is no limit', async () => {
    const vendor = new CountingVendor(1);
    const one = open('', vendor);
    await one.order();
    await one.start();
    await until('it is done', async () => (await failed()) === 1);
    expect(one.slots.asked).toBe(0);
  });

  it('begin no more in any second than its rate, and nearly as many', async () => {
    const vendor = new CountingVendor(1);
    const [one, other] = [open('scripted=20/s', vendor), open('scripted=20/s', vendor)];
    await Promise.all(Array.from({ length: 80 }, () => one.order()));
    await Promise.all([one.start(), other.start()]);
    await until('all are done', async () => (await failed()) === 80, 25_000);
    const times = (await starts()).map(({ at }) => at);
    const inSecondFrom = (from: number): number => times.filter((at) => at >= from && at < from + 1).length;
    const most = Math.max(...times.map(inSecondFrom));
    const seconds = (times.at(-1) ?? 0) - (times[0] ?? 0);
    process.stderr.write(`20/s: at most ${String(most)} in a second, 80 in ${seconds.toFixed(2)} s\n`);
    // What may come early, and a log that is written a little after the slot was given.
    expect(most).toBeLessThanOrEqual(20 + 6);
    expect(seconds).toBeGreaterThan(3.5);
    expect(seconds).toBeLessThan(12);
  });
});
