import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nextFileIn } from './file-watch.js';
import type { Random } from './random.js';
import type { Site, Target } from './site.js';
import type { StreamListener } from './stream-listener.js';

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
  /** Milliseconds that a strike may take on average. */
  readonly perStrike: number;
  /** Milliseconds between two strikes. */
  readonly pause: readonly [number, number];
  /** Milliseconds within which a started process is killed again. */
  readonly boot: number;
}

/** Strikes at random moments, some of them chosen for what can go wrong in them. */
export class Killer {
  readonly killsByKind = new Map<string, number>();
  readonly killsByMoment = new Map<Moment, number>();
  readonly faultsByKind = new Map<string, number>();
  kills = 0;
  faults = 0;
  private readonly began = performance.now();

  constructor(
    private readonly site: Site,
    private readonly listener: StreamListener,
    private readonly random: Random,
    private readonly pace: Pace,
  ) {}

  /** Strikes once, and again where that starts a process that can be struck on its way. */
  async strikeOnce(): Promise<void> {
    await mkdir(this.pictures, { recursive: true });
    const isLate = performance.now() - this.began > (this.kills + this.faults) * this.pace.perStrike;
    const target = this.choose();
    // Something has to be under way that the next strike can hit; a machine that is slow to recover is waited for, within limits.
    await this.listener.next(ANYTHING, isLate ? SHORT_PATIENCE_MS : LONG_PATIENCE_MS);
    await pause(this.random.whole(...this.pace.pause));
    await this.strike(target, await this.awaitMoment());
    // The next one is killed on its way: in its migrations, its bootstrap, its first jobs.
    while (target.member && this.random.chance(0.25)) {
      await Promise.race([target.member.nextStart(), pause(PATIENCE_MS)]);
      await pause(this.random.whole(0, this.pace.boot));
      await this.strike(target, 'a process has just started');
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

  private async strike({ kind, kills, strike }: Target, moment: Moment): Promise<void> {
    const struck = await strike();
    if (kills) {
      this.kills += struck;
      add(this.killsByKind, kind, struck);
      add(this.killsByMoment, moment, struck);
    } else {
      this.faults += struck;
      add(this.faultsByKind, kind, struck);
    }
  }
}

const add = <Key>(counts: Map<Key, number>, key: Key, count: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + count);
};
