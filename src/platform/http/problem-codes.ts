/** What a problem code stands for: one row of the table that filter, headers, OpenAPI examples and documentation pages share. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** What happened, for the documentation page. */
  readonly meaning: string;
  /** What the caller can do about it, for the documentation page. */
  readonly remedy: string;
  /** A real `detail` of this problem, for the OpenAPI document. */
  readonly example: string;
  /** Seconds that Retry-After asks for when the error itself names none. */
  readonly retryAfterSeconds?: number;
}

export type ProblemTable = Readonly<Record<string, ProblemKind>>;

/** The codes that any route may answer; a capability adds its own through HttpPlatformModule.with. */
export const PROBLEMS = {
  malformed_request: {
    status: 400,
    title: 'Request is malformed',
    retryable: false,
    meaning:
      'The request could not be read: broken JSON, a header that does not follow its grammar, or bytes that are not HTTP.',
    remedy: 'Correct the request as `detail` says. Sending the same bytes again has the same result.',
    example: 'The body is not valid JSON: Unexpected end of JSON input',
  },
  unauthorized: {
    status: 401,
    title: 'API key is missing or unknown',
    retryable: false,
    meaning: 'The request carries no API key, or one that does not exist or was revoked.',
    remedy: 'Send a valid key as `Authorization: Bearer <key>` or `X-API-Key: <key>`.',
    example: 'This route needs an API key',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    retryable: false,
    meaning:
      "The API key is known but lacks the role for this route, or the data is another user's. Without API keys: the request names another host than this machine, or a page of another site asks for a change. Of a link that is signed: the signature does not fit, or its time is over.",
    remedy:
      'Use a key with the role that the route asks for, or ask the owner of the data. Without API keys call `localhost` or `127.0.0.1`, from a program or from a page of this origin. In place of a link that is refused, ask for another one.',
    example: 'This route needs the role admin',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    retryable: false,
    meaning: 'There is no such route, or nothing is known under this id.',
    remedy: 'Check the path and the id. Ids are positive integers or UUIDs.',
    example: 'Nothing is known under the id 4711',
  },
  conflict: {
    status: 409,
    title: 'The current state does not allow this',
    retryable: false,
    meaning: 'The request is valid, but what it addresses is in a state that does not allow it.',
    remedy: 'Read the current state and decide again.',
    example: 'It has already ended',
  },
  precondition_failed: {
    status: 412,
    title: 'If-Match does not hold',
    retryable: false,
    meaning: 'The version that `If-Match` names is not the current one: somebody else was faster.',
    remedy: 'Read the resource again, look at the change, and send the request with the new ETag.',
    example: 'If-Match names "3", the current version is "4"',
  },
  payload_too_large: {
    status: 413,
    title: 'Body is too large',
    retryable: false,
    meaning: 'The request body has more bytes than the route takes.',
    remedy: 'Send a smaller body; JSON bodies may have at most 1 MB, unless the route says more.',
    example: 'The body has more than 1048576 bytes',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Content type is not supported',
    retryable: false,
    meaning: 'The body has a content type, a charset or a content encoding that the route does not read.',
    remedy:
      'Send JSON in UTF-8 with `Content-Type: application/json` and without `Content-Encoding`; to the link of an upload, the type that it was made for.',
    example: 'The body has to be application/json, not text/plain',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'Range is not there',
    retryable: false,
    meaning: 'The header `Range` asks for bytes beyond the end; `Content-Range` says how many there are.',
    remedy: 'Ask for a range within the content, or for everything.',
    example: 'The range lies outside of the 573503 bytes',
  },
  validation_error: {
    status: 422,
    title: 'Request is not valid',
    retryable: false,
    meaning: 'The request could be read, but one or more of its fields are not valid. All of them are listed at once.',
    remedy: 'Correct each listed field; `loc` (or `pointer`) says where it stands, `msg` what is wrong.',
    example: '1 field is not valid',
  },
  rate_limited: {
    status: 429,
    title: 'Rate limit exceeded',
    retryable: true,
    retryAfterSeconds: 1,
    meaning: 'More requests came in than the rate limit allows.',
    remedy: 'Wait for the seconds that `Retry-After` says, then send the request again.',
    example: 'Rate limit exceeded',
  },
  internal_error: {
    status: 500,
    title: 'Unexpected fault',
    retryable: true,
    meaning: 'Something failed on our side that nobody foresaw. It was logged under the trace id of the answer.',
    remedy: 'Try again with the same Idempotency-Key; if it stays, report the `trace_id`.',
    example: 'An unexpected fault; it was logged under the trace id',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    retryable: true,
    retryAfterSeconds: 5,
    meaning: 'The database, the queue or the storage cannot be reached at the moment.',
    remedy: 'Wait for the seconds that `Retry-After` says, then send the request again, with the same Idempotency-Key.',
    example: 'The database, the queue or the storage cannot be reached; try again shortly',
  },
} as const satisfies ProblemTable;

/** The table of this process: the codes of every route and those that capabilities added. */
export class ProblemCatalogue {
  private readonly kinds: ReadonlyMap<string, ProblemKind>;

  constructor(added: ProblemTable = {}) {
    this.kinds = new Map(Object.entries({ ...added, ...PROBLEMS }));
  }

  get(code: string): ProblemKind | undefined {
    return this.kinds.get(code);
  }

  entries(): readonly (readonly [code: string, kind: ProblemKind])[] {
    return [...this.kinds];
  }
}

/** Path of the page that explains a code; the `type` of its problems. */
export const problemType = (code: string): string => `/docs/problems/${code}`;

/** The code that stands for a bare HTTP status, such as one of the framework's own exceptions. */
export const codeOfStatus = (status: number): keyof typeof PROBLEMS => {
  const codes = Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[];
  const found = codes.find((code) => PROBLEMS[code].status === status);
  return found ?? (status >= 400 && status < 500 ? 'malformed_request' : 'internal_error');
};
