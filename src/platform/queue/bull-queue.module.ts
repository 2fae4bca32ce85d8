import { BullModule, getQueueToken } from '@nestjs/bull';
import type { DynamicModule } from '@nestjs/common';
import type { Queue } from 'bull';
import { RedisConnections } from '../redis/redis-connections.js';
import { BullJobQueue } from './bull-queue.store.js';
import { JobQueue } from './job-queue.port.js';
import { QUEUE_TIMING } from './postgres-queue.store.js';

/** Of the keys in Redis: `bull:jobs:wait`, `bull:jobs:active`, … */
const BULL_QUEUE = 'jobs';

/** `JobQueue` on Bull. A file of its own, so that only a process with a Redis loads Bull. */
export const bullQueue = (): Pick<DynamicModule, 'imports' | 'providers'> => ({
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
