import { setImmediate } from 'node:timers/promises';
import { spawnDarkroom, type Ending, type SpawnedDarkroom } from '../darkroom-process.js';

/** An end that nobody asked for. */
export interface OwnEnding extends Ending {
  readonly member: string;
  /** Whether the process had said that it is ready. */
  readonly wasReady: boolean;
  readonly output: string;
}

const MOST_OWN_ENDINGS = 30;

/** One process of Darkroom, started again at once whenever it ends, as a supervisor of a server does. */
export class Member {
  /** Processes that were killed by `kill` while they lived. */
  kills = 0;
  starts = 0;
  readonly ownEndings: OwnEnding[] = [];
  /** How long each start took that came through, in milliseconds. */
  readonly startMs: number[] = [];
  private current: SpawnedDarkroom | null = null;
  private isAlive = false;
  private isReady = false;
  private stopping = false;
  private life: Promise<void> = Promise.resolve();
  private readonly startListeners: (() => void)[] = [];

  constructor(
    readonly name: string,
    private readonly home: string,
    private readonly env: () => Readonly<Record<string, string>>,
  ) {}

  start(): void {
    this.life = this.live();
  }

  /** Resolves when a process of it is ready, or none will be any more. */
  async untilReady(): Promise<void> {
    while (!this.isReady && !this.stopping) {
      await this.current?.ready.catch(() => undefined);
      // Whatever follows from its end happens first.
      await setImmediate();
    }
  }

  /** kill -9, whatever the process is doing. @returns whether there was one to kill */
  kill(): boolean {
    return this.current?.signal('SIGKILL') ?? false;
  }

  /** Of the process that lives; null between two of them. */
  get pid(): number | null {
    return this.isAlive && this.current ? this.current.pid : null;
  }

  /** Resolves when the next process has been started. */
  nextStart(): Promise<void> {
    return new Promise((resolve) => this.startListeners.push(resolve));
  }

  /** SIGTERM, and no further start. @returns how the last process ended */
  async stop(): Promise<Ending> {
    this.stopping = true;
    const last = this.current;
    // One that has only just begun to load its code hears no signal yet.
    await last?.ready.catch(() => undefined);
    last?.signal('SIGTERM');
    await this.life;
    return last ? last.ended : { code: null, signal: null };
  }

  private async live(): Promise<void> {
    while (!this.stopping) {
      const spawned = spawnDarkroom(this.home, this.env());
      this.current = spawned;
      this.isAlive = true;
      this.starts += 1;
      this.isReady = false;
      const startedAt = performance.now();
      spawned.ready.then(
        () => {
          this.isReady = true;
          this.startMs.push(performance.now() - startedAt);
        },
        () => undefined,
      );
      for (const listener of this.startListeners.splice(0)) listener();
      const ending = await spawned.ended;
      this.isAlive = false;
      if (ending.signal === 'SIGKILL') this.kills += 1;
      else if (!this.isStopping()) this.record(ending, spawned.output());
      this.isReady = false;
    }
  }

  /** A method, as the compiler would not expect the field to change while the loop waits. */
  private isStopping(): boolean {
    return this.stopping;
  }

  private record(ending: Ending, output: string): void {
    this.ownEndings.push({ member: this.name, ...ending, wasReady: this.isReady, output: output.slice(-2_000) });
    if (this.ownEndings.length >= MOST_OWN_ENDINGS) this.stopping = true;
  }
}
