import { randomUUID } from 'node:crypto';
import type { Fault } from './fault.js';
import type { RequestIssue } from './http.errors.js';
import { problemType } from './problem-codes.js';

export const JSON_TYPE = 'application/json';
export const PROBLEM_TYPE = 'application/problem+json';

const rest = (fault: Fault): number => (fault.total ?? 0) - (fault.issues?.length ?? 0);

const listed = (fault: Fault, issues: readonly RequestIssue[]): readonly RequestIssue[] =>
  rest(fault) > 0
    ? [
        ...issues,
        { loc: ['body'], msg: `${String(rest(fault))} more invalid fields are not listed`, type: 'too_many_errors' },
      ]
    : issues;

const escaped = (segment: string | number): string =>
  encodeURIComponent(String(segment).replaceAll('~', '~0').replaceAll('/', '~1'));

/** RFC 6901 §6: a JSON Pointer as URI fragment, into the part of the request that `in` names. */
const pointed = ({ loc, msg }: RequestIssue): Record<string, unknown> => ({
  detail: msg,
  pointer: `#${loc
    .slice(1)
    .map((segment) => `/${escaped(segment)}`)
    .join('')}`,
  in: loc[0],
});

/** What both shapes have beside `detail`; the members of the contract win over those of the error. */
const common = (fault: Fault, traceId: string): Record<string, unknown> => ({
  type: problemType(fault.code),
  title: fault.kind.title,
  status: fault.kind.status,
  code: fault.code,
  retryable: fault.retryable,
  trace_id: traceId,
  instance: `urn:uuid:${randomUUID()}`,
});

/** The default shape: `detail` is a string, for invalid fields a list. */
export const jsonBody = (fault: Fault, traceId: string): Record<string, unknown> => {
  const detail = fault.issues === undefined ? fault.detail : listed(fault, fault.issues);
  return Object.assign({ detail }, fault.details, common(fault, traceId), { detail });
};

/** The strict shape of RFC 9457, where `detail` is always a string and invalid fields stand under `errors`. */
export const problemBody = (fault: Fault, traceId: string): Record<string, unknown> => ({
  ...fault.details,
  ...common(fault, traceId),
  detail: rest(fault) > 0 ? `${fault.detail}; the first ${String(fault.issues?.length ?? 0)} are listed` : fault.detail,
  ...(fault.issues === undefined ? {} : { errors: fault.issues.map(pointed) }),
});
