import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { advanceCheckpoint, Fenced, inTransaction } from './checkpoints.js';
import { EventParked, isConnectionError } from './errors.js';
import type { RecordedEvent } from './event.js';
import type { Projection, Reactor } from './projection.js';
import type { Subscriber } from './subscription.js';

/** Exactly once: rows and checkpoint in one transaction, the checkpoint first so that a rebuild's swap and the owner lock in the same order. */
export const projectionSubscriber = (pool: Pool, projection: Projection, rebuild: () => Promise<void>): Subscriber => {
  const { name, version } = projection;
  return {
    name,
    version,
    handles: new Set(projection.handles),
    gatherMs: projection.gatherMs ?? 0,
    advancesItself: true,
    upgrade: rebuild,
    handle: (events, span) =>
      inTransaction(pool, async (transaction) => {
        await advanceCheckpoint(transaction, { name, version, ...span });
        await projection.apply(events, transaction);
      }),
  };
};

/** Milliseconds before each further try of an event: a deadlock passes in that time, and poison does not. */
const PAUSES_MS = [100, 400];
const REACTOR_VERSION = 1;

const park = async (pool: Pool, subscription: string, position: number, error: unknown): Promise<void> => {
  await pool.query(
    `insert into parked_events (subscription, position, error) values ($1, $2, $3)
         on conflict (subscription, position) do update set error = excluded.error, parked_at = clock_timestamp()`,
    [subscription, position, String(error)],
  );
};

/** At least once: the effect, then, when it is due, the checkpoint. `onParked` is told of each event that it gave up on. */
export const reactorSubscriber = (
  pool: Pool,
  reactor: Reactor,
  onParked: (parked: EventParked) => void,
): Subscriber => {
  const { name } = reactor;

  const reactOrPark = async (event: RecordedEvent): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        await reactor.react([event]);
        return;
      } catch (error) {
        // A server that is away is nobody's poison: the subscription's own back-off deals with it.
        if (isConnectionError(error)) throw error;
        const pauseMs = PAUSES_MS[tries - 1];
        if (pauseMs === undefined) {
          await park(pool, name, event.position, error);
          onParked(new EventParked(event.position, tries, error));
          return;
        }
        await wait(pauseMs);
      }
    }
  };

  return {
    name,
    version: REACTOR_VERSION,
    handles: new Set(reactor.handles),
    advancesItself: false,
    gatherMs: 0,
    upgrade: () => Promise.resolve(),
    handle: async (events) => {
      try {
        await reactor.react(events);
      } catch (error) {
        if (isConnectionError(error)) throw error;
        for (const event of events) await reactOrPark(event);
      }
    },
  };
};

/** A batch that a subscriber dealt with, or could not. */
export interface HandledBatch {
  readonly subscription: string;
  /** Those that it handles. */
  readonly events: number;
  readonly seconds: number;
  readonly outcome: 'ok' | 'failed';
}

/** Has each batch of a subscriber told, and each further try of one; a batch that another process has dealt with is none of this one's. */
export const measuredSubscriber = (subscriber: Subscriber, tell: (batch: HandledBatch) => void): Subscriber => ({
  ...subscriber,
  handle: async (events, span) => {
    const begun = performance.now();
    const told = (outcome: HandledBatch['outcome']): void => {
      const seconds = (performance.now() - begun) / 1000;
      tell({ subscription: subscriber.name, events: events.length, seconds, outcome });
    };
    try {
      await subscriber.handle(events, span);
    } catch (error) {
      if (!(error instanceof Fenced)) told('failed');
      throw error;
    }
    told('ok');
  },
});
