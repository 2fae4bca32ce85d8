import type { ReplayedEvent } from '../eventsourcing/event.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import { PhraseBook } from './phrase-book.policy.js';
import { ALL_SUGGESTIONS } from './suggestions.data.js';

const TERMS = new PhraseBook(ALL_SUGGESTIONS.map(({ text }) => [text, text]));

/** What a stretch of the log means to the acceptances. */
export interface AcceptanceChanges {
  /** Runs that were created here, whose prompt holds terms, and that are not over. */
  readonly open: ReadonlyMap<string, readonly string[]>;
  /** Runs from before that ended here. */
  readonly completed: readonly string[];
  readonly cancelled: readonly string[];
  /** By term, of runs that were created and completed here. */
  readonly accepted: Map<string, number>;
}

/** One more completed run with each of these terms. */
export const addRun = (accepted: Map<string, number>, terms: readonly string[]): void => {
  for (const term of terms) accepted.set(term, (accepted.get(term) ?? 0) + 1);
};

/**
 * A run counts when it completes, once for each term, wherever its result came from: who sends a prompt has chosen its words. One that failed stays
 * open, as it may be asked for again.
 */
export const foldAcceptances = (events: readonly ReplayedEvent<GenerationEvent>[]): AcceptanceChanges => {
  const created = new Set<string>();
  const open = new Map<string, readonly string[]>();
  const [completed, cancelled]: [string[], string[]] = [[], []];
  const accepted = new Map<string, number>();
  for (const { type, data, streamId } of events) {
    if (type === 'GenerationCreated') {
      created.add(streamId);
      const terms = [...TERMS.meaningsIn(data.prompt)];
      if (terms.length > 0) open.set(streamId, terms);
    } else if (type === 'GenerationCompleted' || type === 'GenerationCancelled') {
      const isCompleted = type === 'GenerationCompleted';
      if (!created.has(streamId)) (isCompleted ? completed : cancelled).push(streamId);
      else if (isCompleted) addRun(accepted, open.get(streamId) ?? []);
      open.delete(streamId);
    }
  }
  return { open, completed, cancelled, accepted };
};
