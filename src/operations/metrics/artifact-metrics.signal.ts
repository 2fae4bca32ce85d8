import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../../eventsourcing/event.js';
import { GENERATION_STREAM, type GenerationEvent } from '../../generation/generation.events.js';
import { UPLOAD_STREAM, type UploadEvent } from '../../uploads/uploads.events.js';
import { storedFiles } from './artifact-figures.policy.js';
import { Metrics } from './metrics.provider.js';

/** Counts the files that come into the storage where their event is recorded: each once, in the process that appended it. */
@Injectable()
export class ArtifactMetrics {
  constructor(private readonly metrics: Metrics) {}

  /** @param events of one append of this process */
  count(events: readonly RecordedEvent[]): void {
    const ofRuns = events.filter(({ streamType }) => streamType === GENERATION_STREAM);
    for (const { type, content_type, bytes } of storedFiles(ofRuns as readonly RecordedEvent<GenerationEvent>[])) {
      this.metrics.count('darkroom_artifacts_total', { type, content_type });
      this.metrics.observe('darkroom_artifact_size_bytes', { type }, { value: bytes });
    }
    for (const event of events.filter(({ streamType }) => streamType === UPLOAD_STREAM)) {
      const { type, data } = event as RecordedEvent<UploadEvent>;
      if (type === 'UploadStored')
        this.metrics.count('darkroom_upload_bytes_total', { content_type: data.content_type }, data.bytes);
    }
  }
}
