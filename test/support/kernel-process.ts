import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { LogTail, type WakeUp } from '../../src/eventsourcing/log-tail.js';
import { PostgresEventStore } from '../../src/eventsourcing/postgres-event-store.js';
import { Subscriptions } from '../../src/eventsourcing/subscriptions.js';
import { EventTypes, type EventDeclaration } from '../../src/eventsourcing/upcaster.js';
import { surviveBrokenConnections } from '../../src/platform/database/data-source.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { NOTED } from './event-samples.js';

export interface KernelSettings {
  readonly declarations?: readonly EventDeclaration[];
  readonly giveUpAfterMs?: number;
  readonly poolSize?: number;
  readonly keep?: number;
  readonly batchSize?: number;
  readonly wakeUp?: WakeUp;
}

/** The kernel as one process of the program has it, with connections of its own. */
export class KernelProcess {
  /** By which its pooled connections are known on the server. */
  readonly name = `kernel ${randomUUID()}`;
  readonly pool: pg.Pool;
  readonly store: PostgresEventStore;
  readonly tail: LogTail;
  readonly subscriptions: Subscriptions;
  readonly errors: unknown[] = [];
  private readonly notifications: Notifications;

  constructor(url: string, settings: KernelSettings = {}) {
    const { declarations = [NOTED], giveUpAfterMs = 5_000, poolSize = 6, keep = 500, batchSize = 100 } = settings;
    const connection = { connectionString: url, application_name: this.name, connectionTimeoutMillis: giveUpAfterMs };
    this.pool = surviveBrokenConnections(new pg.Pool({ ...connection, max: poolSize }));
    this.pool.on('error', () => undefined);
    this.store = new PostgresEventStore(this.pool, new EventTypes(declarations), { maxSize: 256, giveUpAfterMs });
    this.notifications = new Notifications(url, () => undefined);
    const onError = (error: unknown): void => {
      this.errors.push(error);
    };
    this.tail = new LogTail(this.store, settings.wakeUp ?? this.notifications, { pollMs: 1_000, keep, onError });
    this.store.observe(this.tail);
    this.subscriptions = new Subscriptions(this.pool, this.store, this.tail, {
      signals: this.notifications,
      batchSize,
      standbyMs: 200,
      onError: (_name, error) => {
        onError(error);
      },
    });
  }

  async start(): Promise<this> {
    await this.tail.start();
    this.subscriptions.start();
    return this;
  }

  async close(): Promise<void> {
    await this.subscriptions.stop();
    await this.tail.stop();
    await this.notifications.close();
    await this.pool.end();
  }
}
