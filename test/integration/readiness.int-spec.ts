import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reactor } from '../../src/eventsourcing/projection.js';
import { CheckDegraded } from '../../src/operations/health.errors.js';
import { Readiness } from '../../src/operations/readiness.store.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { PostgresJobQueue, QUEUE_TIMING } from '../../src/platform/queue/postgres-queue.store.js';
import { DiskBlobStore } from '../../src/platform/storage/disk-blob.store.js';
import { MeasuredBlobStore } from '../../src/platform/storage/measured-blob.store.js';
import { StorageMeter } from '../../src/platform/storage/storage-meter.js';
import { openBullQueue } from '../support/bull-queue.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, upTo } from '../support/event-samples.js';
import { KernelProcess } from '../support/kernel-process.js';

const reactor = (name: string, vital: boolean): Reactor => ({
  name,
  vital,
  handles: ['Noted'],
  react: () => Promise.resolve(),
});

describe('readiness looks at what follows the log', () => {
  let database: TestDatabase;
  let process: KernelProcess;
  let notifications: Notifications;
  let folder: string;
  let readiness: Readiness;
  const storage = new StorageMeter();

  beforeAll(async () => {
    database = await freshDatabase();
    folder = await mkdtemp(join(tmpdir(), 'darkroom-readiness-'));
    process = new KernelProcess(database.url);
    // Declared and not started: their rows are the test's own.
    process.subscriptions.addReactor(reactor('enqueue', true));
    process.subscriptions.addReactor(reactor('statistics', false));
    notifications = new Notifications(database.url, () => undefined);
    const queue = new PostgresJobQueue(process.pool, notifications);
    const disk = new DiskBlobStore(folder);
    await disk.prepare();
    const blobs = new MeasuredBlobStore(disk, storage);
    readiness = new Readiness(process.pool, queue, blobs, process.subscriptions);
    await process.store.append(appendOf(upTo(30)));
  });
  afterAll(async () => {
    await notifications.close();
    await process.close();
    await rm(folder, { recursive: true });
    await database.drop();
  });
  beforeEach(() => database.pool.query('truncate subscriptions, parked_events'));

  const stands = (name: string, position: number, failure: string | null = null): Promise<unknown> =>
    database.pool.query('insert into subscriptions (name, version, position, failure) values ($1, 1, $2, $3)', [
      name,
      position,
      failure,
    ]);

  it('and tells how far each is behind', async () => {
    await stands('enqueue', 30);
    await stands('statistics', 10);
    expect(await readiness.projections()).toEqual({ lag: { enqueue: 0, statistics: 20 } });
  });

  it('and serves on without a queue that is away', async () => {
    // Nobody listens on port 1.
    const away = await openBullQueue('redis://127.0.0.1:1', QUEUE_TIMING, 0);
    const degraded = new Readiness(process.pool, away.queue, new DiskBlobStore(folder), process.subscriptions);
    await expect(degraded.queue()).rejects.toBeInstanceOf(CheckDegraded);
    expect(await readiness.queue()).toEqual({ waiting: 0, delayed: 0, active: 0 });
    await away.close();
  });

  it('and checks the storage once for all who ask meanwhile', async () => {
    const checks: string[] = [];
    storage.subscribe(({ operation, outcome }) => checks.push(`${operation} ${outcome}`));
    await Promise.all([readiness.storage(), readiness.storage(), readiness.storage()]);
    expect(checks).toEqual(['check ok']);
    await readiness.storage();
    expect(checks).toEqual(['check ok', 'check ok']);
  });

  it('and not at rows that another build left behind', async () => {
    await stands('enqueue', 30);
    await stands('retired_reactor', 0, 'Error: nobody runs it');
    expect(await readiness.projections()).toEqual({ lag: { enqueue: 0, statistics: 30 } });
  });

  it('and serves on beside a read model that stands still or is far behind, and says so', async () => {
    await stands('enqueue', 30);
    await stands('statistics', -60_000, 'Error: it cannot apply this');
    expect(await readiness.projections()).toEqual({
      lag: { enqueue: 0, statistics: 60_030 },
      standing_still: ['statistics'],
    });
  });

  it('and tells of events that were given up', async () => {
    await stands('enqueue', 30);
    await database.pool.query(
      `insert into parked_events (subscription, position, error) values ('enqueue', 3, 'why'), ('enqueue', 4, 'why')`,
    );
    expect(await readiness.projections()).toMatchObject({ parked: { enqueue: 2 } });
  });

  it.each([
    ['stands still', 30, 'Error: the queue is broken', 'enqueue stands still'],
    ['is far behind', -50_000, null, 'enqueue is 50030 events behind'],
  ])('and sends clients elsewhere when a vital one %s', async (_, position, failure, reason) => {
    await stands('enqueue', position, failure);
    await expect(readiness.projections()).rejects.toThrow(reason);
  });
});
