export type LevelListener = (level: string) => void;

/** Tells of each line that is written, by its level, also before anybody listens to what came before. */
export class LogMeter {
  private readonly listeners = new Set<LevelListener>();
  private readonly before = new Map<string, number>();

  /** @param listener is called for the lines so far too @returns a function that ends the subscription */
  subscribe(listener: LevelListener): () => void {
    this.listeners.add(listener);
    for (const [level, lines] of this.before) for (let line = 0; line < lines; line += 1) listener(level);
    this.before.clear();
    return () => this.listeners.delete(listener);
  }

  /** One more line. @param level its name */
  count(level: string): void {
    if (this.listeners.size === 0) this.before.set(level, (this.before.get(level) ?? 0) + 1);
    for (const listener of this.listeners) listener(level);
  }
}
