import { Logger } from '@nestjs/common';
import { LogLevelBroadcast } from '../../src/operations/log-level.signal.js';
import { Notifications } from '../../src/platform/database/notifications.js';
import { LogLevels } from '../../src/platform/logging/log-levels.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

describe('a change of the log level', () => {
  let database: TestDatabase;
  let proxy: CuttingProxy;
  let notifications: Notifications;
  let levels: LogLevels;
  let broadcast: LogLevelBroadcast;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(['log', 'error', 'warn', 'debug', 'verbose', 'fatal']);
  });
  beforeEach(async () => {
    database = await freshDatabase();
    proxy = await CuttingProxy.open(database.url);
    notifications = new Notifications(proxy.url, () => undefined);
    levels = new LogLevels('info');
    broadcast = new LogLevelBroadcast(levels, notifications);
    await broadcast.onModuleInit();
  });
  afterEach(async () => {
    broadcast.onApplicationShutdown();
    proxy.pass();
    await notifications.close();
    await proxy.close();
    await database.drop();
  });

  const holds = (): string[] => levels.overrides.map(({ level }) => level);

  it('holds here when it came round', async () => {
    expect(await broadcast.change({ level: 'debug', context: null, ttlSeconds: 600 })).toBe(true);
    expect(holds()).toEqual(['debug']);
  });

  it.each(['refuse', 'silence'] as const)(
    'holds here alone, and says so, while the database answers nobody (%s)',
    async (how) => {
      proxy[how]();
      expect(await broadcast.change({ level: 'debug', context: null, ttlSeconds: 600 })).toBe(false);
      expect(holds()).toEqual(['debug']);
    },
  );
});
