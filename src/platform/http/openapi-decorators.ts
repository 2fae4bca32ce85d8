import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { RequestIssue } from './http.errors.js';
import type { Fault } from './fault.js';
import { responseHeaders } from './openapi-schemas.js';
import { JSON_TYPE, jsonBody, PROBLEM_TYPE, problemBody } from './problem-body.js';
import { codeOfStatus, PROBLEMS, type ProblemKind } from './problem-codes.js';

/** An error to document: its code, and what makes its example a real one. */
export interface ProblemSample {
  readonly code: string;
  /** Needed for the codes that a capability adds. */
  readonly kind?: ProblemKind;
  readonly detail?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly issues?: readonly RequestIssue[];
}

/** What every route with a JSON body can answer. */
export const BODY_PROBLEMS = [400, 413, 415, 422] as const;

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const INSTANCE = 'urn:uuid:0f1d2a6e-3c5b-4e8f-9a7d-2b4c6d8e0f13';
const SAMPLE_ISSUE: RequestIssue = { loc: ['body', 'colour'], msg: 'Unknown field: colour', type: 'extra_forbidden' };

const faultOf = (sample: ProblemSample): Fault => {
  const kind = sample.kind ?? (PROBLEMS as Readonly<Record<string, ProblemKind>>)[sample.code];
  if (kind === undefined) throw new TypeError(`The problem ${sample.code} is documented without its kind`);
  const { code, detail = kind.example, details } = sample;
  const issues = code === 'validation_error' ? (sample.issues ?? [SAMPLE_ISSUE]) : undefined;
  return {
    code,
    kind,
    detail: issues === undefined || issues.length === 1 ? detail : `${String(issues.length)} fields are not valid`,
    retryable: typeof details?.['retryable'] === 'boolean' ? details['retryable'] : kind.retryable,
    ...(details === undefined ? {} : { details }),
    ...(issues === undefined ? {} : { issues, total: issues.length }),
  };
};

const examplesOf = (
  faults: readonly Fault[],
  body: typeof jsonBody,
): Record<string, { summary: string; value: unknown }> =>
  Object.fromEntries(
    faults.map((fault) => [
      fault.code,
      { summary: fault.kind.title, value: { ...body(fault, TRACE_ID), instance: INSTANCE } },
    ]),
  );

const content = (schema: string, examples: ReturnType<typeof examplesOf>): object => ({
  schema: { $ref: `#/components/schemas/${schema}` },
  examples,
});

const documented = (status: number, faults: readonly Fault[]): MethodDecorator & ClassDecorator =>
  ApiResponse({
    status,
    description: [...new Set(faults.map(({ kind }) => kind.title))].join(', or: '),
    headers: responseHeaders(
      'X-Error-Code',
      'X-Error-Retryable',
      'X-Request-Id',
      'traceparent',
      ...(faults.some(({ kind }) => kind.retryAfterSeconds !== undefined) ? (['Retry-After'] as const) : []),
    ),
    content: {
      [JSON_TYPE]: content(status === 422 ? 'ValidationProblem' : 'Problem', examplesOf(faults, jsonBody)),
      [PROBLEM_TYPE]: content('ProblemDetails', examplesOf(faults, problemBody)),
    },
  });

type Problem = number | ProblemSample;

/** What every route can answer. */
const EVERYWHERE: readonly Problem[] = [500, 503];
/** What every route but the probes can answer. */
const UNLESS_PROBE: readonly Problem[] = [
  {
    code: 'forbidden',
    detail: 'Without API keys only localhost, 127.0.0.1 and [::1] are answered, not the host darkroom.example',
  },
  {
    code: 'validation_error',
    issues: [{ loc: ['query', 'colour'], msg: 'Unknown field: colour', type: 'extra_forbidden' }],
  },
];

const documentedAll = (own: readonly Problem[], added: readonly Problem[]): MethodDecorator & ClassDecorator => {
  const toFault = (problem: Problem): Fault =>
    faultOf(typeof problem === 'number' ? { code: codeOfStatus(problem) } : problem);
  const byStatus = new Map<number, Fault[]>();
  for (const fault of [...own, ...added].map(toFault)) {
    const others = byStatus.get(fault.kind.status) ?? [];
    // The operation's own example of a problem says more than the general one.
    if (!others.some(({ code }) => code === fault.code)) byStatus.set(fault.kind.status, [...others, fault]);
  }
  return applyDecorators(...[...byStatus].map(([status, faults]) => documented(status, faults)));
};

/**
 * Documents the errors of an operation in both media types, with examples that the filter's own code makes. A number stands
 * for the problem of that status; what every route can answer is added.
 */
export const ApiProblems = (...problems: readonly Problem[]): MethodDecorator & ClassDecorator =>
  documentedAll(problems, [...UNLESS_PROBE, ...EVERYWHERE]);

/** The same for a probe, which anybody may ask, however decorated its address is. */
export const ApiProbeProblems = (...problems: readonly Problem[]): MethodDecorator & ClassDecorator =>
  documentedAll(problems, EVERYWHERE);

// The request headers below have no `example`: Swagger UI fills it in and sends it, and a key, a preference or a version that nobody chose
// makes the first try fail.

/** Documents the request header Idempotency-Key. */
export const ApiIdempotencyKey = (): MethodDecorator & ClassDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Makes the request safe to repeat for 24 hours: the same key and body never create a second run. 1 to 255 visible ASCII characters, bare or as a quoted string; a UUID of its own for each order is a good one.',
    schema: { type: 'string', minLength: 1, maxLength: 257 },
  });

/** Documents the request header Prefer. */
export const ApiPrefer = (): MethodDecorator & ClassDecorator =>
  ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`respond-async` answers 202 at once; `wait=N` (1 to 120 seconds) bounds the wait, after which the answer is 202; both may be given. Other preferences are ignored.',
    schema: { type: 'string' },
  });

/** Documents a conditional read: the request header If-None-Match and the answer 304. */
export const ApiConditional = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description:
        'Entity tags that the caller has, such as `"3"`; if the current one is among them, the answer is 304 without a body.',
      schema: { type: 'string' },
    }),
    ApiResponse({ status: 304, description: 'The caller has the current version', headers: responseHeaders('ETag') }),
  );

/** Documents the request header If-Match of a change; list 412 among the problems. */
export const ApiIfMatch = (): MethodDecorator & ClassDecorator =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description:
      'Entity tag of the version that the change is meant for, such as `"3"`; if it is not the current one, the answer is 412.',
    schema: { type: 'string' },
  });
