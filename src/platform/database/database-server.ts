import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import type { Config } from '../config/config.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { unlessStopped } from './starting.js';

const REACH_LIMIT_MS = 30_000;

/** The server is there but has no room or is starting or stopping (PostgreSQL, appendix A, classes 53 and 57). */
const PASSES_BY_ITSELF = /^(53|57P0[123])/;
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENET|EPIPE)/;

const isTemporary = (error: Error & { code?: string }): boolean =>
  error instanceof pg.DatabaseError
    ? PASSES_BY_ITSELF.test(error.code ?? '')
    : UNREACHABLE.test(error.code ?? '') || /timeout|terminated/i.test(error.message);

/** Names a server without its password. */
const nameOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
};

const describe = (error: Error & { code?: string }): string =>
  error.message === '' ? (error.code ?? error.name) : error.message;

async function tryToReach(url: string): Promise<Error | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return null;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Waits until the server answers.
 * @param limit milliseconds
 * @throws Error in one sentence: at once for what waiting does not mend, like a wrong password, else after the limit; and the reason of `stopping`
 *   as soon as it is aborted
 */
export async function waitForServer(
  url: string,
  log: (line: string) => void,
  { limit = REACH_LIMIT_MS, stopping }: { readonly limit?: number; readonly stopping?: AbortSignal | undefined } = {},
): Promise<void> {
  const deadline = performance.now() + limit;
  for (let attempt = 0; ; attempt += 1) {
    const error = await unlessStopped(tryToReach(url), stopping);
    if (error === null) return;
    if (!isTemporary(error)) {
      throw new Error(`The database ${nameOf(url)} of DATABASE_URL cannot be used: ${describe(error)}.`, {
        cause: error,
      });
    }
    if (performance.now() > deadline) {
      throw new Error(
        `The database ${nameOf(url)} of DATABASE_URL did not answer within ${String(limit / 1000)} s: ${describe(error)}.`,
        { cause: error },
      );
    }
    if (attempt === 0) {
      log(
        `The database ${nameOf(url)} does not answer yet (${describe(error)}); waiting up to ${String(limit / 1000)} s.`,
      );
    }
    await unlessStopped(wait(250), stopping);
  }
}

/** The PostgreSQL server of this process: the one of DATABASE_URL, or the embedded one. */
export class DatabaseServer {
  private constructor(
    /** With the password: never log it. */
    readonly url: string,
    /** Where the data is, for people; without a password. */
    readonly description: string,
    /** Answers when an embedded server cannot be kept alive; the process cannot do its work then and had better end. */
    readonly failure: Promise<Error>,
    /** Ends an embedded server that this process owns. */
    readonly stop: () => Promise<void>,
  ) {}

  /**
   * @param stopping ends the waiting for a server that is not there
   * @throws Error in a sentence for the person who starts the process, and the reason of `stopping`
   */
  static async start(config: Config, stopping?: AbortSignal): Promise<DatabaseServer> {
    const logger = new Logger('Database');
    const log = (line: string): void => {
      logger.log(line);
    };
    const url = config.get('DATABASE_URL');
    if (url !== null) {
      await waitForServer(url, log, { stopping });
      return new DatabaseServer(url, nameOf(url), new Promise(() => undefined), () => Promise.resolve());
    }
    const embedded = await startEmbeddedPostgres({
      home: config.get('DARKROOM_HOME'),
      binDir: config.get('EMBEDDED_PG_BIN'),
      durable: true,
      log,
    });
    return new DatabaseServer(embedded.url, embedded.dataDir, embedded.failure, () => embedded.stop());
  }
}
