import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { LogTail } from '../../eventsourcing/log-tail.js';
import { isTerminal } from '../generation.events.js';

export interface Watch {
  /** Resolves to true when the run ended, to false when the time was over, the watch was closed or the process stops. */
  wait(ms: number): Promise<boolean>;
  close(): void;
}

/** Wakes whoever waits for the end of a run, by whichever process it came. A signal alone: the row says what the end was. */
@Injectable()
export class RunEnds implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly watching = new Map<string, Set<() => void>>();
  /** Ends the waits that are under way. */
  private readonly waits = new Set<() => void>();
  private stopping = false;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly tail: LogTail) {}

  onModuleInit(): void {
    this.unsubscribe = this.tail.subscribe((events) => {
      for (const { type, streamId } of events) {
        if (isTerminal(type)) for (const notify of this.watching.get(streamId) ?? []) notify();
      }
    });
  }

  /** The HTTP server closes only after its last answer: whoever waits is told that the run goes on. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
    for (const end of this.waits) end();
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
          if (ended || this.stopping) {
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
        settle(ended);
        others.delete(notify);
        if (others.size === 0 && this.watching.get(runId) === others) this.watching.delete(runId);
      },
    };
  }
}
