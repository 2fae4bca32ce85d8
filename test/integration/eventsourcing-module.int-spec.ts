import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Pool } from 'pg';
import { EventStore } from '../../src/eventsourcing/event-store.js';
import { EventsourcingModule } from '../../src/eventsourcing/eventsourcing.module.js';
import { LogTail } from '../../src/eventsourcing/log-tail.js';
import { Subscriptions } from '../../src/eventsourcing/subscriptions.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { NOTED, appendOf, upTo } from '../support/event-samples.js';
import { createTally, readTally, TallyProjection } from '../support/tally-projection.js';
import { throughout, until } from '../support/until.js';

let database: TestDatabase;
let notifications: Notifications;

@Global()
@Module({
  providers: [
    { provide: Pool, useFactory: () => database.pool },
    { provide: Notifications, useFactory: () => notifications },
  ],
  exports: [Pool, Notifications],
})
class TestDatabaseModule {}

/** A capability as the kernel knows it: it says at its construction what it follows. */
@Module({})
class TallyModule {
  constructor(subscriptions: Subscriptions) {
    subscriptions.addProjection(new TallyProjection());
  }
}

describe('the kernel in Nest', () => {
  let app: INestApplicationContext;
  const start = async (runsSubscriptions: boolean): Promise<void> => {
    const kernel = EventsourcingModule.with({ declarations: [NOTED], notifications: Notifications, runsSubscriptions });
    const root = { module: TallyModule, imports: [TestDatabaseModule, kernel] };
    app = await NestFactory.createApplicationContext(root, { logger: false });
  };
  const append = (): Promise<unknown> => Promise.all(upTo(5).map((n) => app.get(EventStore).append(appendOf([n]))));

  beforeEach(async () => {
    database = await freshDatabase();
    notifications = new Notifications(database.url, () => undefined);
    await createTally(database.pool);
  });
  afterEach(async () => {
    await app.close();
    await notifications.close();
    await database.drop();
  });

  it('appends, follows the log and runs what subscribed', async () => {
    await start(true);
    const seen: number[] = [];
    app.get(LogTail).subscribe((events) => seen.push(...events.map(({ position }) => position)));
    await append();
    await until('all are counted', async () => (await readTally(database.pool)).events === 5);
    expect(seen).toEqual(upTo(5));
  });

  it('sweeps idempotency keys in a process that runs subscriptions', async () => {
    await database.pool.query(
      "insert into idempotency_keys values ('s', 'k', 'h', gen_random_uuid(), now() - interval '2 days')",
    );
    await start(true);
    await until('the key is gone', async () => {
      const { rows } = await database.pool.query('select from idempotency_keys');
      return rows.length === 0;
    });
  });

  it('runs no subscription in a process that has another role, and follows the log all the same', async () => {
    await start(false);
    await append();
    expect(app.get(LogTail).head).toBe(5);
    await throughout('nothing is counted', 100, async () => (await readTally(database.pool)).events === 0);
  });
});
