import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { ProgressChannel } from '../generation/progress.port.js';
import type { EventStream } from '../platform/http/event-stream.js';

/** The streams of this process: ended in a shutdown, which would wait for them for ever; clients resume elsewhere with their last id. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  private readonly streams = new Set<EventStream>();
  private stopping = false;

  constructor(readonly progress: ProgressChannel) {}

  get count(): number {
    return this.streams.size;
  }

  add(stream: EventStream): void {
    this.streams.add(stream);
    stream.onClose(() => this.streams.delete(stream));
    // A client that came back to the process that has just sent it away; its stream is open only when the caller is through.
    if (this.stopping)
      queueMicrotask(() => {
        stream.end();
      });
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
    for (const stream of this.streams) stream.end();
  }
}
