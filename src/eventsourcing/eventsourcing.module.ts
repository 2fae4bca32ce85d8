import {
  Logger,
  Module,
  type DynamicModule,
  type InjectionToken,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Pool } from 'pg';
import { EventStore } from './event-store.js';
import { LogTail, type WakeUp } from './log-tail.js';
import { Maintenance } from './maintenance.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { Subscriptions, type Signals } from './subscriptions.js';
import { EventTypes, type EventDeclaration } from './upcaster.js';

export interface EventsourcingOptions {
  readonly declarations: readonly EventDeclaration[];
  /** Token of what carries words between processes. */
  readonly notifications: InjectionToken<WakeUp & Signals>;
  /** Whether this process runs projections and reactors. */
  readonly runsSubscriptions: boolean;
}

class SubscriptionRole {
  constructor(readonly active: boolean) {}
}

const POLL_MS = 1_000;
const KEEP_EVENTS = 5_000;
const MAINTENANCE_MS = 300_000;

/** The kernel in Nest: the store, the tail of the log, and the subscriptions' life in this process. */
@Module({})
export class EventsourcingModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly tail: LogTail,
    private readonly subscriptions: Subscriptions,
    private readonly maintenance: Maintenance,
    private readonly role: SubscriptionRole,
  ) {}

  static with({ declarations, notifications, runsSubscriptions }: EventsourcingOptions): DynamicModule {
    const logger = new Logger('EventStore');
    return {
      module: EventsourcingModule,
      global: true,
      providers: [
        { provide: SubscriptionRole, useValue: new SubscriptionRole(runsSubscriptions) },
        {
          provide: PostgresEventStore,
          inject: [Pool],
          useFactory: (pool: Pool) => new PostgresEventStore(pool, new EventTypes(declarations)),
        },
        { provide: EventStore, useExisting: PostgresEventStore },
        {
          provide: LogTail,
          inject: [PostgresEventStore, notifications],
          useFactory: (store: PostgresEventStore, wakeUp: WakeUp) => {
            const onError = (error: unknown): void => {
              logger.warn({ msg: 'Following the log failed', err: error });
            };
            const tail = new LogTail(store, wakeUp, { pollMs: POLL_MS, keep: KEEP_EVENTS, onError });
            store.observe(tail);
            return tail;
          },
        },
        {
          provide: Subscriptions,
          inject: [Pool, EventStore, LogTail, notifications],
          useFactory: (pool: Pool, store: EventStore, tail: LogTail, signals: Signals) =>
            new Subscriptions(pool, store, tail, {
              signals,
              batchSize: 1_000,
              standbyMs: 1_000,
              onError: (name, error) => {
                logger.error({ msg: `The subscription ${name} failed`, subscription: name, err: error });
              },
            }),
        },
        {
          provide: Maintenance,
          inject: [Pool],
          useFactory: (pool: Pool) => {
            const onProblem = (problem: string): void => {
              logger.error(problem);
            };
            return new Maintenance(pool, { everyMs: MAINTENANCE_MS, onProblem });
          },
        },
      ],
      exports: [EventStore, PostgresEventStore, LogTail, Subscriptions],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.tail.start();
    if (!this.role.active) return;
    this.subscriptions.start();
    this.maintenance.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.maintenance.stop();
    await this.subscriptions.stop();
    await this.tail.stop();
  }
}
