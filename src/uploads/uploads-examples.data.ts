import type { PresignedLink, StoredUpload, UploadState } from './uploads-answer.dto.js';

/** Answers of a real process, for the OpenAPI document; test/e2e holds them to the schemas. */

const UPLOAD_ID = '01a216bb-74e4-7461-9edd-c429dcbb9451';
/** Of a link that was good for a second. */
export const EXPIRED_AT = '2026-11-26T07:22:08.000Z';
const EXPIRES_AT = '2026-11-26T07:36:54.000Z';

export const PRESIGN_REQUESTS = {
  png: {
    summary: 'A PNG of a megabyte and a half',
    value: { filename: 'harbour.png', content_type: 'image/png', size: 1_436_611 },
  },
};

export const PRESIGNED: PresignedLink = {
  upload_id: UPLOAD_ID,
  method: 'PUT',
  url: `/api/uploads/${UPLOAD_ID}?expires=1795678614&signature=cFPihskbZBU8STjsiDkDOjl29iC90LWgyPEO1SB2Gks`,
  headers: { 'Content-Type': 'image/png' },
  expires_at: EXPIRES_AT,
  max_bytes: 1_436_611,
};

export const STORED_UPLOAD: StoredUpload = {
  upload_id: UPLOAD_ID,
  content_type: 'image/png',
  width: 1024,
  height: 768,
  bytes: 1_436_611,
  sha256: '744b0af33fbde99a2e121841cee5e6998a15f1d353446c91a8606509ac98eead',
};

const PENDING = {
  upload_id: UPLOAD_ID,
  status: 'pending',
  filename: 'harbour.png',
  content_type: 'image/png',
  max_bytes: 1_436_611,
  created_at: '2026-11-26T07:21:53.636Z',
  expires_at: EXPIRES_AT,
  stored_at: null,
  width: null,
  height: null,
  bytes: null,
  sha256: null,
} satisfies UploadState;

export const UPLOAD_STATES = {
  pending: { summary: 'The link is unused', value: PENDING },
  stored: {
    summary: 'The picture is there',
    value: {
      ...PENDING,
      status: 'stored',
      stored_at: '2026-11-26T07:21:55.021Z',
      width: 1024,
      height: 768,
      bytes: STORED_UPLOAD.bytes,
      sha256: STORED_UPLOAD.sha256,
    } satisfies UploadState,
  },
  expired: {
    summary: 'Nobody used the link',
    value: {
      ...PENDING,
      upload_id: '01a216bb-a906-7718-9fbb-db198d88af9d',
      status: 'expired',
      created_at: '2026-11-26T07:22:06.982Z',
      expires_at: EXPIRED_AT,
    } satisfies UploadState,
  },
};
