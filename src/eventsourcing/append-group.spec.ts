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
    const flush: Flush = (appends, withinMs) => {
      flushes.push(appends);
      return answer(appends, withinMs);
    };
    group = new AppendGroup(flush, { maxSize: 5, giveUpAfterMs: 200 });
  });
  const sizes = (): number[] => flushes.map(({ length }) => length);

  describe('while others are on their way', () => {
    const landings: (() => void)[] = [];
    beforeEach(() => {
      landings.length = 0;
      answer = async (appends) => {
        await new Promise<void>((resolve) => landings.push(resolve));
        return appends.map(() => OK);
      };
    });
    const land = (): void => landings.shift()?.();

    it('is what came in one turn of the event loop; a second leaves beside the first, a third when one of them is back', async () => {
      const first = [group.append(appendOf(['a'])), group.append(appendOf(['b']))];
      await until('the first left', () => flushes.length === 1);
      const second = group.append(appendOf(['c']));
      await until('the second left', () => flushes.length === 2);
      const third = upTo(3).map((n) => group.append(appendOf([n])));
      land();
      await Promise.all(first);
      await until('the third left', () => flushes.length === 3);
      land();
      land();
      await Promise.all([second, ...third]);
      expect(sizes()).toEqual([2, 1, 3]);
    });

    it('leaves out a stream that one of them is about', async () => {
      const streamId = randomUUID();
      const appends = ['a', 'b'].map((note) => group.append(appendOf([note], { streamId })));
      await until('the first left', () => flushes.length === 1);
      const other = group.append(appendOf(['c']));
      await until('the other left', () => flushes.length === 2);
      land();
      await appends[0];
      await until('the second of the stream left', () => flushes.length === 3);
      land();
      land();
      await Promise.all([...appends, other]);
      expect(sizes()).toEqual([1, 1, 1]);
    });
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

  it('fails one that the database did not answer rather than to leave it waiting', async () => {
    answer = (appends) => Promise.resolve(appends.slice(1).map(() => OK));
    const outcomes = await Promise.allSettled([group.append(appendOf(['a'])), group.append(appendOf(['b']))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses more than twenty thousand that wait', async () => {
    answer = () => new Promise(() => undefined);
    const waiting = upTo(20_000).map((n) => group.append(appendOf([n])));
    await expect(group.append(appendOf(['too many']))).rejects.toThrow(EventStoreUnavailable);
    expect(waiting).toHaveLength(20_000);
  });
});
