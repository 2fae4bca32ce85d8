import Bull from 'bull';
import { BullJobQueue } from '../../src/platform/queue/bull-queue.store.js';
import type { QueueTiming } from '../../src/platform/queue/queue-worker.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';

/** A queue with its own connections, as a process of its own would have it. @param patienceMs for its Redis */
export const openBullQueue = async (
  url: string,
  timing: QueueTiming,
  patienceMs = 5_000,
): Promise<{ readonly queue: BullJobQueue; close(): Promise<void> }> => {
  const connections = await RedisConnections.open(url);
  const queue = new BullJobQueue(new Bull('jobs', { createClient: () => connections.commands }), connections, timing);
  await connections.settled(patienceMs);
  return {
    queue,
    close: async () => {
      await queue.close();
      connections.close();
    },
  };
};
