import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConsoleListener } from './console-listener.js';
import { nextFileIn } from './file-watch.js';
import type { Random } from './random.js';
import type { Site, Target } from './site.js';

/** When a kill comes. */
type Moment = 'any time' | 'a picture is written' | 'an event is recorded' | 'a process has just started';

const EVENTS = ['GenerationCreated', 'GenerationStarted', 'GenerationSubmitted', 'GenerationRetried'];
/** Longest wait for a moment that does not come. */
const PATIENCE_MS = 1_000;
const START_PATIENCE_MS = 20_000;

export interface Pace {
  /** Milliseconds between two kills. */
  readonly pause: readonly [number, number];
  /** Milliseconds within which a started process is killed again. */
  readonly boot: number;
}

/** Strikes at random moments, some of them chosen for what can go wrong in them. */
export class Killer {
  readonly byKind = new Map<string, number>();
  readonly byMoment = new Map<Moment, number>();
  total = 0;
  /** When the database was struck, as performance.now(). */
  lastDatabaseStrike = -Infinity;

  constructor(
    private readonly site: Site,
    private readonly listener: ConsoleListener,
    private readonly random: Random,
    private readonly pace: Pace,
  ) {}

  async kill(atLeast: number): Promise<void> {
    await mkdir(this.pictures, { recursive: true });
    while (this.total < atLeast) {
      const target = this.choose();
      // Else nothing but starts would be killed on a slow machine.
      if (target.member && this.random.chance(0.9)) await target.member.untilReady(START_PATIENCE_MS);
      await pause(this.random.whole(...this.pace.pause));
      await this.strike(target, await this.awaitMoment());
      // The next one is killed on its way: in its migrations, its bootstrap, its first jobs.
      while (target.member && this.random.chance(0.25) && this.total < atLeast) {
        await Promise.race([target.member.nextStart(), pause(PATIENCE_MS)]);
        await pause(this.random.whole(0, this.pace.boot));
        await this.strike(target, 'a process has just started');
      }
    }
  }

  private get pictures(): string {
    return join(this.site.home, 'artifacts', 'tmp');
  }

  private choose(): Target {
    let place = this.random.next() * this.site.targets.reduce((sum, { weight }) => sum + weight, 0);
    const found = this.site.targets.find(({ weight }) => (place -= weight) < 0);
    return found ?? this.random.pick(this.site.targets);
  }

  private async awaitMoment(): Promise<Moment> {
    const dice = this.random.next();
    if (dice < 0.25 && (await nextFileIn(this.pictures, PATIENCE_MS))) return 'a picture is written';
    if (dice > 0.75 && (await this.listener.next(EVENTS, PATIENCE_MS))) return 'an event is recorded';
    return 'any time';
  }

  private async strike(target: Target, moment: Moment): Promise<void> {
    if (target.member === null || target.kind === 'process and database') this.lastDatabaseStrike = performance.now();
    const killed = await target.strike();
    this.total += killed;
    this.byKind.set(target.kind, (this.byKind.get(target.kind) ?? 0) + killed);
    this.byMoment.set(moment, (this.byMoment.get(moment) ?? 0) + killed);
  }
}
