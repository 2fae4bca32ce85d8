import type { Response } from 'express';

/** One server-sent event (WHATWG HTML §9.2). Without an id the client's Last-Event-ID stays as it is. */
export interface StreamMessage {
  readonly event: string;
  readonly data: object;
  readonly id?: number;
}

/**
 * Why a stream is over: its client left, there is nothing more to come, the process stops, the client read too slowly, or the database, from which it is
 * read, is away.
 */
export type StreamEnd = 'client' | 'terminal' | 'shutdown' | 'slow_consumer' | 'unavailable';

const HEARTBEAT_MS = 15_000;
/** A client that reads so much slower than the events come is cut off; it resumes from its last id. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;
const RECONNECT_MS = 2_000;

/** One client's server-sent event stream. */
export class EventStream {
  private heartbeat: NodeJS.Timeout | undefined;
  private over: StreamEnd | null = null;
  private readonly closeListeners = new Set<(reason: StreamEnd) => void>();

  constructor(private readonly response: Response) {}

  /** Sends the headers and begins the heartbeat; for a client that has left already the stream ends at once. */
  open(): void {
    // Its `close` came before anybody listened, and comes no second time.
    if (this.response.destroyed) {
      this.finish('client');
      return;
    }
    this.response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      Connection: 'keep-alive',
    });
    this.response.flushHeaders();
    if (this.response.req.method === 'HEAD') {
      // Only the headers were asked for; left open, the connection could never carry another request.
      this.end('client');
      return;
    }
    this.response.write(`retry: ${String(RECONNECT_MS)}\n\n`);
    this.heartbeat = setInterval(() => {
      this.write(': keep-alive\n\n');
    }, HEARTBEAT_MS);
    this.response.once('close', () => {
      this.finish('client');
    });
  }

  get closed(): boolean {
    return this.over !== null;
  }

  /** Calls the listener at the end of the stream; at once where it has ended. */
  onClose(listener: (reason: StreamEnd) => void): void {
    if (this.over !== null) listener(this.over);
    else this.closeListeners.add(listener);
  }

  send({ event, data, id }: StreamMessage): void {
    this.write(`${id === undefined ? '' : `id: ${String(id)}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Resolves when the client has room for more. */
  async drained(): Promise<void> {
    if (this.closed || !this.response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      // Whichever comes first takes the other away, which would stay for as long as the stream lives.
      const settle = (): void => {
        this.response.off('drain', settle).off('close', settle);
        resolve();
      };
      this.response.once('drain', settle).once('close', settle);
    });
  }

  end(reason: StreamEnd): void {
    this.finish(reason);
    this.response.end();
  }

  private write(text: string): void {
    if (this.closed) return;
    this.response.write(text);
    if (this.response.writableLength > MAX_UNSENT_BYTES) {
      this.finish('slow_consumer');
      this.response.destroy();
    }
  }

  private finish(reason: StreamEnd): void {
    if (this.over !== null) return;
    this.over = reason;
    clearInterval(this.heartbeat);
    for (const listener of this.closeListeners) listener(reason);
  }
}
