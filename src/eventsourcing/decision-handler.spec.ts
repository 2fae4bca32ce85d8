import { randomUUID } from 'node:crypto';
import { METADATA } from '../../test/support/event-samples.js';
import type { Decider } from './decider.js';
import { DecisionHandler, type DecideOptions, type StreamKind } from './decision-handler.js';
import { IdempotencyMismatch, WrongExpectedVersion } from './errors.js';
import type { Append, AppendOutcome } from './event-store.js';
import { InMemoryEventStore } from './testing/in-memory-event-store.js';

interface Deposited {
  readonly type: 'Deposited';
  readonly data: { readonly amount: number };
}

/** A purse that takes up to 100 and refuses more; 0 is nothing to record. */
const purse: Decider<number, number, Deposited> = {
  initialState: 0,
  decide: (amount, total) => {
    if (total + amount > 100) throw new RangeError(`No room for ${String(amount)} above ${String(total)}`);
    return amount === 0 ? [] : [{ type: 'Deposited', data: { amount } }];
  },
  evolve: (total, { data }) => total + data.amount,
};
const KIND: StreamKind<number, number, Deposited> = {
  type: 'purse',
  decider: purse,
  inlineRows: (total) => ({ purse: [{ total }] }),
};
const OPTIONS: DecideOptions<number> = { metadata: METADATA };

/** The real store in memory, where somebody else may append right before us. */
class ContestedStore extends InMemoryEventStore {
  readonly appends: Append[] = [];
  reads = 0;
  /** How many appends somebody else is quicker than. */
  rivals = 0;

  override readStream(streamId: string, afterVersion?: number): ReturnType<InMemoryEventStore['readStream']> {
    this.reads += 1;
    return super.readStream(streamId, afterVersion);
  }
  override async append(append: Append): Promise<AppendOutcome> {
    if (this.rivals > 0) {
      this.rivals -= 1;
      await this.deposit(append.streamId, 1);
    }
    this.appends.push(append);
    return super.append(append);
  }
  async deposit(streamId: string, amount: number): Promise<void> {
    const event: Deposited = { type: 'Deposited', data: { amount } };
    const events = [{ id: randomUUID(), event, metadata: METADATA }];
    await super.append({ streamId, streamType: 'purse', expectedVersion: null, events });
  }
}

