import { setTimeout as wait } from 'node:timers/promises';
import { Postmaster, type PostmasterSettings } from './postmaster.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A run that lasted so long ends the series of failures. */
const STEADY_MS = 60_000;
const FAILURES_IN_A_ROW = 10;

/** Keeps one database server running on one port until it is stopped. */
export class PostmasterSupervisor {
  /** Answers, never rejects, when the server failed so often in a row that there is no hope. */
  readonly failure: Promise<Error>;
  readonly port: number;
  private readonly stopping = new AbortController();
  private readonly watching: Promise<void>;

  private constructor(
    private current: Postmaster,
    private readonly settings: PostmasterSettings,
  ) {
    this.port = current.port;
    let report: (error: Error) => void;
    this.failure = new Promise((resolve) => (report = resolve));
    this.watching = this.watch().catch((error: unknown) => {
      if (!this.stopping.signal.aborted) report(error as Error);
    });
  }

  /** @throws Error when the first start fails. */
  static async start(settings: PostmasterSettings): Promise<PostmasterSupervisor> {
    return new PostmasterSupervisor(await Postmaster.start(settings), settings);
  }

  /** Ends the server and the watch over it. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current.stop();
    await this.watching;
  }

  private async watch(): Promise<void> {
    let failures = 0;
    for (;;) {
      const started = performance.now();
      let reason = await this.current.ended;
      failures = performance.now() - started > STEADY_MS ? 0 : failures;
      let restarted: Postmaster | null = null;
      while (restarted === null) {
        if (this.stopping.signal.aborted) return;
        failures += 1;
        if (failures > FAILURES_IN_A_ROW) {
          throw new Error(`The database server failed ${String(failures)} times in a row; the last time: ${reason}`);
        }
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
        this.settings.log(`The database server ended (${reason}); starting it again in ${String(pause)} ms.`);
        await wait(pause, undefined, { signal: this.stopping.signal });
        restarted = await this.startAgain().catch((error: unknown) => {
          reason = (error as Error).message;
          return null;
        });
      }
      this.current = restarted;
      if (this.stopping.signal.aborted) return restarted.stop();
      this.settings.log(`The database server is back on port ${String(this.port)}.`);
    }
  }

  /** The port stays the same, as every client of this process knows it. */
  private startAgain(): Promise<Postmaster> {
    return Postmaster.start({ ...this.settings, choosePort: () => Promise.resolve(this.port) });
  }
}
