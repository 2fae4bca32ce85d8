import { setTimeout as untilTheNext } from 'node:timers/promises';
import { order } from './deployment.js';
import { EventSourceReader } from './event-source.js';

/** What callers ask for, the more often the more often it stands here. */
const ASKED = [
  ...Array.from({ length: 12 }, () => 'simulator/ok'),
  'simulator/slow-5s',
  'simulator/slow-5s',
  'simulator/flaky-30',
  'simulator/flaky-30',
  'simulator/timeout-then-ok',
  'simulator/rate_limited-then-ok',
  'simulator/fail-moderated',
  'simulator/fail-provider_unavailable',
  'builtin/studio',
] as const;

const PLACES = ['a lighthouse', 'a harbour', 'an orchard', 'a night train', 'a desert road'] as const;
const TIMES = ['at dawn', 'at noon', 'at dusk', 'in the rain', 'in the snow', 'at night'] as const;

const oneOf = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;

const ALSO_ASKED = ['/api/generate/history', '/api/models', '/api/generate/4711'] as const;

/** Orders what callers would, two or three runs a second, until it is told to stop. Requests that fail are part of it, and somebody listens to all events. */
export const demonstrate = async (origin: string, signal: AbortSignal): Promise<void> => {
  const stream = await EventSourceReader.open(`${origin}/api/events/stream`);
  while (!signal.aborted) {
    const prompt = `${oneOf(PLACES)} ${oneOf(TIMES)}`;
    await order(origin, oneOf(ASKED), { prompt, use_cache: Math.random() < 0.7 }).catch(() => null);
    if (Math.random() < 0.1) await fetch(`${origin}${oneOf(ALSO_ASKED)}`).catch(() => null);
    await untilTheNext(400, null, { signal }).catch(() => null);
  }
  stream.close();
};
