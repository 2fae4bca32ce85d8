import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { PresignedLink, StoredUpload, UploadState } from '../../src/uploads/uploads-answer.dto.js';
import type { Answer } from './darkroom-api.js';
import { eventually } from './darkroom-process.js';
import type { DarkroomSuite } from './darkroom-suite.js';

/** What a presign answered, as plain JSON. */
export type Link = Pick<PresignedLink, keyof PresignedLink>;

/** A body's part as chunked transfer coding has it. */
export const chunkOf = (content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);

/** The first line that the server says. @throws Error when it closes before */
export const statusLine = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = '';
    socket.on('data', (data: Buffer) => {
      received += data.toString('latin1');
      if (received.includes('\r\n')) resolve(received.slice(0, received.indexOf('\r\n')));
    });
    socket.once('close', () => {
      reject(new Error(`The connection closed after: ${received}`));
    });
  });

/** Somebody who uploads to the process of a suite, and a look at what arrives. */
export class UploadClient {
  constructor(private readonly suite: DarkroomSuite) {}

  /** @throws Error unless the wish was granted */
  async presign(change: object = {}): Promise<Link> {
    const wish = { filename: 'a.png', content_type: 'image/png', size: 100_000, ...change };
    const { status, body } = await this.suite.api.post<Link>('/api/uploads/presign', wish);
    if (status !== 200) throw new Error(`${String(status)} ${JSON.stringify(body)}`);
    return body;
  }

  put(
    { url, headers }: Pick<Link, 'url' | 'headers'>,
    body: Buffer,
    more: Record<string, string> = {},
  ): Promise<Answer<StoredUpload & Record<string, unknown>>> {
    return this.suite.api.call('PUT', url, {
      body,
      headers: { 'content-type': headers['Content-Type'] ?? '', ...more },
    });
  }

  async state({ upload_id }: Link): Promise<UploadState> {
    return (await this.suite.api.get<UploadState>(`/api/uploads/${upload_id}`)).body;
  }

  async eventTypes({ upload_id }: Link): Promise<readonly string[]> {
    const { rows } = await this.suite.database.pool.query<{ type: string }>(
      'select type from events where stream_id = $1 order by version',
      [upload_id],
    );
    return rows.map(({ type }) => type);
  }

  /** Names of all files in the storage. */
  files(): readonly string[] {
    return readdirSync(join(this.suite.process.home, 'artifacts'), { recursive: true }).map(String);
  }

  /** Names of the files that are on their way in. */
  unfinished(): readonly string[] {
    return readdirSync(join(this.suite.process.home, 'artifacts', 'tmp'));
  }

  async untilUnfinished(count: number): Promise<void> {
    await eventually(
      () => Promise.resolve(this.unfinished()),
      (names) => names.length === count,
    );
  }

  /** A connection that has sent the head of a PUT and the first part of its body. */
  async begin(link: Link, length: number | 'chunked', first: Buffer): Promise<Socket> {
    const { hostname, port } = new URL(this.suite.process.url);
    const socket = connect(Number(port), hostname);
    // Whoever cuts a line in a test knows about it.
    socket.on('error', () => undefined);
    const framing = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${String(length)}`;
    const type = link.headers['Content-Type'] ?? '';
    socket.write(`PUT ${link.url} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`);
    await new Promise((resolve) => socket.write(first, resolve));
    return socket;
  }
}
