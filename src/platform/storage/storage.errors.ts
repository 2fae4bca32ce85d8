/** No blob has this address. */
export class BlobNotFound extends Error {
  override readonly name = 'BlobNotFound';
  readonly code = 'not_found';
  constructor(readonly sha256: string) {
    super(`There is no blob ${sha256}.`);
  }
}

/** The stored bytes do not hash to their address: the medium or somebody else changed them. */
export class BlobCorrupt extends Error {
  override readonly name = 'BlobCorrupt';
  readonly code = 'internal_error';
  constructor(readonly sha256: string) {
    super(`The blob ${sha256} is corrupt: its bytes do not hash to its address.`);
  }
}

/** The medium is full, read-only or away; the cause is the error of the operating system. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
  readonly code = 'unavailable';
  constructor(doing: string, options: { cause: unknown }) {
    super(`The storage of artifacts failed ${doing}: ${(options.cause as Error).message}`, options);
  }
}

/** The sweeper of unreferenced blobs does not know enough to remove anything; the message says what a person has to do. */
export class SweepRefused extends Error {
  override readonly name = 'SweepRefused';
  readonly code = 'internal_error';
}

/** The bytes are no picture that can be used; the message says why. */
export class PictureUnfit extends Error {
  override readonly name = 'PictureUnfit';
  readonly code = 'validation_error';
}
