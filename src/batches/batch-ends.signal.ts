import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { LogTail } from '../eventsourcing/log-tail.js';
import { Waits, type Watch } from '../platform/http/waits.js';
import type { BatchEvent } from './batch.events.js';

const END: BatchEvent['type'] = 'BatchCompleted';

/** Wakes whoever waits for the end of a batch, by whichever process it came. A signal alone: the row says what the end was. */
@Injectable()
export class BatchEnds implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly waits = new Waits();
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly tail: LogTail) {}

  onModuleInit(): void {
    this.unsubscribe = this.tail.subscribe((events) => {
      for (const { type, streamId } of events) if (type === END) this.waits.notify(streamId);
    });
  }

  /** Whoever waits is told that the batch goes on. */
  beforeApplicationShutdown(): void {
    this.waits.stop();
  }

  onApplicationShutdown(): void {
    this.unsubscribe?.();
  }

  /** Begins to watch at once. The caller closes the watch. */
  watch(batchId: string): Watch {
    return this.waits.watch(batchId);
  }
}
