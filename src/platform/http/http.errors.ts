/** One invalid field: `loc` is its path from the part of the request ("body", "query", "header") downwards. */
export interface RequestIssue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** Invalid fields, all of them at once; `total` counts those too that are not listed. */
export class RequestInvalid extends Error {
  override readonly name = 'RequestInvalid';
  readonly code = 'validation_error';

  constructor(
    readonly issues: readonly RequestIssue[],
    readonly total: number = issues.length,
  ) {
    super(total === 1 ? '1 field is not valid' : `${String(total)} fields are not valid`);
  }
}

/** The request cannot be read: broken JSON or a header against its grammar. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
  readonly code = 'malformed_request';
}

/** The caller may not do this. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
  readonly code = 'forbidden';
}

export class ResourceNotFound extends Error {
  override readonly name = 'ResourceNotFound';
  readonly code = 'not_found';
}

export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
  readonly code = 'precondition_failed';
}

export class PayloadTooLarge extends Error {
  override readonly name = 'PayloadTooLarge';
  readonly code = 'payload_too_large';
}

export class UnsupportedMediaType extends Error {
  override readonly name = 'UnsupportedMediaType';
  readonly code = 'unsupported_media_type';
}
