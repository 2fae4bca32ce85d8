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
 * Uploads for other capabilities. A stored upload never changes and does not expire, so what was found once may be relied on for as long
 * as an event names its SHA-256.
 */
export abstract class UploadedPictures {
  /**
   * @param id as the caller wrote it; anything but the UUID of an upload is unknown
   * @returns the picture, if it is there and the user's own
   */
  abstract find(id: string, userId: number): Promise<UploadedPicture | UploadUnusable>;
}
