import { behavesLikeAnEventStore } from '../contract/event-store.contract.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { emptyLog } from '../support/empty-log.js';
import { KernelProcess } from '../support/kernel-process.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

behavesLikeAnEventStore('PostgresEventStore', async () => {
  await emptyLog(database.pool);
  const process = new KernelProcess(database.url);
  return { store: process.store, dispose: () => process.close() };
});
