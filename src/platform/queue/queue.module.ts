import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { Notifications } from '../database/notifications.js';
import { JobQueue } from './job-queue.port.js';
import { PostgresJobQueue } from './postgres-queue.store.js';

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
  static async with(adapter: 'bull' | 'postgres'): Promise<DynamicModule> {
    const queue = adapter === 'bull' ? (await import('./bull-queue.module.js')).bullQueue() : postgresQueue();
    return { module: QueueModule, exports: [JobQueue], ...queue };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
