/** From the least severe to the most severe, as pino names and numbers them. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Changes of the level and the like: written at every level but `silent`. */
export const AUDIT = 'Audit';

export interface LevelChange {
  readonly level: LogLevel;
  /** Of the lines that it concerns; null for all that no other change concerns. */
  readonly context: string | null;
  readonly ttlSeconds: number;
}

export interface LevelOverride extends Omit<LevelChange, 'ttlSeconds'> {
  readonly expiresAt: Date;
}

interface Held {
  readonly override: LevelOverride;
  readonly timer: NodeJS.Timeout;
}

const numberOf = (level: LogLevel | 'silent'): number =>
  level === 'silent' ? Infinity : (LOG_LEVELS.indexOf(level) + 1) * 10;

const AUDIT_NUMBER = numberOf('warn');

/** Which lines this process writes: those of the configured level, until somebody has it changed for a while. */
export class LogLevels {
  private readonly held = new Map<string | null, Held>();
  private readonly listeners = new Set<() => void>();

  constructor(readonly configured: LogLevel | 'silent') {}

  /** Changes hold in the order of the latest. */
  get overrides(): readonly LevelOverride[] {
    return [...this.held.values()].map(({ override }) => override);
  }

  /** The level below which no line is written, whatever its context; never above that of audit lines. */
  get floor(): LogLevel | 'silent' {
    if (this.configured === 'silent' && this.held.size === 0) return 'silent';
    const lowest = Math.min(
      AUDIT_NUMBER,
      numberOf(this.configured),
      ...this.overrides.map(({ level }) => numberOf(level)),
    );
    return LOG_LEVELS[lowest / 10 - 1] ?? 'warn';
  }

  /** Whether a line is written. @param level pino's number of it */
  lets(level: number, context: string | null): boolean {
    if (context === AUDIT && level >= AUDIT_NUMBER) return true;
    const held = (context === null ? undefined : this.held.get(context)) ?? this.held.get(null);
    return level >= numberOf(held?.override.level ?? this.configured);
  }

  /**
   * Holds until its time is over, in place of an earlier change of the same context.
   * @param onExpiry is called when the time is over, and not when another change takes the place of this one
   */
  change({ level, context, ttlSeconds }: LevelChange, onExpiry: () => void): LevelOverride {
    clearTimeout(this.held.get(context)?.timer);
    const timer = setTimeout(() => {
      this.revert(context);
      onExpiry();
    }, ttlSeconds * 1000);
    timer.unref();
    const override = { level, context, expiresAt: new Date(Date.now() + ttlSeconds * 1000) };
    // Deleted first, so that the map's order is that of the last change.
    this.held.delete(context);
    this.held.set(context, { override, timer });
    this.tell();
    return override;
  }

  /** Takes a change back before its time. */
  revert(context: string | null): void {
    clearTimeout(this.held.get(context)?.timer);
    this.held.delete(context);
    this.tell();
  }

  /** @param listener is called after each change */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
