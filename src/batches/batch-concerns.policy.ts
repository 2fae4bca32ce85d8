import type { RecordedEvent } from '../eventsourcing/event.js';
import { isTerminal, type GenerationEvent } from '../generation/generation.events.js';
import type { BatchPlace } from '../generation/status/generation.queries.js';
import type { ItemEnd, Outcome } from './batch.commands.js';
import type { BatchEvent } from './batch.events.js';

export type Followed = RecordedEvent<GenerationEvent | BatchEvent>;

/** What a stretch of the log means to one batch. */
export interface Concern {
  /** The last event that concerns it. */
  readonly cause: Followed;
  /** Whether the batch is new. */
  readonly isNew: boolean;
  readonly ends: readonly ItemEnd[];
  /** Runs that were made for it. */
  readonly made: readonly string[];
}

/** Where runs stand in their batches, as far as their own first events say: null for those that belong to none. */
const placesIn = (events: readonly Followed[]): ReadonlyMap<string, BatchPlace | null> =>
  new Map(
    events.flatMap((event) => {
      if (event.type !== 'GenerationCreated') return [];
      const { batch_id: batchId, batch_index: index } = event.data;
      const place = batchId === undefined || index === undefined ? null : { runId: event.streamId, batchId, index };
      return [[event.streamId, place] as const];
    }),
  );

/** The runs that ended and were made before these events, so that their places have to be looked up. */
export const endedRuns = (events: readonly Followed[]): readonly string[] => {
  const made = placesIn(events);
  const ended = events.filter(({ type, streamId }) => isTerminal(type) && !made.has(streamId));
  return [...new Set(ended.map(({ streamId }) => streamId))];
};

/** How an event ends its run; null where it does not. */
export const endOf = (
  event: GenerationEvent | BatchEvent,
): { readonly outcome: Outcome; readonly endedAt: string } | null => {
  switch (event.type) {
    case 'GenerationCompleted':
      return { outcome: { status: 'completed' }, endedAt: event.data.completed_at };
    case 'GenerationFailed':
      return { outcome: { status: 'failed', message: event.data.message }, endedAt: event.data.failed_at };
    case 'GenerationCancelled':
      // One that waits for its second attempt has begun.
      return {
        outcome: { status: 'cancelled', started: event.data.waiting_attempt !== 1 },
        endedAt: event.data.cancelled_at,
      };
    default:
      return null;
  }
};

const NOTHING = { isNew: false, ends: [], made: [] };

const concernOf = (
  event: Followed,
  place: BatchPlace | null | undefined,
): readonly [string, Omit<Concern, 'cause'>] | null => {
  if (event.type === 'BatchCreated') return [event.streamId, { ...NOTHING, isNew: true }];
  if (event.type === 'BatchStopped') return [event.streamId, NOTHING];
  if (event.type === 'GenerationCreated') {
    const { batch_id: batchId } = event.data;
    return batchId === undefined ? null : [batchId, { ...NOTHING, made: [event.streamId] }];
  }
  const end = endOf(event);
  return end && place ? [place.batchId, { ...NOTHING, ends: [{ index: place.index, ...end }] }] : null;
};

/** What events mean to the batches that they concern, by the batch's id. @param places of `endedRuns` that belong to one */
export const concernsIn = (
  events: readonly Followed[],
  places: readonly BatchPlace[],
): ReadonlyMap<string, Concern> => {
  const placeOf = new Map([...placesIn(events), ...places.map((place) => [place.runId, place] as const)]);
  const concerns = new Map<string, Concern>();
  for (const event of events) {
    const found = concernOf(event, placeOf.get(event.streamId));
    if (!found) continue;
    const [batchId, { isNew, ends, made }] = found;
    const before = concerns.get(batchId) ?? NOTHING;
    concerns.set(batchId, {
      cause: event,
      isNew: before.isNew || isNew,
      ends: [...before.ends, ...ends],
      made: [...before.made, ...made],
    });
  }
  return concerns;
};
