import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { Artifact, GenerationEvent } from '../../generation/generation.events.js';
import { storedFiles } from './artifact-figures.policy.js';

const AT = '2026-11-26T10:00:00.000Z';
const PICTURE: Artifact = {
  ...{ id: 'one', variant: 0, content_type: 'image/png', width: 8, height: 8, seed: 1 },
  ...{ bytes: 100, sha256: 'ab'.repeat(32) },
};
const VIDEO: Artifact = {
  ...PICTURE,
  content_type: 'video/mp4',
  bytes: 5_000,
  poster: { content_type: 'image/png', bytes: 90, sha256: 'cd'.repeat(32) },
  preview: { content_type: 'image/webp', bytes: 80, sha256: 'ef'.repeat(32) },
};

const recorded = (streamId: string, event: GenerationEvent): RecordedEvent<GenerationEvent> => ({
  ...event,
  ...{ id: 'id', streamType: 'generation', streamId, version: 1, position: 1, recordedAt: AT },
  metadata: { correlation_id: 'a', causation_id: 'a', actor: 'user:1' },
});
const stored = (runId: string, artifact: Artifact): RecordedEvent<GenerationEvent> =>
  recorded(runId, { type: 'GenerationArtifactStored', data: { attempt: 1, artifact, stored_at: AT } });
const completed = (runId: string, cached: boolean): RecordedEvent<GenerationEvent> =>
  recorded(runId, {
    type: 'GenerationCompleted',
    data: { attempt: 1, quality_score: 1, generation_time: 1, cost_usd: 0, cached, completed_at: AT },
  });

describe('the files of an append', () => {
  it('are those that were made, with what comes with a video', () => {
    expect(storedFiles([stored('a', PICTURE), completed('a', false), stored('b', VIDEO)])).toEqual([
      { type: 'image', content_type: 'image/png', bytes: 100 },
      { type: 'video', content_type: 'video/mp4', bytes: 5_000 },
      expect.objectContaining({ type: 'poster', content_type: 'image/png', bytes: 90 }),
      expect.objectContaining({ type: 'preview', content_type: 'image/webp', bytes: 80 }),
    ]);
  });

  it('are not those that a run takes from another one, beside others of the same append', () => {
    expect(storedFiles([stored('a', PICTURE), completed('a', true), stored('b', PICTURE)])).toHaveLength(1);
  });
});
