import type { PresignedLink, StoredUpload, UploadState } from './uploads-answer.dto.js';

/** Answers of a real process, for the OpenAPI document; test/e2e holds them to the schemas. */

const UPLOAD_ID = '01a20bd1-7a3c-7c51-9b0e-2f6d4f0a91c7';
const EXPIRES_AT = '2026-11-24T04:45:17.000Z';

export const PRESIGN_REQUESTS = {
  png: {
    summary: 'A PNG of half a megabyte',
    value: { filename: 'harbour.png', content_type: 'image/png', size: 482_913 },
  },
};

export const PRESIGNED: PresignedLink = {
  upload_id: UPLOAD_ID,
  method: 'PUT',
  url: `/api/uploads/${UPLOAD_ID}?expires=1795495517&signature=Jx0m3yVb1vUu0cW2p8q0o4Ym6dQn1m2cQm9o7qT5w3A`,
  headers: { 'Content-Type': 'image/png' },
  expires_at: EXPIRES_AT,
  max_bytes: 482_913,
};

export const STORED_UPLOAD: StoredUpload = {
  upload_id: UPLOAD_ID,
  content_type: 'image/png',
  width: 1024,
  height: 768,
  bytes: 482_913,
  sha256: '5d1f4c9a0be27c3f8a64d2e90b17f35c6e8da4120fb93e57c81d60a2f4b7e935',
};

const PENDING: UploadState = {
  upload_id: UPLOAD_ID,
  status: 'pending',
  filename: 'harbour.png',
  content_type: 'image/png',
  max_bytes: 482_913,
  created_at: '2026-11-24T04:30:16.204Z',
  expires_at: EXPIRES_AT,
  stored_at: null,
  width: null,
  height: null,
  bytes: null,
  sha256: null,
};

export const UPLOAD_STATES = {
  pending: { summary: 'The link is unused', value: PENDING },
  stored: {
    summary: 'The picture is there',
    value: {
      ...PENDING,
      status: 'stored',
      stored_at: '2026-11-24T04:30:21.870Z',
      width: 1024,
      height: 768,
      bytes: STORED_UPLOAD.bytes,
      sha256: STORED_UPLOAD.sha256,
    } satisfies UploadState,
  },
  expired: { summary: 'Nobody used the link', value: { ...PENDING, status: 'expired' } satisfies UploadState },
};
