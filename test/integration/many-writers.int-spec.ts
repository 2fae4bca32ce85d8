import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../../src/eventsourcing/event.js';
import { appendQuery } from '../../src/eventsourcing/postgres-event-store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, positionsOf, upTo } from '../support/event-samples.js';
import { KernelProcess, type KernelSettings } from '../support/kernel-process.js';
import { createTally, readTally, TallyProjection, tallyOf } from '../support/tally-projection.js';
import { until } from '../support/until.js';

const APPENDS_EACH = 24;

/** Collects positions of a process that follows the log as streams do. */
const follow = (process: KernelProcess): RecordedEvent[] => {
  const seen: RecordedEvent[] = [];
  process.tail.subscribe((events) => seen.push(...events));
  return seen;
};

describe('many writers', () => {
  let database: TestDatabase;
  const processes: KernelProcess[] = [];
  const open = (settings: KernelSettings = {}): KernelProcess => {
    const process = new KernelProcess(database.url, settings);
    processes.push(process);
    return process;
  };

  beforeEach(async () => {
    database = await freshDatabase();
    await createTally(database.pool);
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.close()));
    await database.drop();
  });

  /** Appends to streams that the other writers change too, so that versions conflict; decides again as a handler would. */
  const write = async (writer: KernelProcess, streams: readonly string[], seed: number): Promise<void> => {
    for (const n of upTo(APPENDS_EACH)) {
      const streamId = streams[(n * seed) % streams.length] ?? '';
      for (let done = false; !done;) {
        const version = (await writer.store.readStream(streamId)).length;
        const notes = upTo(1 + (n % 3));
        const outcome = await writer.store.append(appendOf(notes, { streamId, expectedVersion: version }));
        done = outcome.outcome !== 'conflict';
      }
    }
  };

  /** A transaction that holds its commit while others wait. */
  const writeSlowly = async (streams: readonly string[], rounds: number): Promise<void> => {
    const client = await database.pool.connect();
    for (const round of upTo(rounds)) {
      const streamId = streams[round % streams.length] ?? '';
      await client.query('begin');
      await client.query(appendQuery([appendOf([round], { streamId })]));
      await client.query('select pg_sleep(0.1)');
      await client.query('commit');
    }
    client.release();
  };

  it('and one of them slow to commit: nothing is lost, nothing doubled, by projection, reactor or stream', async () => {
    const [projecting, reacting, streaming] = [open({ batchSize: 40 }), open({ batchSize: 40 }), open()];
    projecting.subscriptions.addProjection(new TallyProjection());
    const reacted: RecordedEvent[] = [];
    reacting.subscriptions.addReactor({
      name: 'collect',
      handles: ['Noted'],
      react: (events) => {
        reacted.push(...events);
        return Promise.resolve();
      },
    });
    const streamed = follow(streaming);
    for (const reader of [projecting, reacting, streaming]) await reader.start();

    const writers = upTo(3).map(() => open());
    const ownTails = writers.map(follow);
    for (const writer of writers) await writer.start();
    const streams = upTo(30).map(() => randomUUID());
    const callers = writers.flatMap((writer, index) => upTo(5).map((n) => write(writer, streams, 5 * index + n)));
    await Promise.all([...callers, writeSlowly(streams, 10)]);

    const log = await streaming.store.readAll(0, 100_000);
    expect(log).toHaveLength(15 * APPENDS_EACH * 2 + 10);
    expect(positionsOf(log)).toEqual(upTo(log.length));
    expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
    for (const versions of tallyOf(log).versions.values()) expect(versions).toEqual(upTo(versions.length));

    await until('the projection is through', async () => (await readTally(database.pool)).events >= log.length);
    await until('the reactor is through', () => reacted.length >= log.length);
    await until('the streams are through', () => [streamed, ...ownTails].every((tail) => tail.length >= log.length));
    expect(await readTally(database.pool)).toEqual(tallyOf(log));
    expect(positionsOf(reacted)).toEqual(upTo(log.length));
    for (const tail of [streamed, ...ownTails]) expect(positionsOf(tail)).toEqual(upTo(log.length));
    // What a process heard of its own appends is what the log holds.
    expect(ownTails[0]?.map(({ id, version, recordedAt }) => [id, version, recordedAt])).toEqual(
      log.map(({ id, version, recordedAt }) => [id, version, recordedAt]),
    );
    expect([...processes].flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('at one version: exactly one of twenty appends from four processes wins', async () => {
    const writers = [open(), open(), open(), open()];
    const streamId = randomUUID();
    const outcomes = await Promise.all(
      upTo(5).flatMap((n) => writers.map(({ store }) => store.append(appendOf([n], { streamId, expectedVersion: 0 })))),
    );
    expect(outcomes.filter((each) => each.outcome === 'ok')).toHaveLength(1);
    expect(outcomes.filter((each) => each.outcome === 'conflict')).toHaveLength(19);
    expect(await writers[0]?.store.head()).toBe(1);
  });

  it('with one idempotency key in four processes: one stream is made and all are led to it', async () => {
    const writers = upTo(4).map(() => open());
    const idempotencyKey = { scope: 's', key: 'k', bodyHash: 'h' };
    const outcomes = await Promise.all(
      upTo(5).flatMap((n) =>
        writers.map(({ store }) => store.append(appendOf([n], { expectedVersion: 0, idempotencyKey }))),
      ),
    );
    const [event] = (await writers[0]?.store.readAll(0, 10)) ?? [];
    expect(outcomes.filter((each) => each.outcome === 'ok')).toHaveLength(1);
    expect(outcomes.filter((each) => each.outcome === 'replay')).toEqual(
      upTo(19).map(() => ({ outcome: 'replay', streamId: event?.streamId })),
    );
  });

  describe('follow the log', () => {
    it('of another process within the polling time although every notification is lost', async () => {
      const deaf = { listen: () => Promise.resolve(() => undefined), onReconnect: () => undefined };
      const [writer, reader] = [open(), open({ wakeUp: deaf })];
      const streamed = follow(reader);
      await reader.start();
      await writer.start();
      await Promise.all(upTo(200).map((n) => writer.store.append(appendOf([n]))));
      await Promise.all(upTo(20).map((n) => reader.store.append(appendOf([n]))));
      await until('all are seen', () => streamed.length >= 220, 3_000);
      expect(positionsOf(streamed)).toEqual(upTo(220));
    });

    it('over broken connections of listener and pool', async () => {
      const [writer, reader] = [open(), open()];
      const streamed = follow(reader);
      await reader.start();
      for (const round of upTo(5)) {
        await Promise.all(upTo(40).map((n) => writer.store.append(appendOf([n]))));
        await database.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name in ('darkroom notifications', $1)`,
          [reader.name],
        );
        await until('the reader has caught up', () => streamed.length >= round * 40);
      }
      expect(positionsOf(streamed)).toEqual(upTo(200));
    });

    it('from memory exactly as from the log, own appends and those of others mixed', async () => {
      const [one, other] = [open({ keep: 50 }), open({ keep: 50 })];
      await one.start();
      await other.start();
      await Promise.all(
        upTo(100).map((n) => (n % 2 === 1 ? one : other).store.append(appendOf([{ n, deep: { z: 1, a: [n] } }]))),
      );
      await until('both have seen all', () => one.tail.head === 100 && other.tail.head === 100);
      for (const { tail, store } of [one, other]) {
        for (let position = 0; position < 100; position++) {
          expect(await tail.readAfter(position, 30)).toEqual(await store.readAll(position, 30));
        }
      }
    });
  });
});
