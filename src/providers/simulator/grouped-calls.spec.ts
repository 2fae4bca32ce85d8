import { setImmediate as nextTurn } from 'node:timers/promises';
import { GroupedCalls } from './grouped-calls.js';

/** A sender whose answers the test lets go one by one. */
function heldSender(): { groups: number[][]; release: (failure?: Error) => void; calls: GroupedCalls<number, string> } {
  const groups: number[][] = [];
  const pending: ((failure?: Error) => void)[] = [];
  const calls = new GroupedCalls<number, string>((items) => {
    groups.push([...items]);
    return new Promise((resolve, reject) => {
      pending.push((failure) => {
        if (failure) reject(failure);
        else resolve(items.map((item) => `answer ${String(item)}`));
      });
    });
  });
  return { groups, calls, release: (failure) => pending.shift()?.(failure) };
}

describe('GroupedCalls', () => {
  it('sends a lone call at once and those that come meanwhile together', async () => {
    const { groups, calls, release } = heldSender();
    const first = calls.call(1);
    const rest = [calls.call(2), calls.call(3)];
    expect(groups).toEqual([[1]]);
    release();
    expect(await first).toBe('answer 1');
    await nextTurn();
    expect(groups).toEqual([[1], [2, 3]]);
    release();
    expect(await Promise.all(rest)).toEqual(['answer 2', 'answer 3']);
  });

  it('rejects the calls of a group that failed, and sends the next one', async () => {
    const { groups, calls, release } = heldSender();
    const first = calls.call(1);
    const next = calls.call(2);
    release(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await nextTurn();
    release();
    expect(await next).toBe('answer 2');
    expect(groups).toEqual([[1], [2]]);
  });
});
