/** No upload has this id. */
export class UploadNotFound extends Error {
  override readonly name = 'UploadNotFound';
  readonly code = 'not_found';
  constructor(id: string) {
    super(`No upload has the id ${id}`);
  }
}

/** The upload's state does not allow the command. */
export class UploadConflict extends Error {
  override readonly name = 'UploadConflict';
  readonly code = 'conflict';
}

/** The link does not open the upload, or does so no more. */
export class UploadLinkRefused extends Error {
  override readonly name = 'UploadLinkRefused';
  readonly code = 'forbidden';
}
