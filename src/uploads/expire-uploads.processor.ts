import type { EventMetadata } from '../eventsourcing/event.js';
import type { Uploads } from './uploads.store.js';
import type { Overdue, UploadRows } from './upload-rows.store.js';

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
  /** @param onFailure is told of each link that could not be closed, and is passed over until the next time */
  constructor(
    private readonly rows: UploadRows,
    private readonly uploads: Uploads,
    private readonly onFailure: (uploadId: string, error: unknown) => void,
  ) {}

  /** All that are overdue, a page at a time. @returns how many were closed */
  async run(signal: AbortSignal): Promise<number> {
    let expired = 0;
    for (let after: Overdue | null = null; ;) {
      signal.throwIfAborted();
      const overdue: readonly Overdue[] = await this.rows.overdue(GRACE_SECONDS, PAGE, after);
      // At the same time, so that they leave as one group.
      const closed = await Promise.all(overdue.map(({ upload_id }) => this.expire(upload_id)));
      expired += closed.filter(Boolean).length;
      after = overdue.at(-1) ?? null;
      if (overdue.length < PAGE) return expired;
    }
  }

  /** @returns whether it was closed */
  private async expire(uploadId: string): Promise<boolean> {
    try {
      const decision = await this.uploads.decide(
        uploadId,
        { type: 'ExpireUpload', uploadId, now: new Date() },
        { metadata: metadata(uploadId) },
      );
      return decision.outcome === 'decided' && decision.position !== null;
    } catch (error) {
      // One that cannot be closed is to keep no other open.
      this.onFailure(uploadId, error);
      return false;
    }
  }
}
