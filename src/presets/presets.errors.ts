/** No preset has this id, or none that the caller may know of. */
export class PresetNotFound extends Error {
  override readonly name = 'PresetNotFound';
  readonly code = 'not_found';
  constructor(id: string) {
    super(`No preset has the id ${id}`);
  }
}

/** The id is taken, or the preset comes with the program. */
export class PresetConflict extends Error {
  override readonly name = 'PresetConflict';
  readonly code = 'conflict';
}

/** The preset is another user's, who alone may do this. */
export class PresetForbidden extends Error {
  override readonly name = 'PresetForbidden';
  readonly code = 'forbidden';
}
