/** No artifact has this id. */
export class ArtifactNotFound extends Error {
  override readonly name = 'ArtifactNotFound';
  readonly code = 'not_found';
  constructor(id: string) {
    super(`No artifact has the id ${id}`);
  }
}

/** The artifact is known and its bytes are gone or damaged: not the caller's mistake, and no repeat helps. */
export class ArtifactLost extends Error {
  override readonly name = 'ArtifactLost';
  readonly code = 'internal_error';
  readonly retryable = false;
  constructor(cause: Error) {
    super(`The bytes of an artifact are lost: ${cause.message}`, { cause });
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
