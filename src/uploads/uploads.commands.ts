import { Command } from '@nestjs/cqrs';
import type { EventMetadata } from '../eventsourcing/event.js';
import type { IdempotencyKey } from '../eventsourcing/event-store.js';
import type { StoredPicture, UploadTerms } from './uploads.events.js';

/** What every command knows of where it came from and when. */
export interface Issued {
  readonly metadata: EventMetadata;
  readonly now: Date;
}

/** A link that is good for one PUT. */
export interface PresignedUpload {
  readonly uploadId: string;
  readonly terms: UploadTerms;
  /** Relative, so that it is right behind every proxy. */
  readonly url: string;
  /** The idempotency key had made this upload before. */
  readonly replayed: boolean;
}

export class PresignUpload extends Command<PresignedUpload> {
  constructor(
    /** UUIDv7 of the upload to be made; an idempotent repeat leads to another one, made before. */
    readonly uploadId: string,
    readonly wish: Omit<UploadTerms, 'expires_at'>,
    readonly idempotencyKey: IdempotencyKey | null,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** What a link carries beside its path; anything may stand there. */
export interface LinkSignature {
  readonly expires: string | undefined;
  readonly signature: string | undefined;
}

/** A body on its way, with what its headers say of it. */
export interface IncomingBody {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  /** Null where the client did not say. */
  readonly contentLength: number | null;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Takes the bytes in, if the link is good and they are the picture that was announced. */
export class ReceiveUpload extends Command<StoredPicture> {
  constructor(
    readonly uploadId: string,
    readonly link: LinkSignature,
    readonly body: IncomingBody,
    readonly issued: Issued,
  ) {
    super();
  }
}

/** Commands of the write side that need no bus: their callers hold what the decision needs. */
export interface OpenUpload {
  readonly type: 'OpenUpload';
  readonly terms: UploadTerms;
  readonly now: Date;
}
export interface StoreUpload {
  readonly type: 'StoreUpload';
  readonly uploadId: string;
  readonly picture: StoredPicture;
  /** When the PUT came; it may take longer than the link is good for. */
  readonly begunAt: Date;
  readonly now: Date;
}
export interface ExpireUpload {
  readonly type: 'ExpireUpload';
  readonly uploadId: string;
  readonly now: Date;
}

/** Everything that the decider judges. */
export type UploadCommand = OpenUpload | StoreUpload | ExpireUpload;
