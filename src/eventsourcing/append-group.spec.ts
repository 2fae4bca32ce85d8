import { randomUUID } from 'node:crypto';
import { appendOf, upTo } from '../../test/support/event-samples.js';
import { until } from '../../test/support/until.js';
import { AppendGroup, type Flush } from './append-group.js';
import { EventStoreUnavailable } from './errors.js';
import type { Append, AppendOutcome } from './event-store.js';

const OK: AppendOutcome = { outcome: 'ok', version: 1, position: 1, recordedAt: '2026-01-01T00:00:00.000Z' };
const connectionLost = (): Error => Object.assign(new Error('lost'), { code: 'ECONNRESET' });

describe('a group of appends', () => {
  const flushes: (readonly Append[])[] = [];
  let answer: Flush;
  let group: AppendGroup;
  beforeEach(() => {
    flushes.length = 0;
    answer = (appends) => Promise.resolve(appends.map(() => OK));
    group = groupWithin(200);
  });
  const groupWithin = (giveUpAfterMs: number): AppendGroup => {
    const flush: Flush = (appends, withinMs) => {
      flushes.push(appends);
      return answer(appends, withinMs);
    };
    return new AppendGroup(flush, { maxSize: 5, giveUpAfterMs });
  };
  const sizes = (): number[] => flushes.map(({ length }) => length);

  it('is what came in one turn of the event loop, and then what came while the last one was on its way', async () => {
    let land: () => void = () => undefined;
    answer = async (appends) => {
      await new Promise<void>((resolve) => {
        land = resolve;
      });
      return appends.map(() => OK);
    };
    const first = [group.append(appendOf(['a'])), group.append(appendOf(['b']))];
    await until('they left', () => flushes.length === 1);
    const second = [group.append(appendOf(['c'])), group.append(appendOf(['d'])), group.append(appendOf(['e']))];
    land();
    await Promise.all(first);
    await until('the next ones left', () => flushes.length === 2);
    land();
    await Promise.all(second);
    expect(sizes()).toEqual([2, 3]);
  });

  it('is never larger than it may be', async () => {
    await Promise.all(upTo(12).map((n) => group.append(appendOf([n]))));
    expect(sizes()).toEqual([5, 5, 2]);
  });

  it('holds a stream once, and nothing overtakes what was held back', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const appends = [one, other, one, one, other].map((streamId, index) => appendOf([index], { streamId }));
    await Promise.all(appends.map((append) => group.append(append)));
    expect(flushes).toEqual([[appends[0], appends[1]], [appends[2], appends[4]], [appends[3]]]);
  });

  it('holds an idempotency key once', async () => {
    const idempotencyKey = { scope: 's', key: 'k', bodyHash: 'h' };
    await Promise.all(upTo(3).map((n) => group.append(appendOf([n], { idempotencyKey }))));
    expect(sizes()).toEqual([1, 1, 1]);
  });

  it('that holds a poisoned one is sent one by one, and only that one fails', async () => {
    const poison = appendOf(['poison']);
    answer = (appends) =>
      appends.includes(poison) ? Promise.reject(new Error('poisoned')) : Promise.resolve(appends.map(() => OK));
    const outcomes = await Promise.allSettled(
      [appendOf(['a']), poison, appendOf(['b'])].map((append) => group.append(append)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(sizes()).toEqual([3, 1, 1, 1]);
  });

  it('is sent again as it was while the connection breaks', async () => {
    let failures = 2;
    answer = (appends) => (failures-- > 0 ? Promise.reject(connectionLost()) : Promise.resolve(appends.map(() => OK)));
    await Promise.all([group.append(appendOf(['a'])), group.append(appendOf(['b']))]);
    expect(flushes[0]).toHaveLength(2);
    expect(flushes).toEqual([flushes[0], flushes[0], flushes[0]]);
  });

  it('fails as a whole when the server stays away, tells each try how long it may take, and the next group is tried anew', async () => {
    const limits: number[] = [];
    answer = (_appends, withinMs) => {
      limits.push(withinMs);
      return Promise.reject(connectionLost());
    };
    const outcomes = await Promise.allSettled([group.append(appendOf(['a'])), group.append(appendOf(['b']))]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'unavailable' } });
    expect(limits[0]).toBeLessThanOrEqual(200);
    expect(limits).toEqual(limits.toSorted((one, other) => other - one));
    answer = (appends) => Promise.resolve(appends.map(() => OK));
    await expect(group.append(appendOf(['c']))).resolves.toEqual(OK);
  });

  it('gives nobody more time than its own: one that waited for its turn all the while is told and not sent', async () => {
    const streamId = randomUUID();
    const [first, second] = [appendOf(['a'], { streamId }), appendOf(['b'], { streamId })];
    answer = () => Promise.reject(connectionLost());
    const outcomes = await Promise.allSettled([group.append(first), group.append(second)]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'unavailable' } });
    expect(flushes.flat()).not.toContain(second);
  });

  it('fails one whose time is over without those that came later, which are sent again', async () => {
    const [early, late] = [appendOf(['early']), appendOf(['late'])];
    group = groupWithin(600);
    let land: () => void = () => undefined;
    answer = (appends) =>
      new Promise((resolve) => {
        land = () => {
          resolve(appends.map(() => OK));
        };
      });
    const before = group.append(appendOf(['before']));
    await until('it left', () => flushes.length === 1);
    const waiting = [group.append(early)];
    const began = performance.now();
    await until('the early one has waited', () => performance.now() > began + 200);
    waiting.push(group.append(late));
    answer = (appends) =>
      appends.includes(early) ? Promise.reject(connectionLost()) : Promise.resolve(appends.map(() => OK));
    land();
    await before;
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'unavailable' } },
      { status: 'fulfilled', value: OK },
    ]);
    expect(flushes[1]).toEqual([early, late]);
    expect(flushes.at(-1)).toEqual([late]);
  });

  it('fails one that the database did not answer rather than to leave it waiting', async () => {
    answer = (appends) => Promise.resolve(appends.slice(1).map(() => OK));
    const outcomes = await Promise.allSettled([group.append(appendOf(['a'])), group.append(appendOf(['b']))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses more than twenty thousand that wait', async () => {
    answer = () => new Promise(() => undefined);
    group = groupWithin(60_000);
    const waiting = upTo(20_000).map((n) => group.append(appendOf([n])));
    await expect(group.append(appendOf(['too many']))).rejects.toThrow(EventStoreUnavailable);
    expect(waiting).toHaveLength(20_000);
  });
});
