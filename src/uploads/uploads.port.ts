/** A picture that somebody uploaded, as others may use it; the bytes are in the blob store under their SHA-256. */
export interface UploadedPicture {
  readonly outcome: 'found';
  readonly sha256: string;
  readonly content_type: string;
  /** Pixels, as a viewer shows it: turned as the EXIF data of the bytes say, which `sharp().rotate()` does too. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** Why an upload cannot be used; `message` is fit for the caller of the API. */
export interface UploadUnusable {
  readonly outcome: 'unknown' | 'foreign' | 'not_stored' | 'expired';
  readonly message: string;
}

/**
 * Uploads for other capabilities. A stored upload never changes, does not expire, and keeps its bytes, so what was found once may be relied on
 * for good; who writes the SHA-256 into an event of its own need not ask again.
 */
export abstract class UploadedPictures {
  /**
   * @param ids as the caller wrote them, also several times; anything but the UUID of an upload is unknown
   * @returns for each id, in their order, the picture if it is there and the user's own; one question to the database for all
   */
  abstract find(ids: readonly string[], userId: number): Promise<readonly (UploadedPicture | UploadUnusable)[]>;
}
