import { Notifications } from '../../src/platform/database/notifications.js';
import { freshDatabase, onServer, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

describe('notifications', () => {
  let database: TestDatabase;
  let notifications: Notifications;
  const logged: string[] = [];

  const notify = (channel: string, payload: string): Promise<unknown> =>
    database.pool.query('select pg_notify($1, $2)', [channel, payload]);
  const connections = async (): Promise<number[]> =>
    (
      await database.pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and application_name = 'darkroom notifications'`,
      )
    ).rows.map((row) => row.pid);
  // From outside, as the database may be closed to new connections.
  const breakConnection = (): Promise<void> =>
    onServer(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = '${name()}' and application_name = 'darkroom notifications'`,
    );
  const name = (): string => new URL(database.url).pathname.slice(1);

  beforeEach(async () => {
    database = await freshDatabase();
    logged.length = 0;
    notifications = new Notifications(database.url, (line) => logged.push(line));
  });
  afterEach(async () => {
    await notifications.close();
    await database.drop();
  });

  it('calls every listener of the channel and nobody else', async () => {
    const [first, second, other]: [string[], string[], string[]] = [[], [], []];
    await notifications.listen('Events', (payload) => first.push(payload));
    await notifications.listen('Events', (payload) => second.push(payload));
    await notifications.listen('jobs', (payload) => other.push(payload));
    await notify('Events', 'a');
    await notify('Events', '');
    await notify('jobs', 'b');
    await until('the last listener hears', () => other.length > 0);
    expect([first, second, other]).toEqual([['a', ''], ['a', ''], ['b']]);
  });

  it('hears what is notified right after listen has answered', async () => {
    for (let round = 0; round < 20; round += 1) {
      const channel = `channel ${String(round)}`;
      const heard: string[] = [];
      await notifications.listen(channel, (payload) => heard.push(payload));
      await notify(channel, 'x');
      await until('the notification is heard', () => heard.length > 0);
    }
  });

  it('uses one connection for all channels', async () => {
    await Promise.all(['a', 'b', 'c'].map((channel) => notifications.listen(channel, () => undefined)));
    expect(await connections()).toHaveLength(1);
  });

  it('stops calling a listener that was taken off, and keeps the others', async () => {
    const [stopped, kept]: [string[], string[]] = [[], []];
    const stop = await notifications.listen('events', (payload) => stopped.push(payload));
    await notifications.listen('events', (payload) => kept.push(payload));
    stop();
    await notify('events', 'a');
    await until('the kept listener hears', () => kept.length > 0);
    expect(stopped).toEqual([]);
  });

  it('listens again when a channel is taken up right after its last listener left', async () => {
    const heard: string[] = [];
    const stop = await notifications.listen('events', () => undefined);
    stop();
    await notifications.listen('events', (payload) => heard.push(payload));
    await notify('events', 'a');
    await until('the listener hears', () => heard.length > 0);
    expect(heard).toEqual(['a']);
  });

  it('reconnects after its backend was terminated, tells of the gap and hears again', async () => {
    const heard: string[] = [];
    await notifications.listen('events', (payload) => heard.push(payload));
    for (let gaps = 1; gaps <= 3; gaps += 1) {
      const gap = new Promise<void>((resolve) => notifications.onReconnect(resolve));
      await breakConnection();
      await gap;
      await notify('events', `after gap ${String(gaps)}`);
      await until('it hears again', () => heard.length === gaps);
    }
    expect(heard).toEqual(['after gap 1', 'after gap 2', 'after gap 3']);
    expect(await connections()).toHaveLength(1);
    expect(logged).toContain('Listening to the database again.');
  });

  it('keeps trying while the database refuses connections', async () => {
    const heard: string[] = [];
    await notifications.listen('events', (payload) => heard.push(payload));
    let reconnects = 0;
    notifications.onReconnect(() => (reconnects += 1));
    await onServer(`alter database ${name()} allow_connections false`);
    await breakConnection();
    await until('it fails to connect', () => logged.some((line) => line.startsWith('Cannot listen')));
    expect(reconnects).toBe(0);
    await onServer(`alter database ${name()} allow_connections true`);
    await until('it reconnects', () => reconnects === 1);
    await notify('events', 'back');
    await until('it hears again', () => heard.length > 0);
    expect(heard).toEqual(['back']);
  });

  it('goes on after a listener that throws', async () => {
    const heard: string[] = [];
    await notifications.listen('events', () => {
      throw new Error('broken listener');
    });
    await notifications.listen('events', (payload) => heard.push(payload));
    await notify('events', 'a');
    await until('the listener hears', () => heard.length > 0);
    expect(heard).toEqual(['a']);
    expect(logged.join()).toContain('broken listener');
  });

  it('ends its connection and rejects listeners that still wait when it is closed', async () => {
    await notifications.listen('events', () => undefined);
    await notifications.close();
    await until('the server has let the connection go', async () => (await connections()).length === 0);
    const nowhere = new Notifications('postgresql://nobody@127.0.0.1:1/none', () => undefined);
    const waiting = expect(nowhere.listen('events', () => undefined)).rejects.toThrow();
    await nowhere.close();
    await waiting;
  });
});
