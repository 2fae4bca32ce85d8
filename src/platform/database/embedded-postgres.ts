import { realpath } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { ClusterClaim } from './cluster-owner.js';
import {
  type ClusterSettings,
  DATABASE_NAME,
  ensureCluster,
  makeHome,
  openCluster,
  placeDataDirectory,
} from './data-directory.js';
import { freePort } from './free-port.js';
import { findBinaries } from './postgres-binaries.js';
import { PostmasterSupervisor } from './postmaster-supervisor.js';
import { serverAccount } from './system-account.js';

export interface EmbeddedPostgresOptions {
  /** Folder that the cluster belongs to; made if missing. */
  readonly home: string;
  /** Folder with `initdb` and `postgres`, or null for the packaged ones. */
  readonly binDir: string | null;
  /** False gives up the data's safety for speed: tests only. */
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

/** A running database server that belongs to a home folder. */
export interface EmbeddedPostgres {
  /** Of the database `darkroom`, with the password. */
  readonly url: string;
  readonly dataDir: string;
  /** False when a living sibling process runs the server and this process only connects. */
  readonly owned: boolean;
  /** Answers when the server cannot be kept alive any more; never rejects. */
  readonly failure: Promise<Error>;
  /** Ends the server if this process owns it. To be called after the last connection was closed. */
  stop(): Promise<void>;
}

/** The owner may be making the cluster or replaying its log. */
const SIBLING_LIMIT_MS = 120_000;

const urlOf = (port: number, password: string, database: string): string =>
  `postgresql://${DATABASE_NAME}:${password}@127.0.0.1:${String(port)}/${database}`;

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks fails its query, and tells it as an event too, which would end the process if nobody heard it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function ensureDatabase(port: number, password: string): Promise<string> {
  const maintenance = urlOf(port, password, 'postgres');
  const found = await query(maintenance, `select from pg_database where datname = '${DATABASE_NAME}'`);
  if (found.length === 0) await query(maintenance, `create database ${DATABASE_NAME}`);
  return urlOf(port, password, DATABASE_NAME);
}

async function own(
  claim: ClusterClaim,
  lastPort: number | null,
  dataDir: string,
  settings: ClusterSettings,
): Promise<EmbeddedPostgres> {
  const password = await ensureCluster(dataDir, settings);
  const server = await PostmasterSupervisor.start({ ...settings, dataDir, choosePort: () => freePort(lastPort) });
  try {
    const url = await ensureDatabase(server.port, password);
    await claim.publish(server.port);
    let stopped: Promise<void> | null = null;
    const stop = (): Promise<void> => (stopped ??= server.stop().then(() => claim.release()));
    return { url, dataDir, owned: true, failure: server.failure, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function reuse(port: number, dataDir: string, settings: ClusterSettings): Promise<EmbeddedPostgres | null> {
  const url = urlOf(port, await openCluster(dataDir, settings.binaries.major), DATABASE_NAME);
  try {
    await query(url, 'select 1');
  } catch {
    // Whatever it is, the owner may be about to mend it: its server can die and come back at any moment, also of this question.
    return null;
  }
  return { url, dataDir, owned: false, failure: new Promise(() => undefined), stop: () => Promise.resolve() };
}

/**
 * Starts the packaged PostgreSQL for a home folder, or connects to the one that a living process already runs there.
 * The server is restarted on the same port when it dies, and ends with this process.
 * @throws Error with a sentence that tells what is wrong and what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new Error('The embedded database does not run on Windows. Set DATABASE_URL to a PostgreSQL server.');
  }
  await makeHome(options.home);
  const home = await realpath(options.home);
  const account = serverAccount();
  const { binDir, durable, log } = options;
  const settings = { binaries: await findBinaries(binDir, account), account, durable, log };
  const dataDir = await placeDataDirectory(home, settings);
  const deadline = performance.now() + SIBLING_LIMIT_MS;
  for (;;) {
    const taken = await ClusterClaim.take(home);
    if ('claim' in taken) {
      try {
        return await own(taken.claim, taken.lastPort, dataDir, settings);
      } catch (error) {
        await taken.claim.release();
        throw error;
      }
    }
    const { pid, port } = taken.owner;
    const server = port === null ? null : await reuse(port, dataDir, settings);
    if (server !== null) {
      log(`Using the database server of process ${String(pid)}, which lives in the same home.`);
      return server;
    }
    if (performance.now() > deadline) {
      throw new Error(`Process ${String(pid)} owns the database in ${dataDir}, but its server does not answer.`);
    }
    await wait(100);
  }
}
