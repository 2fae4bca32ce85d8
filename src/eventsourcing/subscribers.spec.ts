import { Fenced } from './checkpoints.js';
import { measuredSubscriber, type HandledBatch } from './subscribers.js';
import type { Subscriber } from './subscription.js';

const subscriber = (handle: () => Promise<void>): Subscriber => ({
  ...{ name: 'tally', version: 1, handles: new Set(['Noted']), gatherMs: 0, advancesItself: true },
  upgrade: () => Promise.resolve(),
  handle,
});

describe('a batch of a measured subscriber', () => {
  /** What is told of a batch, and how its handling ends. */
  const told = async (handle: () => Promise<void>): Promise<unknown[]> => {
    const batches: HandledBatch[] = [];
    const measured = measuredSubscriber(subscriber(handle), (batch) => batches.push(batch));
    const end = await measured.handle([], { from: 0, to: 1 }).catch((error: unknown) => error);
    return [batches.map(({ subscription, outcome }) => `${subscription} ${outcome}`), end];
  };

  it('is told when it was dealt with', async () => {
    expect(await told(() => Promise.resolve())).toEqual([['tally ok'], undefined]);
  });

  it('is told when it could not be, and fails as it did', async () => {
    const failure = new Error('it cannot apply this');
    expect(await told(() => Promise.reject(failure))).toEqual([['tally failed'], failure]);
  });

  it('is no failure when another process has taken over, which goes on with it', async () => {
    const fenced = new Fenced('the checkpoint has moved');
    expect(await told(() => Promise.reject(fenced))).toEqual([[], fenced]);
  });
});
