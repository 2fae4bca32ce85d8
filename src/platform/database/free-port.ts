import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ranges that systems give to outgoing connections: a client that keeps dialling a port in such a range while
 * nothing listens there can end up connected to itself, and the server could not take its port back.
 */
const RANGE = { from: 15_000, to: 32_000 };

/** Whether a server could listen on this port of 127.0.0.1 now. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });

/**
 * A free port of 127.0.0.1; the preferred one if it is free.
 * @throws Error when a hundred random ports are all taken.
 */
export async function freePort(preferred: number | null): Promise<number> {
  if (preferred !== null && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(RANGE.from, RANGE.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port on 127.0.0.1 between ${String(RANGE.from)} and ${String(RANGE.to)}.`);
}
