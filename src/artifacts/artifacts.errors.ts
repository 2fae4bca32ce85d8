/** No artifact has this id. */
export class ArtifactNotFound extends Error {
  override readonly name = 'ArtifactNotFound';
  readonly code = 'not_found';
  constructor(id: string) {
    super(`No artifact has the id ${id}`);
  }
}
