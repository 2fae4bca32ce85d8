import { Injectable } from '@nestjs/common';
import { Meter } from '../telemetry/meter.js';
import type { StreamEnd } from './event-stream.js';

/** Counts the streams of server-sent events of this process, and tells how many seconds events took to them. */
@Injectable()
export class StreamMeter extends Meter<number> {
  /** Streams that are open now. */
  open = 0;
  /** Streams that are over, by the reason. */
  readonly ends = new Meter<StreamEnd>();

  /**
   * Says that an event was written into a stream just now.
   * @param recordedAt RFC 3339, from the database's clock, which may be a little ahead of this one
   */
  delivered(recordedAt: string): void {
    this.tell(Math.max(0, (Date.now() - Date.parse(recordedAt)) / 1000));
  }
}
