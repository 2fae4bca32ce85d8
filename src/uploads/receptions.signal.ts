import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Config } from '../platform/config/config.js';

/** Bodies that are on their way into this process. A shutdown waits for them no longer than for attempts. */
@Injectable()
export class Receptions implements BeforeApplicationShutdown {
  private readonly underWay = new Map<Promise<unknown>, () => void>();

  constructor(private readonly config: Config) {}

  /** @param breakOff makes the work fail soon; its client comes again, with the same link */
  async track<T>(work: Promise<T>, breakOff: () => void): Promise<T> {
    this.underWay.set(work, breakOff);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  /** The HTTP server closes only after its last answer. */
  async beforeApplicationShutdown(): Promise<void> {
    const graceMs = this.config.get('SHUTDOWN_GRACE_SECONDS') * 1000;
    const timer = setTimeout(() => {
      for (const breakOff of this.underWay.values()) breakOff();
    }, graceMs);
    await Promise.allSettled(this.underWay.keys());
    clearTimeout(timer);
  }
}
