import { Query } from '@nestjs/cqrs';

/** One upload as its row holds it; times are RFC 3339, null where they have not come yet. */
export interface UploadRow {
  readonly upload_id: string;
  readonly user_id: number;
  readonly filename: string;
  readonly content_type: string;
  readonly size: number;
  readonly created_at: string;
  readonly expires_at: string;
  readonly status: 'pending' | 'stored' | 'expired';
  readonly ended_at: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/** @returns the upload's row @throws UploadNotFound */
export class GetUpload extends Query<UploadRow> {
  constructor(readonly uploadId: string) {
    super();
  }
}
