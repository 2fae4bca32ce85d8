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
  const flush: Flush = (appends, withinMs) => {
    flushes.push(appends);
    return answer(appends, withinMs);
  };
  beforeEach(() => {
    flushes.length = 0;
    answer = (appends) => Promise.resolve(appends.map(() => OK));
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

    it('is what came in one turn of the event loop, and then what came until it was back', async () => {
      const first = [group.append(appendOf(['a'])), group.append(appendOf(['b']))];
      await until('the first left', () => flushes.length === 1);
      const second = upTo(3).map((n) => group.append(appendOf([n])));
      land();
      await Promise.all(first);
      await until('the second left', () => flushes.length === 2);
      land();
      await Promise.all(second);
      expect(sizes()).toEqual([2, 3]);
    });

    it('leaves beside another one when it is large, as two halves when both are, and never as a third', async () => {
      const large = new AppendGroup(flush, { maxSize: 100, giveUpAfterMs: 200 });
      const together = upTo(16).map((n) => large.append(appendOf([n])));
      await until('both halves left', () => flushes.length === 2);
      const rest = upTo(20).map((n) => large.append(appendOf([n])));
      land();
      await until('the rest left', () => flushes.length === 3);
      land();
      land();
      await Promise.all([...together, ...rest]);
      expect(sizes()).toEqual([8, 8, 20]);
    });

    it('leaves out a stream that another one is about, and takes it when that is back', async () => {
      const large = new AppendGroup(flush, { maxSize: 100, giveUpAfterMs: 200 });
      const streamId = randomUUID();
      const first = large.append(appendOf(['a'], { streamId }));
      await until('the first left', () => flushes.length === 1);
      const second = large.append(appendOf(['b'], { streamId }));
      const others = upTo(8).map((n) => large.append(appendOf([n])));
      await until('the others left', () => flushes.length === 2);
      land();
      await first;
      land();
      await Promise.all(others);
      await until('the second left', () => flushes.length === 3);
      land();
      await second;
      expect(sizes()).toEqual([1, 8, 1]);
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