describe('a decision handler', () => {
  let store: ContestedStore;
  let decisions: DecisionHandler<number, number, Deposited>;
  let streamId: string;
  beforeEach(() => {
    store = new ContestedStore();
    decisions = new DecisionHandler(store, KIND);
    streamId = randomUUID();
  });

  it('loads, decides and appends, and tells the state that the stream has now', async () => {
    expect(await decisions.decide(streamId, 30, OPTIONS)).toEqual({
      outcome: 'decided',
      state: 30,
      version: 1,
      position: 1,
    });
    expect(await decisions.decide(streamId, 20, OPTIONS)).toMatchObject({ state: 50, version: 2, position: 2 });
    expect(await decisions.load(streamId)).toEqual({ state: 50, version: 2 });
    expect(await decisions.load(randomUUID())).toEqual({ state: 0, version: 0 });
  });

  it('gives the store the version that it decided on, the row of the new state and the metadata', async () => {
    await decisions.decide(streamId, 30, OPTIONS);
    expect(store.appends).toMatchObject([
      {
        streamId,
        streamType: 'purse',
        expectedVersion: 0,
        inlineRows: { purse: [{ total: 30 }] },
        events: [{ metadata: METADATA }],
      },
    ]);
  });

  it('appends nothing for a decision of nothing', async () => {
    await decisions.decide(streamId, 30, OPTIONS);
    expect(await decisions.decide(streamId, 0, OPTIONS)).toEqual({
      outcome: 'decided',
      state: 30,
      version: 1,
      position: null,
    });
    expect(store.appends).toHaveLength(1);
  });

  it('appends nothing where the decider rejects, and passes its error on', async () => {
    await expect(decisions.decide(streamId, 101, OPTIONS)).rejects.toThrow('No room for 101 above 0');
    expect(store.appends).toEqual([]);
  });

  describe('when somebody else appends in between', () => {
    it('decides again on what is there then', async () => {
      store.rivals = 2;
      expect(await decisions.decide(streamId, 30, OPTIONS)).toMatchObject({ state: 32, version: 3 });
      expect(store.appends.map(({ expectedVersion }) => expectedVersion)).toEqual([0, 1, 2]);
    });

    it('rejects by the newer state where that rejects', async () => {
      await store.deposit(streamId, 70);
      store.rivals = 1;
      await expect(decisions.decide(streamId, 30, OPTIONS)).rejects.toThrow('No room for 30 above 71');
    });

    it('gives up after eight tries', async () => {
      store.rivals = 1_000;
      await expect(decisions.decide(streamId, 1, OPTIONS)).rejects.toThrow(WrongExpectedVersion);
      expect(store.appends).toHaveLength(8);
    });
  });

  describe('that is told what the caller knows', () => {
    it('saves the read', async () => {
      await store.deposit(streamId, 30);
      const decision = await decisions.decide(streamId, 20, { ...OPTIONS, known: { state: 30, version: 1 } });
      expect(decision).toMatchObject({ state: 50, version: 2 });
      expect(store.reads).toBe(0);
    });

    it('decides again on the truth where that was stale', async () => {
      await store.deposit(streamId, 30);
      const decision = await decisions.decide(streamId, 20, { ...OPTIONS, known: { state: 0, version: 0 } });
      expect(decision).toMatchObject({ state: 50, version: 2 });
      expect(store.reads).toBe(1);
    });

    it('rejects nothing because of stale knowledge alone', async () => {
      const decision = decisions.decide(streamId, 20, { ...OPTIONS, known: { state: 90, version: 7 } });
      expect(await decision).toMatchObject({ state: 20, version: 1 });
    });

    it('leaves nothing out because of stale knowledge alone', async () => {
      await store.deposit(streamId, 30);
      const decision = decisions.decide(streamId, 0, { ...OPTIONS, known: { state: 0, version: 0 } });
      expect(await decision).toEqual({ outcome: 'decided', state: 30, version: 1, position: null });
    });

    it('rejects where the truth rejects too', async () => {
      await store.deposit(streamId, 100);
      const decision = decisions.decide(streamId, 20, { ...OPTIONS, known: { state: 90, version: 7 } });
      await expect(decision).rejects.toThrow('No room for 20 above 100');
    });
  });

  describe('with a precondition', () => {
    const precondition = ({ version }: { readonly version: number }): void => {
      if (version !== 1) throw new Error(`Not version 1 but ${String(version)}`);
    };
    beforeEach(() => store.deposit(streamId, 30));

    it('decides where it holds', async () => {
      const decision = decisions.decide(streamId, 20, { ...OPTIONS, precondition });
      expect(await decision).toMatchObject({ state: 50, version: 2 });
    });

    it('refuses where it does not hold, also when that comes out in between', async () => {
      store.rivals = 1;
      const decision = decisions.decide(streamId, 20, { ...OPTIONS, precondition });
      await expect(decision).rejects.toThrow('Not version 1 but 2');
      expect(await decisions.load(streamId)).toEqual({ state: 31, version: 2 });
    });

    it('asks the stream where stale knowledge does not hold', async () => {
      const decision = decisions.decide(streamId, 20, { ...OPTIONS, precondition, known: { state: 0, version: 0 } });
      expect(await decision).toMatchObject({ state: 50, version: 2 });
    });
  });

  describe('with an idempotency key', () => {
    const idempotencyKey = { scope: 's', key: 'k', bodyHash: 'h' };
    it('tells of the stream that the key made', async () => {
      await decisions.decide(streamId, 30, { ...OPTIONS, idempotencyKey });
      const repeat = decisions.decide(randomUUID(), 30, { ...OPTIONS, idempotencyKey });
      expect(await repeat).toEqual({ outcome: 'replay', streamId });
    });

    it('replays a command that its own first time made impossible', async () => {
      await decisions.decide(streamId, 90, OPTIONS);
      await decisions.decide(streamId, 10, { ...OPTIONS, idempotencyKey });
      const repeat = decisions.decide(streamId, 10, { ...OPTIONS, idempotencyKey });
      expect(await repeat).toEqual({ outcome: 'replay', streamId });
      const other = decisions.decide(streamId, 10, {
        ...OPTIONS,
        idempotencyKey: { ...idempotencyKey, bodyHash: 'i' },
      });
      await expect(other).rejects.toThrow(IdempotencyMismatch);
      await expect(decisions.decide(streamId, 10, OPTIONS)).rejects.toThrow('No room for 10 above 100');
    });

    it('refuses the key with another body', async () => {
      await decisions.decide(streamId, 30, { ...OPTIONS, idempotencyKey });
      const other = decisions.decide(randomUUID(), 30, {
        ...OPTIONS,
        idempotencyKey: { ...idempotencyKey, bodyHash: 'i' },
      });
      await expect(other).rejects.toThrow(IdempotencyMismatch);
    });
  });
});
