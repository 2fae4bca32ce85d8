import { appendOf, noteOf, positionsOf, times, upTo } from '../../test/support/event-samples.js';
import { until } from '../../test/support/until.js';
import { UnknownEventType } from './errors.js';
import type { RecordedEvent } from './event.js';
import { LogTail, type WakeUp } from './log-tail.js';
import { InMemoryEventStore } from './testing/in-memory-event-store.js';

/** Notifications at the test's command. */
class ManualWakeUp implements WakeUp {
  notify: (payload: string) => void = () => undefined;
  reconnect: () => void = () => undefined;
  listening = false;

  listen(_channel: string, callback: (payload: string) => void): Promise<() => void> {
    this.notify = callback;
    this.listening = true;
    return Promise.resolve(() => {
      this.listening = false;
    });
  }
  onReconnect(callback: () => void): void {
    this.reconnect = callback;
  }
}

/** Holds reads back at the test's command, and can meet an event whose type this build does not know, as a decoding store does. */
class GatedStore extends InMemoryEventStore {
  reads = 0;
  unknownAt: number | null = null;
  failure: Error | null = null;
  private gate: Promise<void> | null = null;
  private open: () => void = () => undefined;

  hold(): void {
    this.gate = new Promise((resolve) => {
      this.open = resolve;
    });
  }
  release(): void {
    this.gate = null;
    this.open();
  }
  override async readAll(afterPosition: number, limit: number): Promise<RecordedEvent[]> {
    this.reads += 1;
    if (this.failure) throw this.failure;
    const events = await super.readAll(afterPosition, limit);
    await this.gate;
    if (events.some(({ position }) => position === this.unknownAt)) {
      throw new UnknownEventType('FromTheFuture', this.unknownAt ?? 0);
    }
    return events;
  }
}

const POLL_MS = 30;
const NEVER_MS = 1_000_000;

