import type { Redis } from 'ioredis';
import { Broadcasts } from '../database/broadcasts.port.js';
import type { RedisConnections } from './redis-connections.js';

const SEND_MS = 100;

/** Broadcasts by publish and subscribe. While Redis is away they are lost. */
export class RedisBroadcasts extends Broadcasts {
  private readonly listeners = new Map<string, Set<(payload: string) => void>>();
  private readonly subscriber: Redis;

  constructor(private readonly connections: RedisConnections) {
    super();
    this.subscriber = connections.patient();
    this.subscriber.on('message', (name: string, payload: string) => {
      for (const listener of this.listeners.get(name) ?? []) listener(payload);
    });
  }

  /** Does not wait for a Redis that is away: it hears what is sent from when it is back. */
  listen(channel: string, listener: (payload: string) => void): Promise<() => void> {
    const name = this.nameOf(channel);
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set.add(listener));
    // The connection subscribes again by itself; this fails only when it is closed.
    this.subscriber.subscribe(name).catch(() => undefined);
    return Promise.resolve(() => {
      set.delete(listener);
    });
  }

  async notify(channel: string, payloads: readonly string[]): Promise<void> {
    const name = this.nameOf(channel);
    await this.connections.ask(
      (redis) => Promise.all(payloads.map((payload) => redis.publish(name, payload))),
      SEND_MS,
    );
  }

  /** Channels know no databases, so the name keeps those apart who share a Redis. */
  private nameOf(channel: string): string {
    return `darkroom:${String(this.connections.commands.options.db ?? 0)}:${channel}`;
  }
}
