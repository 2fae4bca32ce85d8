/** No batch has this id. */
export class BatchNotFound extends Error {
  override readonly name = 'BatchNotFound';
  readonly code = 'not_found';
  constructor(id: string | number) {
    super(`No batch has the id ${String(id)}`);
  }
}

/** The batch's state does not allow the command. */
export class BatchConflict extends Error {
  override readonly name = 'BatchConflict';
  readonly code = 'conflict';
}
