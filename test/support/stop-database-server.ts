import { once } from 'node:events';

/** Jest's globalTeardown: ends the server of the run and waits until it is gone with its folder. */
export default async function stopDatabaseServer(): Promise<void> {
  const starting = globalThis.darkroomTestServer;
  globalThis.darkroomTestServer = undefined;
  const server = await starting?.catch(() => undefined);
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.disconnect();
  await gone;
}
