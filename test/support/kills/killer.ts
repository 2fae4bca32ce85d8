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
/** How long the next sign of life is waited for. */
const LONG_PATIENCE_MS = 10_000;
const SHORT_PATIENCE_MS = 4_000;
/** Signs that the load flows. */
const ANYTHING = ['GenerationCreated', 'GenerationStarted', 'GenerationCompleted', 'GenerationFailed'];

export interface Pace {
  /** Milliseconds that a kill may take on average. */
  readonly perKill: number;
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
  private readonly began = performance.now();

  constructor(
    private readonly site: Site,
    private readonly listener: ConsoleListener,
    private readonly random: Random,
    private readonly pace: Pace,
  ) {}

  /** Kills until so many have been killed in all. */
  async kill(atLeast: number): Promise<void> {
    await mkdir(this.pictures, { recursive: true });
    while (this.total < atLeast) {
      const isLate = performance.now() - this.began > this.total * this.pace.perKill;
      const target = this.choose();
      // Something has to be under way that the next kill can hit; a machine that is slow to recover is waited for, within limits.
      await this.listener.next(ANYTHING, isLate ? SHORT_PATIENCE_MS : LONG_PATIENCE_MS);
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
    const { targets } = this.site;
    let place = this.random.next() * targets.reduce((sum, { weight }) => sum + weight, 0);
    const found = targets.find(({ weight }) => (place -= weight) < 0);
    return found ?? this.random.pick(targets);
  }

  private async awaitMoment(): Promise<Moment> {
    const dice = this.random.next();
    if (dice < 0.25 && (await nextFileIn(this.pictures, PATIENCE_MS))) return 'a picture is written';
    if (dice > 0.75 && (await this.listener.next(EVENTS, PATIENCE_MS))) return 'an event is recorded';
    return 'any time';
  }

  private async strike(target: Target, moment: Moment): Promise<void> {
    const killed = await target.strike();
    this.total += killed;
    this.byKind.set(target.kind, (this.byKind.get(target.kind) ?? 0) + killed);
    this.byMoment.set(moment, (this.byMoment.get(moment) ?? 0) + killed);
  }
}
