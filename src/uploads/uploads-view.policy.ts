import type { PresignedLink, StoredUpload, UploadState } from './uploads-answer.dto.js';
import type { PresignedUpload } from './uploads.commands.js';
import type { StoredPicture } from './uploads.events.js';
import type { UploadRow } from './uploads.queries.js';

export const presignedView = ({ uploadId, terms, url }: PresignedUpload): PresignedLink => ({
  upload_id: uploadId,
  method: 'PUT',
  url,
  headers: { 'Content-Type': terms.content_type },
  expires_at: terms.expires_at,
  max_bytes: terms.size,
});

export const storedView = (
  uploadId: string,
  { content_type, width, height, bytes, sha256 }: StoredPicture,
): StoredUpload => ({ upload_id: uploadId, content_type, width, height, bytes, sha256 });

/** A link that has run out is over at that moment, and not when somebody records it. */
export const uploadView = (row: UploadRow, now: Date): UploadState => {
  const { upload_id, filename, content_type, size, created_at, expires_at, width, height, bytes, sha256 } = row;
  const isOver = row.status === 'pending' && now.getTime() > Date.parse(expires_at);
  return {
    upload_id,
    status: isOver ? 'expired' : row.status,
    filename,
    content_type,
    max_bytes: size,
    created_at,
    expires_at,
    stored_at: row.status === 'stored' ? row.ended_at : null,
    width,
    height,
    bytes,
    sha256,
  };
};
