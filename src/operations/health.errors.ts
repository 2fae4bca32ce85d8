/** A process that cannot serve now, with what each check found. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
  readonly code = 'unavailable';
  constructor(readonly details: Readonly<Record<string, unknown>>) {
    super('A check is down');
  }
}

/** A check of something that is missed, and that the process serves without. */
export class CheckDegraded extends Error {
  override readonly name = 'CheckDegraded';
}

/** What anybody may hear of a check that is down; the reason is for the log alone, since it may name hosts and paths. */
export class CheckDown extends Error {
  override readonly name = 'CheckDown';
  constructor(
    message: string,
    readonly reason: string | null = null,
  ) {
    super(message);
  }
}
