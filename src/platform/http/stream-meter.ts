import { Injectable } from '@nestjs/common';
import { Meter } from '../telemetry/meter.port.js';
import type { StreamEnd } from './event-stream.js';

export type DeliveryListener = (seconds: number) => void;

/** Counts the streams of server-sent events of this process, and tells how long events took to them. */
@Injectable()
export class StreamMeter {
  /** Streams that are open now. */
  open = 0;
  /** Streams that are over, by the reason. */
  readonly ends = new Meter<StreamEnd>();
  private readonly listeners = new Set<DeliveryListener>();

  /** @returns a function that ends the subscription */
  subscribe(listener: DeliveryListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Says that an event was written into a stream just now.
   * @param recordedAt RFC 3339, from the database's clock, which may be a little ahead of this one
   */
  delivered(recordedAt: string): void {
    const seconds = Math.max(0, (Date.now() - Date.parse(recordedAt)) / 1000);
    for (const listener of this.listeners) listener(seconds);
  }
}
