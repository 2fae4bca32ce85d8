import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { Broadcasts } from '../platform/database/broadcasts.port.js';
import { currentRequest } from '../platform/http/request-context.js';
import { AUDIT, LOG_LEVELS, LogLevels, type LevelChange, type LogLevel } from '../platform/logging/log-levels.js';
import { LOG_CONTEXTS } from './log-services.data.js';

const CHANNEL = 'log_level';

interface Told extends LevelChange {
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

/** Changes the log level of all processes, each of which says so in its log. One that starts later has the configured level. */
@Injectable()
export class LogLevelBroadcast implements OnModuleInit, OnApplicationShutdown {
  private readonly audit = new Logger(AUDIT);
  private readonly origin = uuidv4();
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly levels: LogLevels,
    private readonly broadcasts: Broadcasts,
  ) {}

  async onModuleInit(): Promise<void> {
    this.unlisten = await this.broadcasts.listen(CHANNEL, (payload) => {
      const told: unknown = JSON.parse(payload);
      if (isTold(told) && told.origin !== this.origin) this.apply(told);
    });
  }

  onApplicationShutdown(): void {
    this.unlisten?.();
  }

  /** In this process at once. @returns whether the others could be told */
  async change(change: LevelChange): Promise<boolean> {
    const told: Told = { ...change, origin: this.origin, requestId: currentRequest()?.requestId ?? '' };
    this.apply(told);
    try {
      await this.broadcasts.notify(CHANNEL, [JSON.stringify(told)]);
      return true;
    } catch (error) {
      this.audit.warn(`The other processes were not told of the log level: ${String(error)}`);
      return false;
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
