import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { until } from './until.js';

/** One server-sent event as its reader gets it. */
export interface ReadMessage {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  /** Milliseconds of `performance.now()`. */
  readonly readAt: number;
}

/** A reader of server-sent events that keeps everything: messages, comments, the end. */
export class EventSourceReader {
  readonly messages: ReadMessage[] = [];
  readonly comments: string[] = [];
  readonly retries: number[] = [];
  private rest = '';
  private over = false;

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      this.take(chunk);
    });
    response.once('close', () => {
      this.over = true;
    });
    response.on('error', () => undefined);
  }

  /** Resolves as soon as the headers are there. */
  static open(url: string, headers: OutgoingHttpHeaders = {}): Promise<EventSourceReader> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { agent: false, headers: { accept: 'text/event-stream', ...headers } });
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        resolve(new EventSourceReader(response));
      });
      outgoing.end();
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get headers(): IncomingMessage['headers'] {
    return this.response.headers;
  }

  get ended(): boolean {
    return this.over;
  }

  /** The messages that have an id, by their names. */
  get stored(): readonly ReadMessage[] {
    return this.messages.filter(({ id }) => id !== undefined);
  }

  end(ms = 20_000): Promise<void> {
    return until('the stream ends', () => this.over, ms);
  }

  close(): void {
    this.response.destroy();
  }

  private take(chunk: string): void {
    const blocks = (this.rest + chunk).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) this.read(block);
  }

  private read(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
      fields.set(name, value);
    }
    const [comment, retry, data] = ['', 'retry', 'data'].map((name) => fields.get(name));
    if (comment !== undefined) this.comments.push(comment);
    if (retry !== undefined) this.retries.push(Number(retry));
    if (data === undefined) return;
    this.messages.push({
      id: fields.get('id'),
      event: fields.get('event'),
      data: JSON.parse(data) as Record<string, unknown>,
      readAt: performance.now(),
    });
  }
}
