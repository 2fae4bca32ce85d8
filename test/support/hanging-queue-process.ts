import pg from 'pg';
import { surviveBrokenConnections } from '../../src/platform/database/data-source.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { PostgresJobQueue } from '../../src/platform/queue/postgres-queue.store.js';

// Started by postgres-queue.int-spec.ts, which kills it: takes jobs and never finishes one.
const [url = '', claimSeconds = '', concurrency = ''] = process.argv.slice(2);
const pool = surviveBrokenConnections(new pg.Pool({ connectionString: url, max: 2 }));
pool.on('error', () => undefined);
const queue = new PostgresJobQueue(pool, new Notifications(url, () => undefined), {
  lockSeconds: Number(claimSeconds),
  redeliverySeconds: 1,
});
queue.work(() => new Promise(() => undefined), { concurrency: Number(concurrency) });
// Ends with the test that forgot it.
process.on('disconnect', () => process.exit(0));
