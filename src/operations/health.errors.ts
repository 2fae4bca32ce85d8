/** A process that cannot serve now, with what each check found. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
  readonly code = 'unavailable';
  constructor(readonly details: Readonly<Record<string, unknown>>) {
    super('A check is down');
  }
}
