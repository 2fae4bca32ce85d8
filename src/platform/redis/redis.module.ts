import {
  Global,
  Injectable,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Broadcasts } from '../database/broadcasts.port.js';
import { Notifications } from '../database/notifications.js';
import { RedisBroadcasts } from './redis-broadcasts.js';
import { RedisConnections } from './redis-connections.js';

/** How long the start waits for the first connection; a Redis that is away must not keep anything from starting. */
const FIRST_CONNECTION_MS = 1_000;

/** Waits for Redis at the start and leaves it at the end. */
@Injectable()
class RedisLife implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly connections: RedisConnections) {}

  async onModuleInit(): Promise<void> {
    await this.connections.settled(FIRST_CONNECTION_MS);
  }

  onApplicationShutdown(): void {
    this.connections.close();
  }
}

/**
 * `RedisConnections` where the configuration names a Redis, and nothing under that token where it does not; `Broadcasts` by way of it or of the
 * database. Nest ends global modules in the reverse order of their import, so this one is to be imported before those that use it.
 */
@Global()
@Module({})
export class RedisModule {
  /** @param url null for none */
  static with(url: string | null): DynamicModule {
    if (url === null) {
      return {
        module: RedisModule,
        providers: [{ provide: Broadcasts, useExisting: Notifications }],
        exports: [Broadcasts],
      };
    }
    return {
      module: RedisModule,
      providers: [
        { provide: RedisConnections, useFactory: () => RedisConnections.open(url) },
        {
          provide: Broadcasts,
          inject: [RedisConnections],
          useFactory: (connections: RedisConnections) => new RedisBroadcasts(connections),
        },
        RedisLife,
      ],
      exports: [RedisConnections, Broadcasts],
    };
  }
}
