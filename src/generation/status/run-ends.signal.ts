import { Injectable } from '@nestjs/common';
import { LogTail } from '../../eventsourcing/log-tail.js';
import { isTerminal } from '../generation.events.js';

export interface Watch {
  /** Resolves to true when the run ended, to false when the time was over or the watch was closed. */
  wait(ms: number): Promise<boolean>;
  close(): void;
}

/** Wakes whoever waits for the end of a run, by whichever process it came. A signal alone: the row says what the end was. */
@Injectable()
export class RunEnds {
  private readonly watching = new Map<string, Set<() => void>>();
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly tail: LogTail) {}

  onModuleInit(): void {
    this.unsubscribe = this.tail.subscribe((events) => {
      for (const { type, streamId } of events) {
        if (isTerminal(type)) for (const notify of this.watching.get(streamId) ?? []) notify();
      }
    });
  }

  onApplicationShutdown(): void {
    this.unsubscribe?.();
  }

  /** Begins to watch at once: an end that comes before `wait` is called counts. The caller closes the watch. */
  watch(runId: string): Watch {
    let ended = false;
    let settle: (ended: boolean) => void = () => undefined;
    const notify = (): void => {
      ended = true;
      settle(true);
    };
    const others = this.watching.get(runId) ?? new Set();
    this.watching.set(runId, others.add(notify));
    return {
      wait: (ms) =>
        new Promise((resolve) => {
          if (ended) {
            resolve(true);
            return;
          }
          const timer = setTimeout(() => {
            settle(false);
          }, ms);
          settle = (value) => {
            clearTimeout(timer);
            resolve(value);
          };
        }),
      close: () => {
        settle(ended);
        others.delete(notify);
        if (others.size === 0 && this.watching.get(runId) === others) this.watching.delete(runId);
      },
    };
  }
}
