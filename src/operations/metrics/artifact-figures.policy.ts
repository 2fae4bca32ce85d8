import type { RecordedEvent } from '../../eventsourcing/event.js';
import type { Artifact, GenerationEvent } from '../../generation/generation.events.js';

/** A file that was made for a run. */
export interface StoredFile {
  readonly type: 'image' | 'video' | 'poster' | 'preview';
  readonly content_type: string;
  readonly bytes: number;
}

const filesOf = ({ content_type, bytes, poster, preview }: Artifact): StoredFile[] => [
  { type: content_type.startsWith('video/') ? 'video' : 'image', content_type, bytes },
  ...(poster ? [{ type: 'poster', ...poster } as const] : []),
  ...(preview ? [{ type: 'preview', ...preview } as const] : []),
];

/**
 * The files that were made for the runs of an append. A run that takes another one's result names the same files in the append of its end, which
 * nobody made again.
 */
export const storedFiles = (events: readonly RecordedEvent<GenerationEvent>[]): StoredFile[] => {
  const shared = new Set(
    events.filter(({ type, data }) => type === 'GenerationCompleted' && data.cached).map(({ streamId }) => streamId),
  );
  return events.flatMap(({ streamId, type, data }) =>
    type === 'GenerationArtifactStored' && !shared.has(streamId) ? filesOf(data.artifact) : [],
  );
};
