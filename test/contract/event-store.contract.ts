import { randomUUID } from 'node:crypto';
import { EmptyAppend } from '../../src/eventsourcing/errors.js';
import type { EventStore } from '../../src/eventsourcing/event-store.js';
import { METADATA, appendOf, noted, noteOf, positionsOf, upTo } from '../support/event-samples.js';

/** An empty store that knows the events of test/support/event-samples. */
export interface EventStoreUnderTest {
  readonly store: EventStore;
  dispose(): Promise<void>;
}

/** What every event store keeps. */
export function behavesLikeAnEventStore(name: string, make: () => Promise<EventStoreUnderTest>): void {
  describe(`${name} as an event store`, () => {
    let test: EventStoreUnderTest;
    let store: EventStore;
    beforeEach(async () => {
      test = await make();
      store = test.store;
    });
    afterEach(() => test.dispose());

    describe('versions', () => {
      it('starts a stream at version 1 and the log at position 1', async () => {
        const outcome = await store.append(appendOf(['a'], { expectedVersion: 0 }));
        expect(outcome).toMatchObject({ outcome: 'ok', version: 1, position: 1 });
      });

      it('answers the version and position of the last event of several', async () => {
        await store.append(appendOf(['other']));
        expect(await store.append(appendOf(['a', 'b', 'c'], { expectedVersion: 0 }))).toMatchObject({
          outcome: 'ok',
          version: 3,
          position: 4,
        });
      });

      it('appends at exactly the version that the stream stands at', async () => {
        const streamId = randomUUID();
        await store.append(appendOf(['a', 'b'], { streamId, expectedVersion: 0 }));
        expect(await store.append(appendOf(['c'], { streamId, expectedVersion: 2 }))).toMatchObject({
          outcome: 'ok',
          version: 3,
        });
      });

      it.each([0, 1, 3])(
        'refuses version %i of a stream that stands at 2, tells 2 and writes nothing',
        async (wrong) => {
          const streamId = randomUUID();
          await store.append(appendOf(['a', 'b'], { streamId, expectedVersion: 0 }));
          const refused = await store.append(appendOf(['c'], { streamId, expectedVersion: wrong }));
          expect(refused).toEqual({ outcome: 'conflict', version: 2 });
          expect((await store.readStream(streamId)).map(noteOf)).toEqual(['a', 'b']);
          expect(await store.head()).toBe(2);
        },
      );

      it('refuses version 1 of a stream that does not exist', async () => {
        expect(await store.append(appendOf(['a'], { expectedVersion: 1 }))).toEqual({
          outcome: 'conflict',
          version: 0,
        });
        expect(await store.head()).toBe(0);
      });

      it('appends at any version where none is expected', async () => {
        const streamId = randomUUID();
        await store.append(appendOf(['a'], { streamId, expectedVersion: null }));
        expect(await store.append(appendOf(['b'], { streamId, expectedVersion: null }))).toMatchObject({ version: 2 });
      });

      it('refuses an append without events', async () => {
        await expect(store.append(appendOf([]))).rejects.toThrow(EmptyAppend);
      });

      it('lets exactly one of twenty appends at one version win', async () => {
        const streamId = randomUUID();
        const outcomes = await Promise.all(
          upTo(20).map((n) => store.append(appendOf([n], { streamId, expectedVersion: 0 }))),
        );
        expect(outcomes.filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
        expect(outcomes.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(19);
        expect(await store.readStream(streamId)).toHaveLength(1);
      });
    });

    describe('the same events again', () => {
      it.each([0, null])('are a duplicate at the place where they stand (expected version %p)', async (expected) => {
        const append = appendOf(['a', 'b'], { expectedVersion: expected });
        const first = await store.append(append);
        await store.append(appendOf(['c'], { streamId: append.streamId }));
        await store.append(appendOf(['elsewhere']));
        expect(await store.append(append)).toEqual({ ...first, outcome: 'duplicate' });
        expect(await store.head()).toBe(4);
      });

      it('are a duplicate in the middle of a stream', async () => {
        const streamId = randomUUID();
        await store.append(appendOf(['a'], { streamId, expectedVersion: 0 }));
        const second = appendOf(['b'], { streamId, expectedVersion: 1 });
        await store.append(second);
        expect(await store.append(second)).toMatchObject({ outcome: 'duplicate', version: 2, position: 2 });
      });

      it('are a duplicate with their idempotency key too', async () => {
        const key = { scope: 'user:1', key: 'k', bodyHash: 'h' };
        const append = appendOf(['a'], { expectedVersion: 0, idempotencyKey: key });
        await store.append(append);
        expect(await store.append(append)).toMatchObject({ outcome: 'duplicate', version: 1, position: 1 });
      });

      it('are two outcomes of one write when both are sent at once', async () => {
        const append = appendOf(['a'], { expectedVersion: 0 });
        const outcomes = await Promise.all([store.append(append), store.append(append)]);
        expect(outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'duplicate']);
        expect(await store.head()).toBe(1);
      });
    });

    describe('idempotency keys', () => {
      const key = { scope: 'user:1 POST /x', key: 'k-1', bodyHash: 'hash-1' };

      it('lead a repeat with the same body to the stream that the key made', async () => {
        const first = appendOf(['a'], { expectedVersion: 0, idempotencyKey: key });
        await store.append(first);
        const repeat = appendOf(['a'], { expectedVersion: 0, idempotencyKey: key });
        expect(await store.append(repeat)).toEqual({ outcome: 'replay', streamId: first.streamId });
        expect(await store.readStream(repeat.streamId)).toEqual([]);
      });

      it('replay for other events of the very stream that they made', async () => {
        const first = appendOf(['a'], { expectedVersion: 0, idempotencyKey: key });
        await store.append(first);
        const repeat = appendOf(['a'], { streamId: first.streamId, expectedVersion: 0, idempotencyKey: key });
        expect(await store.append(repeat)).toEqual({ outcome: 'replay', streamId: first.streamId });
      });

      it('are found with what they made', async () => {
        expect(await store.findKey(key)).toBeNull();
        const first = appendOf(['a'], { expectedVersion: 0, idempotencyKey: key });
        await store.append(first);
        expect(await store.findKey(key)).toEqual({ streamId: first.streamId, bodyHash: 'hash-1' });
      });

      it('are a mismatch with another body', async () => {
        await store.append(appendOf(['a'], { expectedVersion: 0, idempotencyKey: key }));
        const other = appendOf(['b'], { expectedVersion: 0, idempotencyKey: { ...key, bodyHash: 'hash-2' } });
        expect(await store.append(other)).toEqual({ outcome: 'mismatch' });
        expect(await store.head()).toBe(1);
      });

      it('of another scope or of another name are other keys', async () => {
        await store.append(appendOf(['a'], { expectedVersion: 0, idempotencyKey: key }));
        for (const other of [
          { ...key, scope: 'user:2 POST /x' },
          { ...key, key: 'k-2' },
        ]) {
          expect(await store.append(appendOf(['b'], { idempotencyKey: other }))).toMatchObject({ outcome: 'ok' });
        }
      });

      it('are not taken by an append that conflicts', async () => {
        const streamId = randomUUID();
        await store.append(appendOf(['a'], { streamId }));
        await store.append(appendOf(['b'], { streamId, expectedVersion: 0, idempotencyKey: key }));
        expect(await store.append(appendOf(['c'], { idempotencyKey: key }))).toMatchObject({ outcome: 'ok' });
      });

      it('make one stream when the same key comes twenty times at once', async () => {
        const outcomes = await Promise.all(
          upTo(20).map((n) => store.append(appendOf([n], { expectedVersion: 0, idempotencyKey: key }))),
        );
        expect(outcomes.filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
        const replays = outcomes.flatMap((each) => (each.outcome === 'replay' ? [each.streamId] : []));
        expect(replays).toHaveLength(19);
        expect(new Set(replays).size).toBe(1);
        expect(await store.head()).toBe(1);
      });
    });

    describe('reading', () => {
      it('gives each event with everything that was recorded of it', async () => {
        const append = appendOf(['a'], { expectedVersion: 0 });
        const outcome = await store.append(append);
        const [event] = await store.readAll(0, 10);
        expect(event).toEqual({
          type: 'Noted',
          data: { note: 'a' },
          id: append.events[0]?.id,
          streamId: append.streamId,
          streamType: 'notebook',
          version: 1,
          position: 1,
          metadata: METADATA,
          recordedAt: 'recordedAt' in outcome ? outcome.recordedAt : null,
        });
        expect(Math.abs(Date.now() - Date.parse(event?.recordedAt ?? ''))).toBeLessThan(60_000);
      });

      it('reads one stream in order, from the start or after a version', async () => {
        const streamId = randomUUID();
        await store.append(appendOf(['a'], { streamId }));
        await store.append(appendOf(['elsewhere']));
        await store.append(appendOf(['b', 'c'], { streamId }));
        expect((await store.readStream(streamId)).map(({ version }) => version)).toEqual([1, 2, 3]);
        expect((await store.readStream(streamId, 1)).map(noteOf)).toEqual(['b', 'c']);
        expect(await store.readStream(streamId, 3)).toEqual([]);
        expect(await store.readStream(randomUUID())).toEqual([]);
      });

      it('reads the whole log in pages, in the order of the appends', async () => {
        for (const n of upTo(7)) await store.append(appendOf([n]));
        expect((await store.readAll(0, 3)).map(noteOf)).toEqual([1, 2, 3]);
        expect((await store.readAll(3, 3)).map(noteOf)).toEqual([4, 5, 6]);
        expect((await store.readAll(6, 3)).map(noteOf)).toEqual([7]);
        expect(await store.readAll(7, 3)).toEqual([]);
      });

      it('replays stretches of the log for those types that somebody wants', async () => {
        for (const n of upTo(5)) await store.append(appendOf([n]));
        const replayed = await store.replay(1, 3, ['Noted']);
        expect(replayed.map(({ position }) => position)).toEqual([2, 3, 4]);
        const [second] = await store.readAll(1, 1);
        expect(second).toMatchObject({ ...replayed[0] });
        expect(await store.replay(0, 5, ['Forgotten'])).toEqual([]);
        expect(await store.replay(5, 5, ['Noted'])).toEqual([]);
      });

      it('knows the position of the last event', async () => {
        expect(await store.head()).toBe(0);
        await store.append(appendOf(['a', 'b']));
        expect(await store.head()).toBe(2);
      });

      it('numbers what is appended at once without a hole, and each stream in the order of its calls', async () => {
        const streams = upTo(10).map(() => randomUUID());
        await Promise.all(
          upTo(200).map((n) => store.append(appendOf([n, n + 0.5], { streamId: streams[n % 10] ?? '' }))),
        );
        const all = await store.readAll(0, 1_000);
        expect(positionsOf(all)).toEqual(upTo(400));
        for (const streamId of streams) {
          const stream = await store.readStream(streamId);
          expect(stream.map(({ version }) => version)).toEqual(upTo(40));
          const notes = stream.map((event) => Number(noteOf(event)));
          expect(notes).toEqual(notes.toSorted((one, other) => one - other));
          expect(positionsOf(stream)).toEqual(positionsOf(all.filter((event) => event.streamId === streamId)));
        }
      });
    });

    describe('what events carry', () => {
      const HIGHEST = Number.MAX_SAFE_INTEGER;
      it.each<[string, unknown]>([
        ['text of all planes', 'Grüße, 你好, עברית, 👩‍👩‍👧, 𝒳, \u200f, \u2028'],
        ['escapes and control characters', '"\\/\b\f\n\r\t\u0001\u001f\u007f'],
        ['safe integers to the last', [HIGHEST, -HIGHEST, 2 ** 53, 0]],
        ['fractions and powers', [0.1, 1e-300, 1.7976931348623157e308, 5e-324, 1 / 3]],
        ['null, true, false and nothing', [null, true, false, '', [], {}]],
        ['deep and mixed nesting', { a: [{ b: [{ c: [[[null, { d: 'e' }]]] }] }] }],
        ['keys that look special', { '': 1, __proto_: 2, constructor: 3, 'a.b': 4, 'ä"': 5 }],
        ['a long text', 'x'.repeat(200_000)],
      ])('survives the round trip: %s', async (_, note) => {
        const append = appendOf([note]);
        await store.append(append);
        expect((await store.readStream(append.streamId)).map(noteOf)).toEqual([note]);
        expect((await store.readAll(0, 1)).map(noteOf)).toEqual([note]);
      });

      it('leaves out what JSON has not, and keeps metadata as it is', async () => {
        const metadata = { ...METADATA, request_id: 'r-7', traceparent: '00-ab-cd-01' };
        const event = { ...noted({ kept: 1, left: undefined }), metadata };
        const append = appendOf([], { events: [event] });
        await store.append(append);
        const [read] = await store.readStream(append.streamId);
        expect(read && Object.keys(noteOf(read) as object)).toEqual(['kept']);
        expect(read?.metadata).toEqual(metadata);
      });

      it('is not changed by what the caller does with its objects later', async () => {
        const note = { list: [1] };
        const append = appendOf([note]);
        await store.append(append);
        note.list.push(2);
        expect((await store.readStream(append.streamId)).map(noteOf)).toEqual([{ list: [1] }]);
      });
    });
  });
}
