/** More reports came than this process takes. */
export class TooManyReports extends Error {
  override readonly name = 'TooManyReports';
  readonly code = 'rate_limited';
  constructor(readonly retryAfterSeconds: number) {
    super('Rate limit exceeded');
  }
}
