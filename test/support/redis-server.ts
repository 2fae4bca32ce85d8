import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../src/platform/database/free-port.js';
import { until } from './until.js';

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** redis-server on the PATH of this machine; null where it is not installed. */
const PROGRAM: string | null =
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find(executable) ?? null;

/** `describe`, or its skipping form with a line that says so where there is no Redis. */
export const describeWithRedis: jest.Describe = ((): jest.Describe => {
  if (PROGRAM !== null) return describe;
  process.stderr.write('There is no redis-server on the PATH: what needs Redis is left out.\n');
  return describe.skip;
})();

/** A Redis of its own, on a free port, that keeps nothing when it ends. */
export class RedisServer {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'darkroom-redis-')), await freePort(null));
    await server.startAgain();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}/0`;
  }

  /** On the same port, and empty. */
  async startAgain(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.child = spawn(PROGRAM ?? 'redis-server', [...options, '--dir', this.folder], { stdio: 'ignore' });
    await until('Redis answers', () => this.command('PING').then(Boolean, () => false));
  }

  /** One command on a connection of its own. */
  async command(...[name, ...parameters]: [string, ...string[]]): Promise<unknown> {
    const redis = new Redis(this.url, { retryStrategy: () => null, maxRetriesPerRequest: 0, lazyConnect: true });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await redis.call(name, ...parameters);
    } finally {
      redis.disconnect();
    }
  }

  /** SIGSTOP: it accepts connections and answers nothing. */
  hang(): Promise<void> {
    this.child?.kill('SIGSTOP');
    return Promise.resolve();
  }

  goOn(): Promise<void> {
    this.child?.kill('SIGCONT');
    return Promise.resolve();
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
