import { Injectable } from '@nestjs/common';
import {
  DecisionHandler,
  type Decision,
  type DecideOptions,
  type Known,
  type StreamKind,
} from '../eventsourcing/decision-handler.js';
import { EventStore, type InlineRows } from '../eventsourcing/event-store.js';
import { inlineReadModel } from '../eventsourcing/inline-rows.js';
import type { UploadCommand } from './uploads.commands.js';
import { uploadDecider, type Upload } from './uploads.decider.js';
import { UPLOAD_STREAM, type UploadEvent } from './uploads.events.js';

type Existing = Exclude<Upload, { status: 'none' }>;

/** What the columns hold that mean something in one status only. */
const byStatus = (state: Existing): object => {
  switch (state.status) {
    case 'pending':
      return {};
    case 'stored': {
      const { width, height, bytes, sha256 } = state.picture;
      return { ended_at: state.endedAt, width, height, bytes, sha256 };
    }
    case 'expired':
      return { ended_at: state.endedAt };
    default:
      return state satisfies never;
  }
};

/** The row of migrations/0012, whole each time; a column that is left out becomes null. */
const inlineRows = (state: Upload): InlineRows =>
  state.status === 'none'
    ? {}
    : { upload: [{ ...state.terms, created_at: state.presignedAt, status: state.status, ...byStatus(state) }] };

/** An upload as a kind of stream, with the row that is written along. */
export const UPLOAD_KIND: StreamKind<Upload, UploadCommand, UploadEvent> = {
  type: UPLOAD_STREAM,
  decider: uploadDecider,
  inlineRows,
};

/** What `write_inline_rows` fills for uploads. */
export const UPLOAD_ROWS = inlineReadModel('uploads', UPLOAD_KIND, { tables: ['uploads'], key: 'upload_id' });

/** Uploads as streams; the only place that decides about them. */
@Injectable()
export class Uploads {
  private readonly decisions: DecisionHandler<Upload, UploadCommand, UploadEvent>;

  constructor(store: EventStore) {
    this.decisions = new DecisionHandler(store, UPLOAD_KIND);
  }

  load(uploadId: string): Promise<Known<Upload>> {
    return this.decisions.load(uploadId);
  }

  /** @throws UploadNotFound, UploadConflict, UploadLinkRefused, and what DecisionHandler.decide throws */
  decide(uploadId: string, command: UploadCommand, options: DecideOptions<Upload>): Promise<Decision<Upload>> {
    return this.decisions.decide(uploadId, command, options);
  }
}
