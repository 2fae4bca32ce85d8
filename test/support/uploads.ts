import type { EventMetadata } from '../../src/eventsourcing/event.js';
import type { ExpireUpload, OpenUpload, StoreUpload, UploadCommand } from '../../src/uploads/uploads.commands.js';
import type { StoredPicture, UploadEvent, UploadTerms } from '../../src/uploads/uploads.events.js';

export const UPLOAD_ID = '0198c0de-0000-7000-8000-0000000000a1';

/** Each step of an upload happens at a time of its own, so that a mixed-up time cannot pass. */
export const UPLOAD_TIMES = {
  presigned: '2026-01-01T10:00:00.250Z',
  begun: '2026-01-01T10:14:59.000Z',
  expires: '2026-01-01T10:15:01.000Z',
  stored: '2026-01-01T10:15:30.000Z',
  expired: '2026-01-01T10:40:00.000Z',
} as const;

export const termsOf = (change: Partial<UploadTerms> = {}): UploadTerms => ({
  user_id: 7,
  filename: 'harbour.png',
  content_type: 'image/png',
  size: 5_000,
  expires_at: UPLOAD_TIMES.expires,
  ...change,
});

export const storedPicture = (change: Partial<StoredPicture> = {}): StoredPicture => ({
  content_type: 'image/png',
  width: 60,
  height: 40,
  bytes: 4_321,
  sha256: 'cd'.repeat(32),
  ...change,
});

/** Events of an upload in the shortest words; times from UPLOAD_TIMES. */
export const uploadHappened = {
  presigned: (change: Partial<UploadTerms> = {}): UploadEvent => ({
    type: 'UploadPresigned',
    data: { ...termsOf(change), presigned_at: UPLOAD_TIMES.presigned },
  }),
  stored: (): UploadEvent => ({
    type: 'UploadStored',
    data: { ...storedPicture(), stored_at: UPLOAD_TIMES.stored },
  }),
  expired: (): UploadEvent => ({ type: 'UploadExpired', data: { expired_at: UPLOAD_TIMES.expired } }),
};

/** Commands about an upload, with the fields that matter to a test replaced. */
export const askUpload = {
  open: (change: Partial<OpenUpload> = {}): UploadCommand => ({
    type: 'OpenUpload',
    terms: termsOf(),
    now: new Date(UPLOAD_TIMES.presigned),
    ...change,
  }),
  store: (change: Partial<StoreUpload> = {}): UploadCommand => ({
    type: 'StoreUpload',
    uploadId: UPLOAD_ID,
    picture: storedPicture(),
    begunAt: new Date(UPLOAD_TIMES.begun),
    now: new Date(UPLOAD_TIMES.stored),
    ...change,
  }),
  expire: (change: Partial<ExpireUpload> = {}): UploadCommand => ({
    type: 'ExpireUpload',
    uploadId: UPLOAD_ID,
    now: new Date(UPLOAD_TIMES.expired),
    ...change,
  }),
};

export const UPLOAD_METADATA: EventMetadata = { correlation_id: 'test', causation_id: 'test', actor: 'user:7' };
