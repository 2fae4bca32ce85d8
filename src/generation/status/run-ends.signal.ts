import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { LogTail } from '../../eventsourcing/log-tail.js';
import { Waits, type Watch } from '../../platform/http/waits.js';
import { isTerminal } from '../generation.events.js';

/** Wakes whoever waits for the end of a run, by whichever process it came. A signal alone: the row says what the end was. */
@Injectable()
export class RunEnds implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly waits = new Waits();
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly tail: LogTail) {}

  onModuleInit(): void {
    this.unsubscribe = this.tail.subscribe((events) => {
      for (const { type, streamId } of events) if (isTerminal(type)) this.waits.notify(streamId);
    });
  }

  /** Whoever waits is told that the run goes on. */
  beforeApplicationShutdown(): void {
    this.waits.stop();
  }

  onApplicationShutdown(): void {
    this.unsubscribe?.();
  }

  /** Begins to watch at once: an end that comes before `wait` is called counts. The caller closes the watch. */
  watch(runId: string): Watch {
    return this.waits.watch(runId);
  }
}
