import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../src/platform/database/free-port.js';

const PROGRAM = 'redis-server';
const ANSWER_MS = 1_000;
const START_MS = 10_000;

/** Sends one inline command of the protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/). @returns the answer's first line */
const send = (port: number, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(`${command}\r\n`));
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('Redis does not answer')));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString().split('\r\n')[0] ?? '');
    });
    socket.once('error', reject);
  });

/** A Redis that keeps nothing on the disk and is started again, empty and on the same port, whenever it ends. */
export class StruckRedis {
  private child: ChildProcess | null = null;
  private closing = false;
  private life: Promise<void> = Promise.resolve();

  private constructor(private readonly port: number) {}

  /** @returns null where the machine has no redis-server */
  static async open(): Promise<StruckRedis | null> {
    const probe = spawn(PROGRAM, ['--version'], { stdio: 'ignore' });
    // Where there is none, the error comes in place of the exit.
    const found = await once(probe, 'exit').then(
      () => true,
      () => false,
    );
    if (!found) return null;
    const redis = new StruckRedis(await freePort(null));
    redis.life = redis.live();
    await redis.untilAnswers();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${String(this.port)}`;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** kill -9; it comes back empty. @returns whether there was one to kill */
  kill(): boolean {
    return this.child?.kill('SIGKILL') ?? false;
  }

  /** @returns whether it was there to forget everything */
  async flush(): Promise<boolean> {
    return send(this.port, 'FLUSHALL').then(
      (answer) => answer === '+OK',
      () => false,
    );
  }

  async close(): Promise<void> {
    this.closing = true;
    this.kill();
    await this.life;
  }

  private async live(): Promise<void> {
    const options = { save: '', appendonly: 'no', bind: '127.0.0.1', port: String(this.port), dir: tmpdir() };
    const parameters = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    while (!this.isClosing()) {
      this.child = spawn(PROGRAM, parameters, { stdio: 'ignore' });
      await once(this.child, 'exit');
      this.child = null;
      // The port of the dead one may still be taken for a moment.
      if (!this.isClosing()) await pause(50);
    }
  }

  /** A method, as the compiler would not expect the field to change while the loop waits. */
  private isClosing(): boolean {
    return this.closing;
  }

  private async untilAnswers(): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (performance.now() < deadline) {
      if ((await send(this.port, 'PING').catch(() => '')) === '+PONG') return;
      await pause(20);
    }
    throw new Error('redis-server did not start');
  }
}
