import { connect, type Socket } from 'node:net';
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
