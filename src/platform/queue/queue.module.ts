import { BullModule, getQueueToken } from '@nestjs/bull';
import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { Queue } from 'bull';
import { Pool } from 'pg';
import { Notifications } from '../database/notifications.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { BullJobQueue } from './bull-queue.store.js';
import { JobQueue } from './job-queue.port.js';
import { PostgresJobQueue, QUEUE_TIMING } from './postgres-queue.store.js';

/** Of the keys in Redis: `bull:jobs:wait`, `bull:jobs:active`, … */
const BULL_QUEUE = 'jobs';

const bullQueue = (): Pick<DynamicModule, 'imports' | 'providers'> => ({
  imports: [
    BullModule.registerQueueAsync({
      name: BULL_QUEUE,
      inject: [RedisConnections],
      // Of this object only the commands are used; each worker has a queue object, and connections, of its own.
      useFactory: (connections: RedisConnections) => ({ createClient: () => connections.commands }),
    }),
  ],
  providers: [
    {
      provide: JobQueue,
      inject: [getQueueToken(BULL_QUEUE), RedisConnections],
      useFactory: (queue: Queue, connections: RedisConnections) => new BullJobQueue(queue, connections, QUEUE_TIMING),
    },
  ],
});

const postgresQueue = (): Pick<DynamicModule, 'providers'> => ({
  providers: [
    {
      provide: JobQueue,
      inject: [Pool, Notifications],
      useFactory: (pool: Pool, notifications: Notifications) => new PostgresJobQueue(pool, notifications),
    },
  ],
});

/** `JobQueue` for every module. Whoever starts a worker stops it, with its grace, before the application has shut down. */
@Global()
@Module({})
export class QueueModule implements OnApplicationShutdown {
  constructor(private readonly queue: JobQueue) {}

  /** @param adapter `bull` needs `RedisConnections` */
  static with(adapter: 'bull' | 'postgres'): DynamicModule {
    return { module: QueueModule, exports: [JobQueue], ...(adapter === 'bull' ? bullQueue() : postgresQueue()) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
