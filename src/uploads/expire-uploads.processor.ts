import type { EventMetadata } from '../eventsourcing/event.js';
import type { Uploads } from './uploads.store.js';
import type { UploadRows } from './upload-rows.store.js';

/** A PUT may have begun in the last moment of a link and take minutes; whatever it needs, it is through by then. */
const GRACE_SECONDS = 600;
const PAGE = 200;

const metadata = (uploadId: string): EventMetadata => ({
  correlation_id: uploadId,
  causation_id: uploadId,
  actor: 'system',
});

/** Closes uploads whose links nobody used in their time. Twice is as good as once: the decider lets an upload expire only while it is pending. */
export class ExpireUploads {
  constructor(
    private readonly rows: UploadRows,
    private readonly uploads: Uploads,
  ) {}

  /** All that are overdue, a page at a time. @returns how many there were */
  async run(signal: AbortSignal): Promise<number> {
    let expired = 0;
    for (;;) {
      signal.throwIfAborted();
      const overdue = await this.rows.overdue(GRACE_SECONDS, PAGE);
      // At the same time, so that they leave as one group.
      await Promise.all(
        overdue.map((uploadId) =>
          this.uploads.decide(
            uploadId,
            { type: 'ExpireUpload', uploadId, now: new Date() },
            { metadata: metadata(uploadId) },
          ),
        ),
      );
      expired += overdue.length;
      if (overdue.length < PAGE) return expired;
    }
  }
}
