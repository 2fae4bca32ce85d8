import { connect, type Socket } from 'node:net';
import { HttpApp } from '../support/http-app.js';
import { until } from '../support/until.js';

const MEGABYTE = 2 ** 20;

let app: HttpApp;
beforeAll(async () => {
  app = await HttpApp.start();
});
afterAll(() => app.stop());

const head = (length: number | 'chunked', ...lines: readonly string[]): string =>
  [
    'POST /things HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${String(length)}`,
    ...lines,
    '\r\n',
  ].join('\r\n');

/** A client that hears nothing until it is told to. */
class Writer {
  readonly closed: Promise<void>;
  private readonly socket: Socket;
  private received = '';

  constructor() {
    this.socket = connect(app.port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve();
      });
    });
  }

  /** Until the system has taken the bytes, or the connection is gone. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.socket.write(bytes, () => {
        resolve();
      });
    });
  }

  read(): this {
    this.socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    return this;
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }

  get text(): string {
    return this.received;
  }

  leave(): void {
    this.socket.resetAndDestroy();
  }
}

describe('a request that is refused before its body has come', () => {
  it.each([
    ['that wants the connection closed', 'Connection: close'],
    ['that wants to go on', 'Connection: keep-alive'],
  ])('is told why, also by a client that reads when it has written all, %s', async (_, connection) => {
    for (let round = 0; round < 10; round += 1) {
      const client = new Writer();
      await client.write(head(20 * MEGABYTE, connection));
      await client.write(Buffer.alloc(20 * MEGABYTE));
      client.read();
      await until('it is told', () => client.text.includes('payload_too_large'), 5_000);
      expect(client.text).toMatch(/^HTTP\/1\.1 413 /);
      client.leave();
    }
  });

  it('is told at once, and the connection takes the next request when the body has come', async () => {
    const client = new Writer().read();
    await client.write(head(2 * MEGABYTE));
    await until('it is told', () => client.text.includes('payload_too_large'), 5_000);
    await client.write(Buffer.alloc(2 * MEGABYTE));
    await client.write('GET /things HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until('the next one is answered', () => /HTTP\/1\.1 200 /.test(client.text), 5_000);
    client.leave();
  });

  it('is cut off when more comes than anybody reads', async () => {
    const client = new Writer().read();
    await client.write(head(1_000 * MEGABYTE));
    let written = 0;
    for (; !client.isClosed && written < 1_000; written += 1) await client.write(Buffer.alloc(MEGABYTE));
    await client.closed;
    expect(written).toBeLessThan(64);
    expect(client.text).toMatch(/^HTTP\/1\.1 413 [^]*Connection: close[^]*payload_too_large/);
  });

  it('is cut off when its client falls silent', async () => {
    const client = new Writer().read();
    const begun = performance.now();
    await client.write(head(2 * MEGABYTE));
    await client.closed;
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(client.text).toContain('payload_too_large');
  });

  it('leaves nothing behind when its client is gone', async () => {
    const count = (kind: string): number => process.getActiveResourcesInfo().filter((each) => each === kind).length;
    const [sockets, timers] = [count('TCPSocketWrap'), count('Timeout')];
    const clients = Array.from({ length: 20 }, () => new Writer());
    for (const client of clients) {
      await client.write('PUT /things/streamed HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsome');
      client.leave();
    }
    await until('the server has noticed', () => count('TCPSocketWrap') <= sockets);
    // What it learns of a connection it tells the request a few turns later.
    const next = new Writer().read();
    await next.write('GET /things HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await next.closed;
    // One more is that of whoever waits here.
    await until('no timer is left', () => count('Timeout') <= timers + 1, 3_000);
    expect((await app.call('/things/streamed', { method: 'PUT', body: 'all of it' })).body).toEqual({ bytes: 9 });
  });
});
