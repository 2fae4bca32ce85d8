import { AsyncResource } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { Broadcasts } from '../platform/database/broadcasts.port.js';
import { currentRequest } from '../platform/http/request-context.js';
import { AUDIT, LOG_LEVELS, LogLevels, type LevelChange, type LogLevel } from '../platform/logging/log-levels.js';
import { LOG_CONTEXTS } from './log-services.data.js';

const CHANNEL = 'log_level';

/** How long a change may take to come round; then whoever asked for it gets it in the process that was asked. */
const ROUND_MS = 2_000;

interface Told extends LevelChange {
  /** Of the change, so that whoever sent it knows it again. */
  readonly origin: string;
  readonly requestId: string;
}

const isTold = (value: unknown): value is Told => {
  if (typeof value !== 'object' || value === null) return false;
  const { level, context, ttlSeconds, origin, requestId } = value as Partial<Record<keyof Told, unknown>>;
  const isKnown = context === null || (typeof context === 'string' && LOG_CONTEXTS.includes(context));
  return (
    LOG_LEVELS.includes(level as LogLevel) &&
    isKnown &&
    typeof ttlSeconds === 'number' &&
    typeof origin === 'string' &&
    typeof requestId === 'string'
  );
};

const nameOf = (context: string | null): string => (context === null ? 'The log level' : `The log level of ${context}`);

/**
 * Changes the log level of all processes, each of which says so in its log. All of them, the one that was asked too, change theirs when the
 * broadcast tells them, which tells everybody everything in one order: so those that were asked at the same time end with the same level. One
 * that starts later has the configured level.
 */
@Injectable()
export class LogLevelBroadcast implements OnModuleInit, OnApplicationShutdown {
  private readonly audit = new Logger(AUDIT);
  /** Changes that this process has sent and that have not come round yet. */
  private readonly sent = new Map<string, () => void>();
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly levels: LogLevels,
    private readonly broadcasts: Broadcasts,
  ) {}

  async onModuleInit(): Promise<void> {
    this.unlisten = await this.broadcasts.listen(CHANNEL, (payload) => {
      const told: unknown = JSON.parse(payload);
      if (!isTold(told)) return;
      const own = this.sent.get(told.origin);
      if (own) own();
      else this.apply(told);
    });
  }

  onApplicationShutdown(): void {
    this.unlisten?.();
  }

  /**
   * Holds in this process when it resolves, which is after two seconds at the latest.
   * @returns whether it came round by the broadcast, which the other processes follow too; they may hear of it later where it did not
   */
  async change(change: LevelChange): Promise<boolean> {
    const told: Told = { ...change, origin: uuidv4(), requestId: currentRequest()?.requestId ?? '' };
    try {
      await this.sendRound(told);
      return true;
    } catch (error) {
      this.audit.warn(`The other processes may not know of the log level: ${String(error)}`);
      this.apply(told);
      return false;
    }
  }

  /** Until it has come round and holds here. @throws Error where it cannot be sent, or does not come in time */
  private async sendRound(told: Told): Promise<void> {
    const patience = new AbortController();
    // Bound to the request, so that the line about it has the request's ids.
    const round = new Promise<void>((resolve) => {
      const hold = (): void => {
        this.apply(told);
        resolve();
      };
      this.sent.set(told.origin, AsyncResource.bind(hold));
    });
    const late = wait(ROUND_MS, undefined, { signal: patience.signal }).then(() => {
      throw new Error(`It has not come round within ${String(ROUND_MS)} ms`);
    });
    // That it was sent may be heard of late, or not at all, and it comes round all the same.
    let refusal: unknown = null;
    this.broadcasts.notify(CHANNEL, [JSON.stringify(told)]).catch((error: unknown) => {
      refusal = error;
    });
    try {
      await Promise.race([round, late]);
    } catch (error) {
      throw refusal instanceof Error ? refusal : error;
    } finally {
      this.sent.delete(told.origin);
      patience.abort();
    }
  }

  private apply({ level, context, ttlSeconds, requestId }: Told): void {
    const { expiresAt } = this.levels.change({ level, context, ttlSeconds }, () => {
      this.audit.warn({ msg: `${nameOf(context)} is ${this.levels.configured} again`, request_id: requestId });
    });
    this.audit.warn({
      msg: `${nameOf(context)} is ${level} until ${expiresAt.toISOString()}`,
      ...{ request_id: requestId, log_level: level, log_context: context, ttl_seconds: ttlSeconds },
    });
  }
}
