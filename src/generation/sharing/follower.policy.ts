import type { RecordedEvent } from '../../eventsourcing/event.js';
import { isTerminal, type GenerationEvent } from '../generation.events.js';
import { isRetryable } from '../retry.policy.js';
import type { ErrorCategory } from '../../providers/image-provider.port.js';

/** How the leader ended without a result. */
export type LeaderEnd =
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly category: ErrorCategory; readonly attempts: number };

/**
 * Whether a run that waited for another one fails with it or goes on by itself. A refusal would be the same for both, and a vendor that
 * failed as often as the follower wanted to try is not asked again on its behalf. One that wanted to try more often, or whose leader somebody
 * cancelled, goes on: nobody's picture is lost to what another caller chose.
 */
export const fateOfFollower = (end: LeaderEnd, follower: { readonly maxRetries: number }): 'fail' | 'release' => {
  // How long the other was to wait at most says nothing about this one.
  if (end.status === 'cancelled' || end.category === 'expired') return 'release';
  return isRetryable(end.category) && end.attempts <= follower.maxRetries ? 'release' : 'fail';
};

type Recorded = RecordedEvent<GenerationEvent>;

/**
 * The ends that others may wait for, by run. A run that is answered from the cache as it is made never offered anything to join; one that
 * waited for another run, was released and took a result then may have been joined meanwhile.
 */
export const awaitedEnds = (events: readonly Recorded[]): ReadonlyMap<string, Recorded> => {
  const madeHere = new Set(events.filter(({ type }) => type === 'GenerationCreated').map(({ streamId }) => streamId));
  for (const { type, streamId } of events) if (type === 'GenerationReleased') madeHere.delete(streamId);
  const isAnswered = (event: Recorded): boolean =>
    event.type === 'GenerationCompleted' && event.data.source?.kind === 'cache' && madeHere.has(event.streamId);
  return new Map(
    events.filter((event) => isTerminal(event.type) && !isAnswered(event)).map((event) => [event.streamId, event]),
  );
};
