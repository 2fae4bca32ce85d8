import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { Notifications } from '../database/notifications.js';
import { JobQueue } from './job-queue.port.js';
import { PostgresJobQueue } from './postgres-queue.store.js';

/** `JobQueue` for every module. Whoever starts a worker stops it, with its grace, before the application has shut down. */
@Global()
@Module({
  providers: [
    {
      provide: JobQueue,
      inject: [Pool, Notifications],
      useFactory: (pool: Pool, notifications: Notifications) => new PostgresJobQueue(pool, notifications),
    },
  ],
  exports: [JobQueue],
})
export class QueueModule implements OnApplicationShutdown {
  constructor(private readonly queue: JobQueue) {}

  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
  }
}
