import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../src/platform/database/embedded-postgres.js';

const ENDED = 'The database server ended';

/** The embedded server of a home as the processes under test would run it. */
export const openEmbedded = (home: string, log: (line: string) => void = () => undefined): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ home, binDir: null, durable: true, log });

/**
 * A server that is started anew after each death, at once and on the same port. The supervisor's own patience is for accidents: it
 * waits longer each time and gives up after ten deaths in a row, which is what its own tests are about.
 */
export class StruckDatabase {
  readonly url: string;
  readonly dataDir: string;
  private revival: Promise<void> = Promise.resolve();
  private reviving = false;
  private closing = false;

  private constructor(
    private readonly home: string,
    private server: EmbeddedPostgres,
  ) {
    this.url = server.url;
    this.dataDir = server.dataDir;
  }

  static async open(home: string): Promise<StruckDatabase> {
    let database: StruckDatabase | null = null;
    const log = (line: string): void => {
      if (line.startsWith(ENDED)) database?.revive(log);
    };
    database = new StruckDatabase(home, await openEmbedded(home, log));
    return database;
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.revival;
    await this.server.stop();
  }

  private revive(log: (line: string) => void): void {
    if (this.reviving || this.closing) return;
    this.reviving = true;
    this.revival = this.startAgain(log).finally(() => {
      this.reviving = false;
    });
  }

  private async startAgain(log: (line: string) => void): Promise<void> {
    await this.server.stop();
    for (let tries = 1; ; tries += 1) {
      try {
        this.server = await openEmbedded(this.home, log);
        return;
      } catch (error) {
        // It was struck again on its way.
        if (tries === 20) throw error;
        await pause(50);
      }
    }
  }
}
