/** A request that is not answered within this time is given up: a page that waits says nothing. */
const ANSWER_LIMIT_MS = 10_000;

/** One entry of the list that a 422 carries. */
interface Issue {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

/** The body of every error of the API. */
interface Problem {
  readonly detail: string | readonly Issue[];
  readonly title?: string;
  readonly code?: string;
  readonly retryable?: boolean;
  readonly trace_id?: string;
  /** What some errors have to add, such as the checks of a probe. */
  readonly details?: unknown;
}

/** The API answered, but with an error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    message: string,
    readonly traceId: string | null,
    readonly details: unknown = null,
  ) {
    super(message);
  }
}

/** Nobody answered: the process is gone, the network is, or it takes too long. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

const isProblem = (body: unknown): body is Problem => typeof body === 'object' && body !== null && 'detail' in body;

const wordsOf = (detail: Problem['detail']): string =>
  typeof detail === 'string' ? detail : detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');

/** The error that an answer tells of, whatever its body is: a proxy in between answers with pages of its own. */
export const errorOf = (status: number, body: unknown): ApiError =>
  isProblem(body)
    ? new ApiError(status, wordsOf(body.detail), body.trace_id ?? null, body.details ?? null)
    : new ApiError(status, `The answer had the status ${String(status)} and no reason`, null);

const parsed = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch (cause) {
    if (response.ok) throw new Unreachable('The answer broke off or is not JSON', { cause });
    return null;
  }
};

/**
 * Reads JSON of the page's own origin. The type is what the contract of the route says.
 * @throws ApiError for an answer that is an error; Unreachable where there is none
 */
export const getJson = async <Answer>(path: string, cancelled: AbortSignal): Promise<Answer> => {
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
  let response: Response;
  try {
    response = await fetch(path, { signal, headers: { accept: 'application/json' } });
  } catch (cause) {
    throw new Unreachable('Darkroom does not answer', { cause });
  }
  const body = await parsed(response);
  if (!response.ok) throw errorOf(response.status, body);
  return body as Answer;
};
