import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { ProgressChannel } from '../generation/progress.port.js';
import type { EventStream } from '../platform/http/event-stream.js';
import { StreamMeter } from '../platform/http/stream-meter.js';

/** The streams of this process: ended in a shutdown, which would wait for them for ever; clients resume elsewhere with their last id. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  private readonly streams = new Set<EventStream>();
  private stopping = false;

  constructor(
    readonly progress: ProgressChannel,
    private readonly meter: StreamMeter,
  ) {}

  get count(): number {
    return this.streams.size;
  }

  /** @param stream open; one that is over already, as its client asked for headers only or has left, was none */
  add(stream: EventStream): void {
    if (stream.closed) return;
    this.streams.add(stream);
    this.meter.open += 1;
    stream.onClose((reason) => {
      this.streams.delete(stream);
      this.meter.open -= 1;
      this.meter.ends.tell(reason);
    });
    // A client that came back to the process that has just sent it away.
    if (this.stopping) stream.end('shutdown');
  }

  /** Measures how long an event took to a listener who was there when it was recorded. */
  delivered({ recordedAt }: RecordedEvent): void {
    this.meter.delivered(recordedAt);
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
    for (const stream of this.streams) stream.end('shutdown');
  }
}
