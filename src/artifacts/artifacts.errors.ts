/** No artifact has this id. */
export class ArtifactNotFound extends Error {
  override readonly name = 'ArtifactNotFound';
  readonly code = 'not_found';
  constructor(id: string) {
    super(`No artifact has the id ${id}`);
  }
}

/** The artifact is known and its bytes are gone: not the caller's mistake, and no repeat helps. */
export class ArtifactLost extends Error {
  override readonly name = 'ArtifactLost';
  readonly code = 'internal_error';
  readonly retryable = false;
  constructor(sha256: string, options: ErrorOptions) {
    super(`The bytes ${sha256} of an artifact are gone`, options);
  }
}

/** The range begins after the last byte. */
export class RangeNotSatisfiable extends Error {
  override readonly name = 'RangeNotSatisfiable';
  readonly code = 'range_not_satisfiable';
  constructor(bytes: number) {
    super(`The range lies outside of the ${String(bytes)} bytes`);
  }
}
