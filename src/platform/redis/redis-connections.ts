import { Logger } from '@nestjs/common';
import type { Redis, RedisOptions } from 'ioredis';
import { Circuit } from './circuit.js';

const LONGEST_PAUSE_MS = 500;
/** A connection that is silent for so long is made anew: the other end may be gone without a word. */
const SILENCE_MS = 10_000;
const HEARTBEAT_MS = 5_000;

const COMMON: RedisOptions = {
  enableReadyCheck: false,
  connectTimeout: 5_000,
  keepAlive: 10_000,
  retryStrategy: (times) => Math.min(LONGEST_PAUSE_MS, 50 * times),
};

/** For callers who cannot wait: what cannot be sent now, or was under way when the connection broke, is refused. */
const IMPATIENT: RedisOptions = { ...COMMON, enableOfflineQueue: false, maxRetriesPerRequest: 0 };
/** For workers and subscribers, as Bull demands: what is asked is asked again on the next connection, however long that takes. */
const PATIENT: RedisOptions = { ...COMMON, maxRetriesPerRequest: null };

/** The connections of this process to one Redis. Each makes itself anew whenever it breaks. */
export class RedisConnections {
  /** For everybody who cannot wait; to be asked through `ask`. */
  readonly commands: Redis;
  private readonly log = new Logger('Redis');
  private readonly patients = new Set<Redis>();
  private readonly circuit: Circuit;
  private readonly heartbeat: NodeJS.Timeout;
  /** Connections that have not answered the last heartbeat yet. */
  private readonly listeningTo = new Set<Redis>();

  private constructor(private readonly connect: (options: RedisOptions) => Redis) {
    this.circuit = new Circuit((reason) => {
      if (reason === null) this.log.log('Redis answers again.');
      else this.log.warn(`Redis is away, going on without it: ${reason}`);
    });
    this.commands = this.quiet(connect(IMPATIENT));
    this.heartbeat = setInterval(() => {
      for (const connection of [this.commands, ...this.patients]) this.listenTo(connection);
    }, HEARTBEAT_MS);
  }

  /**
   * Begins to connect. The client is loaded only here: to load it is a twentieth of the start of a process, and most have no Redis.
   * @param url redis:// or rediss://
   */
  static async open(url: string): Promise<RedisConnections> {
    const { Redis: Client } = await import('ioredis');
    return new RedisConnections((options) => new Client(url, options));
  }

  /**
   * One question to Redis, bounded in time.
   * @throws RedisAway when there is no answer in time, or was none a moment ago
   */
  ask<T>(question: (commands: Redis) => Promise<T>, withinMs: number): Promise<T> {
    return this.circuit.run(() => question(this.commands), withinMs);
  }

  /** A connection of its own for what blocks, subscribes or waits; ends with these connections, or by `disconnect`. */
  patient(): Redis {
    const connection = this.quiet(this.connect(PATIENT));
    this.patients.add(connection);
    connection.once('end', () => this.patients.delete(connection));
    return connection;
  }

  /** Until the first connection stands, at most so long; a Redis that is away is not waited for. */
  async settled(withinMs: number): Promise<void> {
    if (this.commands.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.commands.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Ends every connection at once; what is under way is not waited for. */
  close(): void {
    clearInterval(this.heartbeat);
    for (const connection of [this.commands, ...this.patients]) connection.disconnect();
  }

  private listenTo(connection: Redis): void {
    if (connection.status !== 'ready' || this.listeningTo.has(connection)) return;
    this.listeningTo.add(connection);
    const silence = setTimeout(() => {
      connection.disconnect(true);
    }, SILENCE_MS);
    connection
      .ping()
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(silence);
        this.listeningTo.delete(connection);
      });
  }

  /** Errors of a connection arrive with its commands too; without a listener they would be written to the console. */
  private quiet(connection: Redis): Redis {
    connection.on('error', () => undefined);
    return connection;
  }
}