describe('the tail of the log', () => {
  let store: GatedStore;
  let wakeUp: ManualWakeUp;
  let tail: LogTail;
  let seen: number[];
  const errors: unknown[] = [];

  const open = async (options: { readonly pollMs?: number; readonly keep?: number } = {}): Promise<void> => {
    const onError = (error: unknown): void => {
      errors.push(error);
    };
    tail = new LogTail(store, wakeUp, { pollMs: NEVER_MS, keep: 1_000, onError, ...options });
    tail.subscribe((events) => seen.push(...positionsOf(events)));
    await tail.start();
    // The look that a start ends with.
    await until('the tail has looked', () => store.reads > 0);
  };
  const append = async (count = 1): Promise<void> => {
    for (const n of upTo(count)) await store.append(appendOf([n]));
  };
  /** An append by this process: its events are announced. */
  const appendHere = async (count = 1): Promise<void> => {
    tail.appending();
    const before = await store.head();
    await append(count);
    tail.recorded(await InMemoryEventStore.prototype.readAll.call(store, before, count));
  };

  beforeEach(() => {
    store = new GatedStore();
    wakeUp = new ManualWakeUp();
    seen = [];
    errors.length = 0;
  });
  afterEach(() => tail.stop());

  it('begins behind what is in the log already', async () => {
    await append(3);
    await open();
    expect(tail.head).toBe(3);
    await append();
    wakeUp.notify('4');
    await until('the new one is seen', () => seen.length > 0);
    expect(seen).toEqual([4]);
  });

  it('sees what is appended between its look at the head and its first listening', async () => {
    const listen = wakeUp.listen.bind(wakeUp);
    wakeUp.listen = async (channel, callback) => {
      await append();
      return listen(channel, callback);
    };
    await open();
    await until('it is seen', () => seen.length > 0);
    expect(seen).toEqual([1]);
  });

  it('takes own appends without reading the log, also when their notification is quicker than their answer', async () => {
    await open();
    const before = store.reads;
    for (const n of upTo(5)) {
      tail.appending();
      await append();
      wakeUp.notify(String(n));
      tail.recorded(await InMemoryEventStore.prototype.readAll.call(store, n - 1, 1));
    }
    expect(seen).toEqual(upTo(5));
    expect(store.reads).toBe(before);
  });

  it('looks for others once the own append is answered, when it heard of them meanwhile', async () => {
    await open();
    tail.appending();
    await append(2);
    wakeUp.notify('2');
    expect(seen).toEqual([]);
    tail.recorded([]);
    await until('both are seen', () => seen.length === 2);
    expect(seen).toEqual([1, 2]);
  });

  it('fills the gap that others left before an own append', async () => {
    await open();
    await append(2);
    await appendHere();
    await append();
    await appendHere(2);
    await until('all are seen', () => seen.length === 6);
    expect(seen).toEqual(upTo(6));
  });

  it('reads again for a notification that comes while a read is under way', async () => {
    await open();
    await append();
    store.hold();
    wakeUp.notify('1');
    await append();
    wakeUp.notify('2');
    store.release();
    await until('both are seen', () => seen.length === 2);
    expect(seen).toEqual([1, 2]);
  });

  it('reads again for a notification that comes while the floor looks', async () => {
    await open();
    store.hold();
    wakeUp.reconnect();
    await append();
    wakeUp.notify('1');
    store.release();
    await until('it is seen', () => seen.length === 1);
  });

  it('keeps the order when an own append is answered while a read is under way', async () => {
    await open();
    await append();
    store.hold();
    wakeUp.notify('1');
    await appendHere();
    expect(seen).toEqual([]);
    store.release();
    await until('both are seen', () => seen.length === 2);
    expect(seen).toEqual([1, 2]);
  });

  it('delivers what no notification told of within the polling time', async () => {
    await open({ pollMs: POLL_MS });
    await append(3);
    await until('all are seen', () => seen.length === 3, 1_000);
  });

  it('looks at the log after the listening connection came back', async () => {
    await open();
    await append(2);
    wakeUp.reconnect();
    await until('both are seen', () => seen.length === 2);
  });

  it('is not led into endless reading by a notification of what is not there', async () => {
    await open();
    wakeUp.notify('1000');
    wakeUp.notify('no number');
    await append();
    wakeUp.notify('1');
    await until('the event is seen', () => seen.length === 1);
    expect(store.reads).toBeLessThan(6);
  });

  it('reports a log that cannot be read, and delivers after the cause is gone', async () => {
    await open({ pollMs: POLL_MS });
    await append();
    store.failure = new Error('gone');
    wakeUp.notify('1');
    await until('it is reported', () => errors.length > 0);
    expect(seen).toEqual([]);
    store.failure = null;
    await until('it is seen', () => seen.length === 1);
  });

  it('gives every event to the other listeners when one of them throws', async () => {
    await open();
    tail.subscribe(() => {
      throw new Error('broken listener');
    });
    const other: number[] = [];
    tail.subscribe((events) => other.push(...positionsOf(events)));
    await appendHere(2);
    expect([seen, other]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(String(errors[0])).toContain('broken listener');
  });

  it('delivers no more to who left, and nothing after its stop', async () => {
    await open();
    const left: number[] = [];
    const leave = tail.subscribe((events) => left.push(...positionsOf(events)));
    await appendHere();
    leave();
    await appendHere();
    await tail.stop();
    await appendHere();
    expect([left, seen, wakeUp.listening]).toEqual([[1], [1, 2], false]);
  });

  describe('reading after a position', () => {
    it('answers the same from memory as from the log, for every position and limit', async () => {
      await open();
      await append(30);
      await appendHere(20);
      await until('all are seen', () => tail.head === 50);
      for (let position = 0; position <= 50; position++) {
        for (const limit of [1, 7, 100]) {
          expect(await tail.readAfter(position, limit)).toEqual(
            await InMemoryEventStore.prototype.readAll.call(store, position, limit),
          );
        }
      }
    });

    it('answers from memory near the head and from the log further back, and keeps no more than twice what it shall', async () => {
      await open({ keep: 10 });
      await times(10, () => appendHere(5));
      const before = store.reads;
      expect(positionsOf(await tail.readAfter(40, 100))).toEqual(upTo(10).map((n) => n + 40));
      expect(store.reads).toBe(before);
      expect(positionsOf(await tail.readAfter(5, 3))).toEqual([6, 7, 8]);
      expect(store.reads).toBe(before + 1);
      expect(positionsOf(await tail.readAfter(29, 100))).toEqual(upTo(21).map((n) => n + 29));
      expect(store.reads).toBe(before + 2);
    });

    it('answers nothing at the head', async () => {
      await open();
      await appendHere();
      expect(await tail.readAfter(1, 10)).toEqual([]);
    });
  });

  describe('at an event whose type this build does not know', () => {
    beforeEach(async () => {
      store.unknownAt = 3;
      await open();
      await append(5);
      wakeUp.notify('5');
      await until('the tail is past it', () => tail.head === 5);
    });

    it('reports it and goes on with the others', () => {
      expect(seen).toEqual([1, 2, 4, 5]);
      expect(errors).toEqual([expect.any(UnknownEventType)]);
    });

    it('gives a reader what stands before it, and refuses to go on there', async () => {
      expect((await tail.readAfter(0, 10)).map(noteOf)).toEqual([1, 2]);
      await expect(tail.readAfter(2, 10)).rejects.toThrow('FromTheFuture at position 3');
      expect(positionsOf(await tail.readAfter(3, 10))).toEqual([4, 5]);
    });
  });
});
