import type { Writable } from 'node:stream';

/** The wait of one request for one thing to end. */
export interface Watch {
  /** Resolves to true when it ended, to false when the time was over, the watch was closed, before or meanwhile, or the process stops. */
  wait(ms: number): Promise<boolean>;
  close(): void;
}

/** Closes a watch with the response that waits for it: a client that has hung up, maybe before this is called, waits for nothing. */
export const closeWith = (response: Writable, watch: Watch): void => {
  if (response.destroyed) watch.close();
  else
    response.once('close', () => {
      watch.close();
    });
};

/** Requests that wait for something to end, by its id. A signal alone, and lost with the process: whoever is woken reads what the end was. */
export class Waits {
  private readonly watching = new Map<string, Set<() => void>>();
  /** Ends the waits that are under way. */
  private readonly waits = new Set<() => void>();
  private stopping = false;

  /** It has ended. */
  notify(id: string): void {
    for (const notify of this.watching.get(id) ?? []) notify();
  }

  /** Ends all waits, and those that are still to come: the HTTP server closes only after its last answer. */
  stop(): void {
    this.stopping = true;
    for (const end of this.waits) end();
  }

  /** Begins to watch at once: an end that comes before `wait` is called counts. The caller closes the watch. */
  watch(id: string): Watch {
    let ended = false;
    let closed = false;
    let settle: (ended: boolean) => void = () => undefined;
    const notify = (): void => {
      ended = true;
      settle(true);
    };
    const others = this.watching.get(id) ?? new Set();
    this.watching.set(id, others.add(notify));
    return {
      wait: (ms) =>
        new Promise((resolve) => {
          if (ended || closed || this.stopping) {
            resolve(ended);
            return;
          }
          const giveUp = (): void => {
            settle(false);
          };
          const timer = setTimeout(giveUp, ms);
          this.waits.add(giveUp);
          settle = (value) => {
            clearTimeout(timer);
            this.waits.delete(giveUp);
            resolve(value);
          };
        }),
      close: () => {
        closed = true;
        settle(ended);
        others.delete(notify);
        if (others.size === 0 && this.watching.get(id) === others) this.watching.delete(id);
      },
    };
  }
}
