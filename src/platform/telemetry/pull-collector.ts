const KEEP_MS = 5_000;
const PATIENCE_MS = 2_000;

/**
 * Asks somebody for gauges when a scrape wants them, but not for every scrape, and not for longer than a scraper waits: what does not answer
 * leaves the values of the last time, whose age is told.
 */
export class PullCollector {
  private askedAt = -Infinity;
  private asking: Promise<void> | null = null;

  /**
   * @param ask sets the gauges
   * @param onAnswer called after each success
   * @param onError called after each failure; an answer that comes too late is none
   */
  constructor(
    private readonly ask: () => Promise<void>,
    private readonly onAnswer: () => void,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Resolves after two seconds at the latest, and never rejects. */
  async refresh(): Promise<void> {
    if (performance.now() - this.askedAt >= KEEP_MS) this.asking ??= this.begin();
    if (!this.asking) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([this.asking, patience]);
    clearTimeout(timer);
  }

  private async begin(): Promise<void> {
    try {
      await this.ask();
      this.onAnswer();
    } catch (error) {
      this.onError(error);
    } finally {
      this.askedAt = performance.now();
      this.asking = null;
    }
  }
}
