import { once } from 'node:events';
import { connect } from 'node:net';

/** Less than the five seconds after which Node's server closes a connection that nobody uses. */
const MAX_IDLE_MS = 3_000;

const HEADER_END = '\r\n\r\n';

/**
 * One keep-alive connection, one request at a time, and no more of HTTP/1.1 than the API's answers need: on a machine that client and
 * server share, node:http would cost as much as what it measures.
 */
export class HttpConnection {
  #received = Buffer.alloc(0);
  #settle = null;

  #socket = null;
  #idleSince = 0;

  constructor(origin) {
    this.url = new URL(origin);
  }

  /** The bytes of a request, to be made once and sent often. */
  prepare(method, path, { headers = {}, body } = {}) {
    const content = body === undefined ? '' : JSON.stringify(body);
    const lines = Object.entries({
      Host: this.url.host,
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) }),
      ...headers,
    });
    return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${content}`;
  }

  /** @param request from `prepare` @returns the status, the headers by lower-case name, and the body as bytes */
  async send(request) {
    if (this.#socket === null || this.#socket.destroyed || performance.now() - this.#idleSince > MAX_IDLE_MS)
      await this.#connect();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close() {
    this.#settle = null;
    this.#socket?.destroy();
  }

  async #connect() {
    this.close();
    const socket = connect(Number(this.url.port), this.url.hostname);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#finish('reject', error));
    socket.on('close', () => {
      if (socket === this.#socket) this.#finish('reject', new Error('The server closed the connection'));
    });
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
  }

  #receive(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(HEADER_END);
    if (end < 0) return;
    const [statusLine, ...lines] = this.#received.toString('latin1', 0, end).split('\r\n');
    const status = Number(statusLine.slice(9, 12));
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const length = status === 304 ? 0 : Number(headers['content-length']);
    if (Number.isNaN(length)) return this.#finish('reject', new Error(`An answer of unknown length: ${statusLine}`));
    const start = end + HEADER_END.length;
    if (this.#received.length < start + length) return;
    const body = this.#received.subarray(start, start + length);
    this.#received = this.#received.subarray(start + length);
    this.#finish('resolve', { status, headers, body });
  }

  #finish(how, value) {
    const settle = this.#settle;
    this.#settle = null;
    this.#idleSince = performance.now();
    settle?.[how](value);
  }
}
