import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { GenerationEvent, GenerationType, Mode } from '../../generation/generation.events.js';

/** What the metrics of a run need to know of it. */
export interface KnownRun {
  readonly type: GenerationType;
  readonly provider: string;
  readonly model: string;
  readonly mode: Mode;
  /** Whether another run's result may answer it. */
  readonly isCacheable: boolean;
  /** RFC 3339. */
  readonly createdAt: string;
  /** When its next attempt is or was due, RFC 3339; null where this process does not know. */
  readonly dueAt: string | null;
}

type GenerationRecord = RecordedEvent<GenerationEvent>;

/** What an event changes in what is known of its run; undefined for a run that is not known. */
export const afterEvent = (run: KnownRun | undefined, event: GenerationRecord): KnownRun | undefined => {
  switch (event.type) {
    case 'GenerationCreated': {
      const { type, provider, model, mode, created_at, prompt_hash } = event.data;
      const isCacheable = prompt_hash !== undefined;
      return { type, provider, model, mode, isCacheable, createdAt: created_at, dueAt: created_at };
    }
    case 'GenerationRetried':
      return run && { ...run, dueAt: event.data.next_attempt_at };
    case 'GenerationRetryRequested':
      return run && { ...run, dueAt: event.data.requested_at };
    case 'GenerationReleased':
      return run && { ...run, dueAt: event.data.released_at };
    default:
      return run;
  }
};

/** How a run came to its end. */
export interface End {
  readonly outcome: 'completed' | 'failed' | 'cancelled';
  /** The category of the error; empty where none was. */
  readonly errorType: string;
  readonly cached: boolean;
  /** US dollars. */
  readonly costUsd: number;
  readonly savedUsd: number;
  /** RFC 3339. */
  readonly at: string;
}

/** The end that an event is; null for one that is none. */
export const endOf = (event: GenerationEvent): End | null => {
  const none = { errorType: '', cached: false, costUsd: 0, savedUsd: 0 };
  switch (event.type) {
    case 'GenerationCompleted': {
      const { cached, cost_usd: costUsd, completed_at: at, source } = event.data;
      return { ...none, outcome: 'completed', cached, costUsd, savedUsd: source?.saved_usd ?? 0, at };
    }
    case 'GenerationFailed': {
      const { category: errorType, cost_usd: costUsd = 0, failed_at: at } = event.data;
      return { ...none, outcome: 'failed', errorType, costUsd, at };
    }
    case 'GenerationCancelled':
      return { ...none, outcome: 'cancelled', costUsd: event.data.cost_usd ?? 0, at: event.data.cancelled_at };
    default:
      return null;
  }
};

/** What the prompt cache did for a run: its result was there, was being made, was nowhere, or was not looked for. */
type CacheResult = 'hit' | 'joined' | 'miss' | 'bypass';

/** What the prompt cache did for a run that completed; null for every other event. */
export const cacheResultOf = (
  { isCacheable }: Pick<KnownRun, 'isCacheable'>,
  event: GenerationEvent,
): CacheResult | null => {
  if (event.type !== 'GenerationCompleted') return null;
  const { source } = event.data;
  if (source) return source.kind === 'joined' ? 'joined' : 'hit';
  return isCacheable ? 'miss' : 'bypass';
};

/** The category of the error with which an event ends an attempt, empty for a result; null where it ends none by itself. */
export const attemptError = (event: GenerationEvent): string | null => {
  if (event.type === 'GenerationRetried' || event.type === 'GenerationFailed') return event.data.category;
  return event.type === 'GenerationCompleted' ? '' : null;
};

/** Seconds between two times, RFC 3339; clocks of two machines may be a little apart, and nothing takes less than no time. */
export const secondsBetween = (from: string, to: string): number =>
  Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

const SAMPLED = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace of an event, where it was sampled: only then there is something to find. */
export const sampledTrace = (traceparent: string | undefined): { readonly traceId: string } | null => {
  const [, traceId] = SAMPLED.exec(traceparent ?? '') ?? [];
  const isSampled = (Number.parseInt(traceparent?.slice(-2) ?? '0', 16) & 1) === 1;
  return traceId !== undefined && isSampled ? { traceId } : null;
};
