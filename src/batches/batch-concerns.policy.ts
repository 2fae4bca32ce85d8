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

/** The runs that ended. */
export const endedRuns = (events: readonly Followed[]): readonly string[] => [
  ...new Set(events.filter(({ type }) => isTerminal(type)).map(({ streamId }) => streamId)),
];

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
  place: BatchPlace | undefined,
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

/** What events mean to the batches that they concern, by the batch's id. @param places of runs that ended and belong to one */
export const concernsIn = (
  events: readonly Followed[],
  places: readonly BatchPlace[],
): ReadonlyMap<string, Concern> => {
  const placeOf = new Map(places.map((place) => [place.runId, place]));
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
