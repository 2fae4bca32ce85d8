import { AttemptTimedOut } from './attempt-fault.policy.js';

/** Measures the time that a provider takes for one result. */
export class VariantClock {
  private readonly expiry = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  /** Begins at once. @param seconds ATTEMPT_TIMEOUT_SECONDS */
  constructor(private readonly seconds: number) {
    this.setWaiting(false);
  }

  /** Aborts with AttemptTimedOut when the time is over. */
  get signal(): AbortSignal {
    return this.expiry.signal;
  }

  /** Stands while the provider serves others first, and begins anew when it turns to this one. */
  setWaiting(waits: boolean): void {
    clearTimeout(this.timer);
    if (waits) return;
    this.timer = setTimeout(() => {
      this.expiry.abort(new AttemptTimedOut(`The attempt took longer than ${String(this.seconds)} s`));
    }, this.seconds * 1000);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
