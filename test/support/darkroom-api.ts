import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** An answer, read to its end. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** The parsed JSON; an empty object for anything else. */
  readonly body: Body;
}

export interface Sent {
  readonly headers?: OutgoingHttpHeaders;
  /** JSON unless it is a string or bytes, which go out as they are. */
  readonly body?: unknown;
}

const ANSWER_LIMIT_MS = 60_000;

const jsonOf = (type: string | undefined, bytes: Buffer): unknown =>
  type?.includes('json') === true && bytes.length > 0 ? (JSON.parse(bytes.toString()) as unknown) : {};

/** A client of a Darkroom process that sends what it is told to, however wrong. */
export class DarkroomApi {
  constructor(readonly origin: string) {}

  /** The body's type is what the test expects; what it asserts on is checked there. */
  call<Body = Record<string, unknown>>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    const { headers = {}, body } = sent;
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const payload = body === undefined || raw ? body : JSON.stringify(body);
    const { hostname, port } = new URL(this.origin);
    return new Promise((resolve, reject) => {
      const outgoing = request({
        hostname,
        port,
        path,
        method,
        agent: false,
        headers: {
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      });
      outgoing.setTimeout(ANSWER_LIMIT_MS, () =>
        outgoing.destroy(new Error(`No answer to ${method} ${path.slice(0, 200)}`)),
      );
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const bytes = Buffer.concat(chunks);
          const parsed = jsonOf(response.headers['content-type'], bytes);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, body: parsed as Body });
        });
      });
      outgoing.end(payload);
    });
  }

  get<Body = Record<string, unknown>>(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer<Body>> {
    return this.call('GET', path, { headers });
  }

  post<Body = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers: OutgoingHttpHeaders = {},
  ): Promise<Answer<Body>> {
    return this.call('POST', path, { headers, ...(body !== undefined && { body }) });
  }

  /** Sends bytes as they are and reads until the server closes, or until `enough` holds of what came. */
  raw(bytes: string | Buffer, enough: (received: string) => boolean = () => false): Promise<string> {
    const { hostname, port } = new URL(this.origin);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      let received = '';
      socket.setTimeout(ANSWER_LIMIT_MS, () =>
        socket.destroy(new Error(`No end of the answer: ${received.slice(0, 500)}`)),
      );
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        if (enough(received)) socket.destroy();
      });
      socket.once('error', reject);
      socket.once('close', () => {
        resolve(received);
      });
    });
  }
}
