import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';

/** A process that runs the embedded database of the home in its first argument, as Darkroom does, and tells its parent. */
const tell = (message: object): void => {
  process.send?.(message);
};

const database = await startEmbeddedPostgres({
  home: process.argv[2] ?? '',
  binDir: null,
  durable: true,
  log: (line) => {
    tell({ log: line });
  },
}).catch((error: unknown) => {
  tell({ error: (error as Error).message });
  return process.exit(1);
});

/** The application's own end: it still needs the database, and stops it last. */
const shutDown = async (): Promise<void> => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('select 1');
  await client.end();
  tell({ log: 'The database answered after the signal.' });
  await database.stop();
  process.exit(0);
};
process.once('SIGINT', () => void shutDown());
process.once('SIGTERM', () => void shutDown());
process.on('message', (message) => {
  if (message === 'exit') process.exit(0);
});
tell({ url: database.url, dataDir: database.dataDir, owned: database.owned });
