import { Injectable, Logger } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { untraced } from '../../eventsourcing/traces.js';
import { Broadcasts } from '../../platform/database/broadcasts.port.js';
import { ProgressChannel, type Progress } from '../progress.port.js';

const CHANNEL = 'progress';
const FLUSH_MS = 150;
/** Newest values that are remembered; older runs have long ended. */
const REMEMBERED = 5_000;

interface Message extends Progress {
  readonly origin: string;
}

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' &&
  value !== null &&
  'runId' in value &&
  'attempt' in value &&
  'progress' in value &&
  'origin' in value;

/** Progress to all processes: at most one value a run and flush, at once to listeners of this process. */
@Injectable()
export class ProgressBroadcast extends ProgressChannel {
  private readonly logger = new Logger(ProgressBroadcast.name);
  private readonly origin = uuidv4();
  private readonly newest = new Map<string, Progress>();
  private readonly unsent = new Map<string, Progress>();
  private readonly listeners = new Set<(progress: Progress) => void>();
  private timer: NodeJS.Timeout | undefined;
  private unlisten: (() => void) | undefined;

  constructor(private readonly broadcasts: Broadcasts) {
    super();
  }

  async onModuleInit(): Promise<void> {
    this.unlisten = await this.broadcasts.listen(CHANNEL, (payload) => {
      this.receive(payload);
    });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.unlisten?.();
  }

  report(progress: Progress): void {
    this.remember(progress);
    this.unsent.set(progress.runId, progress);
    this.timer ??= setTimeout(() => void untraced(() => this.flush()), FLUSH_MS);
  }

  latest(runId: string): Progress | null {
    return this.newest.get(runId) ?? null;
  }

  subscribe(listener: (progress: Progress) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private receive(payload: string): void {
    const message: unknown = JSON.parse(payload);
    if (!isMessage(message) || message.origin === this.origin) return;
    const { runId, attempt, progress } = message;
    this.remember({ runId, attempt, progress });
  }

  private remember(progress: Progress): void {
    // Deleted first, so that the map's order is that of the last report.
    this.newest.delete(progress.runId);
    this.newest.set(progress.runId, progress);
    if (this.newest.size > REMEMBERED) {
      const [oldest] = this.newest.keys();
      if (oldest !== undefined) this.newest.delete(oldest);
    }
    for (const listener of this.listeners) listener(progress);
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const payloads = [...this.unsent.values()].map((each) => JSON.stringify({ ...each, origin: this.origin }));
    this.unsent.clear();
    try {
      await this.broadcasts.notify(CHANNEL, payloads);
    } catch (error) {
      // Progress that is not told is not worth a retry: the next value says more.
      this.logger.debug(`Progress was not sent: ${String(error)}`);
    }
  }
}
