import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** ReadyForQuery of PostgreSQL's protocol, outside a transaction: what was asked is committed. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** Stands between a pool and the database server and breaks what a network can break. */
export class CuttingProxy {
  /** Connections that were refused so far. */
  refused = 0;
  /** Answers that were cut off so far. */
  cut = 0;
  private mode: 'pass' | 'refuse' | 'silence' = 'pass';
  private cutAfter: string | null = null;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((client) => {
      this.connect(client);
    });
  }

  static async open(url: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(new URL(url));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** Of the same database, by way of the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** The next statement with this text is executed and committed, and its connection breaks before the answer passes. */
  cutAnswerOf(text: string): void {
    this.cutAfter = text;
  }

  /** Breaks all connections and lets no new one in. */
  refuse(): void {
    this.mode = 'refuse';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections stay, and nothing passes any more. */
  silence(): void {
    this.mode = 'silence';
  }

  /** Lets everything pass again; what was silenced is broken. */
  pass(): void {
    for (const socket of this.sockets) socket.destroy();
    this.mode = 'pass';
  }

  async close(): Promise<void> {
    this.refuse();
    this.server.close();
    await once(this.server, 'close');
  }

  private connect(client: Socket): void {
    client.on('error', () => undefined);
    if (this.mode === 'refuse') {
      this.refused += 1;
      client.destroy();
      return;
    }
    const server = createConnection({ host: this.target.hostname, port: Number(this.target.port || 5432) });
    server.on('error', () => undefined);
    for (const [socket, peer] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('close', () => {
        this.sockets.delete(socket);
        peer.destroy();
      });
    }
    this.relay(client, server);
  }

  private relay(client: Socket, server: Socket): void {
    let cutting = false;
    client.on('data', (chunk: Buffer) => {
      if (this.mode === 'silence') return;
      if (this.cutAfter !== null && chunk.includes(this.cutAfter)) {
        this.cutAfter = null;
        cutting = true;
      }
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      if (this.mode === 'silence') return;
      if (!cutting) client.write(chunk);
      else if (chunk.subarray(-READY.length).equals(READY)) {
        this.cut += 1;
        client.destroy();
      }
    });
  }
}
