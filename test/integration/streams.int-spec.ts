import { connect, type Socket } from 'node:net';
import { EventStoreUnavailable } from '../../src/eventsourcing/errors.js';
import { appendQuery } from '../../src/eventsourcing/postgres-event-store.js';
import { appendOf, noted } from '../support/event-samples.js';
import { EventSourceReader } from '../support/event-source.js';
import { StreamsApp } from '../support/streams-app.js';
import { until } from '../support/until.js';

let app: StreamsApp;

beforeAll(async () => {
  app = await StreamsApp.start();
});
afterAll(() => app.stop());

const ask = (path: string): Socket => {
  const { hostname, port } = new URL(app.origin);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return socket;
};
const positionsOf = ({ messages }: EventSourceReader): number[] => messages.map(({ id }) => Number(id));
/** What a newer build may write. @returns its position */
const appendUnknown = async (): Promise<number> => {
  const events = [{ ...noted('?'), event: { type: 'FromTheFuture', data: {} } }];
  const { rows } = await app.database.pool.query<{ position: string }>(appendQuery([appendOf([], { events })]));
  return Number(rows[0]?.position);
};

describe('a client that leaves before its stream opens', () => {
  const waiting = async (): Promise<number> => {
    const { rows } = await app.database.pool.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_locks where relation = 'generations'::regclass and not granted`,
    );
    return rows[0]?.waiting ?? 0;
  };

  it.each(['/api/status/stream/', '/api/events/stream?run_id='])('leaves no stream behind at %s', async (path) => {
    const { run_id: runId } = await app.run();
    const before = app.streams.opened;
    const holder = await app.database.pool.connect();
    try {
      await holder.query('begin; lock table generations in access exclusive mode');
      const socket = ask(path + runId);
      await until('the route asks for the run', async () => (await waiting()) === 1);
      socket.destroy();
      await until('the server has seen that the client left', async () => (await app.connections()) === 0);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    await until('the stream was opened', () => app.streams.opened > before);
    expect(app.streams.count).toBe(0);
  });
});

describe('the stream of all events', () => {
  const open: EventSourceReader[] = [];
  const follow = async (query: string): Promise<EventSourceReader> => {
    const reader = await EventSourceReader.open(`${app.origin}/api/events/stream?${query}`);
    open.push(reader);
    return reader;
  };
  const closeAll = async (): Promise<void> => {
    for (const reader of open.splice(0)) reader.close();
    await until('nobody reads any more', () => app.streams.count === 0 && app.store.reading === 0);
  };
  afterEach(closeAll);

  it('passes an event of a type that this build does not know, read from the log and live', async () => {
    const first = await app.run();
    const after = `after=${String(first.id - 1)}`;
    await appendUnknown();
    const second = await app.run();
    const behind = await follow(after);
    await until('the run behind it is told', () => behind.messages.length === 2);
    expect(positionsOf(behind)).toEqual([first.id, second.id]);
    await appendUnknown();
    const third = await app.run();
    await until('the run behind the next one is told', () => behind.messages.length === 3);
    expect(positionsOf(behind)).toEqual([first.id, second.id, third.id]);
    expect(behind.ended).toBe(false);
  });

  it('begins to read at the first event of the run that is asked for, unless a later one is named', async () => {
    await app.run();
    const { id, run_id: runId } = await app.run();
    await app.run();
    // The tail of the log keeps in memory what it has delivered since the last event that it did not know.
    await appendUnknown();
    await app.run();
    const readFrom = async (query: string, first: number): Promise<number> => {
      await closeAll();
      app.store.readsAfter.length = 0;
      await follow(`run_id=${runId}${query}`);
      await until('the log is read', () => app.store.readsAfter.includes(first));
      return Math.min(...app.store.readsAfter);
    };
    expect(await readFrom('', id - 1)).toBe(id - 1);
    expect(await readFrom('&after=1', id - 1)).toBe(id - 1);
    expect(await readFrom(`&after=${String(id)}`, id)).toBe(id);
  });

  it('ends where the database is away, so that the client comes again, and breaks at what nobody foresaw', async () => {
    const request = 'GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const endsWell = async (failure: Error): Promise<boolean> => {
      app.store.failure = failure;
      try {
        return (await app.api.raw(request, (received) => received.endsWith('\r\n0\r\n\r\n'))).endsWith('\r\n0\r\n\r\n');
      } finally {
        app.store.failure = null;
      }
    };
    expect(await endsWell(new EventStoreUnavailable('away'))).toBe(true);
    expect(await endsWell(new TypeError('not foreseen'))).toBe(false);
  });
});
