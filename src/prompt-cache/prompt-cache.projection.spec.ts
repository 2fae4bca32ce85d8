import { HASH, LEADER, artifactOf, happened, sharedResult } from '../../test/support/generations.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import type { PromptCacheCleared } from './prompt-cache.events.js';
import { cacheChanges, type CacheChanges } from './prompt-cache.projection.js';

type Followed = GenerationEvent | PromptCacheCleared;

const { created, completed } = happened;
const wish = created({ prompt_hash: HASH });
const cleared: PromptCacheCleared = { type: 'PromptCacheCleared', data: { cleared_at: '2026-01-01T10:00:00.000Z' } };
const taken = (kind: 'cache' | 'joined'): GenerationEvent => {
  const { run_id, saved_usd } = sharedResult(kind);
  return {
    type: 'GenerationCompleted',
    data: {
      ...(completed() as Extract<GenerationEvent, { type: 'GenerationCompleted' }>).data,
      source: { kind, run_id, saved_usd },
    },
  };
};
const log = (...events: readonly (readonly [runId: string, event: Followed])[]): RecordedEvent<Followed>[] =>
  events.map(([streamId, event], index) => ({
    ...event,
    ...{ id: 'any', streamId, streamType: 'any', version: 1, position: index + 1 },
    ...{ metadata: { correlation_id: 'c', causation_id: 'c', actor: 'test' }, recordedAt: '2026-01-01T10:00:00.000Z' },
  }));
const after = (
  events: readonly (readonly [string, Followed])[],
  hashes: ReadonlyMap<string, string> = new Map(),
): CacheChanges => cacheChanges(log(...events), hashes);

describe('the prompt cache', () => {
  it('keeps the newest result that a provider made, also of a run that was created before', () => {
    const { entries, lookups, hits } = after(
      [
        ['a', wish],
        ['a', completed()],
        ['b', completed()],
      ],
      new Map([['b', HASH]]),
    );
    expect(entries).toMatchObject([{ hash: HASH, runId: 'b', position: 3 }]);
    expect([lookups, hits]).toEqual([1, 0]);
  });

  it('counts hits and joined runs with what they saved, and keeps nothing of theirs', () => {
    const changes = after([
      ['a', wish],
      ['a', taken('cache')],
      ['b', wish],
      ['b', taken('joined')],
    ]);
    expect(changes).toEqual({ cleared: false, entries: [], lookups: 2, hits: 1, joined: 1, savedUsd: 0.02 });
  });

  it('keeps nothing of a run that shares no result', () => {
    expect(
      after([
        ['a', created()],
        ['a', completed()],
      ]),
    ).toMatchObject({ entries: [], lookups: 0 });
  });

  it('forgets what was before a clearing, and keeps what came after', () => {
    const changes = after([
      ['a', wish],
      ['a', completed()],
      [LEADER, cleared],
      ['b', created({ prompt_hash: artifactOf().sha256 })],
      ['b', completed()],
    ]);
    expect(changes.cleared).toBe(true);
    expect(changes.entries.map(({ runId }) => runId)).toEqual(['b']);
  });
});
