/** What was agreed on when the link was made. */
export interface UploadTerms {
  readonly user_id: number;
  /** As the caller calls the file; nothing is stored under it. */
  readonly filename: string;
  readonly content_type: string;
  /** Bytes that may come at the most. */
  readonly size: number;
  /** RFC 3339, whole seconds: until when a PUT may begin. */
  readonly expires_at: string;
}

/** A picture in Darkroom's own storage. */
export interface StoredPicture {
  readonly content_type: string;
  /** Pixels, as a viewer shows it. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface Fact<Type extends string, Data> {
  readonly type: Type;
  readonly data: Readonly<Data>;
}

/** Times are RFC 3339 in UTC. */
export type UploadEvent =
  | Fact<'UploadPresigned', UploadTerms & { presigned_at: string }>
  /** The one PUT that the link is good for: the bytes were in the storage before. */
  | Fact<'UploadStored', StoredPicture & { stored_at: string }>
  /** Nobody used the link in its time. */
  | Fact<'UploadExpired', { expired_at: string }>;

export const UPLOAD_EVENTS = {
  current: ['UploadPresigned', 'UploadStored', 'UploadExpired'] satisfies UploadEvent['type'][],
};

/** The stream type of uploads. */
export const UPLOAD_STREAM = 'upload';
