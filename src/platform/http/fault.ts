import { HttpException } from '@nestjs/common';
import { RequestInvalid, type RequestIssue } from './http.errors.js';
import { codeOfStatus, type ProblemCatalogue, type ProblemKind, PROBLEMS } from './problem-codes.js';
import { cut } from './safe-text.js';

/** A thrown value, recognised: the row of the table and what this occurrence adds to it. */
export interface Fault {
  readonly code: string;
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly retryable: boolean;
  readonly retryAfterSeconds?: number;
  readonly issues?: readonly RequestIssue[];
  readonly total?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Where names are given to what runs, as by Docker and Kubernetes, that of a server that is away is not found. */
const CONNECTION_CODES =
  /^(08[0-9A-Z]{3}|57P0[1-5]|53300|ECONN\w+|EPIPE|ETIMEDOUT|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN)$/;
const CONNECTION_MESSAGES =
  /^(Connection terminated|Connection is not established|timeout exceeded when trying to connect|Cannot use a pool after calling end|Client has encountered a connection error|Client was closed|Query read timeout)/;

/** Codes whose errors speak to operators: their messages may name hosts, so they are logged but never answered. */
const GENERIC_DETAIL = new Set(['internal_error', 'unavailable']);

const property = (error: object, name: string): unknown =>
  name in error ? (Reflect.get(error, name) as unknown) : undefined;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The error itself and what it wraps: `cause`, a driver's error, the parts of an AggregateError; bounded against cycles. */
const withCauses = (error: unknown): readonly object[] => {
  const found = new Set<object>();
  const pending: unknown[] = [error];
  while (pending.length > 0 && found.size < 16) {
    const next = pending.shift();
    if (!isObject(next) || found.has(next)) continue;
    found.add(next);
    const parts = property(next, 'errors');
    pending.push(
      property(next, 'cause'),
      property(next, 'driverError'),
      ...(Array.isArray(parts) ? (parts as unknown[]) : []),
    );
  }
  return [...found];
};

/**
 * Whether a dependency could not be reached: Node's socket codes and PostgreSQL's classes 08 and 57P0x and code 53300
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html), whatever it calls FATAL, which ends the session, and the texts of `pg`, which
 * have no code.
 */
export const isConnectionFault = (error: unknown): boolean =>
  withCauses(error).some((each) => {
    const code = property(each, 'code');
    if (typeof code === 'string' && CONNECTION_CODES.test(code)) return true;
    if (property(each, 'severity') === 'FATAL') return true;
    return each instanceof Error && CONNECTION_MESSAGES.test(each.message);
  });

const fault = (code: keyof typeof PROBLEMS, detail: string): Fault => ({
  code,
  kind: PROBLEMS[code],
  detail,
  retryable: PROBLEMS[code].retryable,
});

/** Errors of capabilities: a `code` that stands in the table; the message is meant for the caller. */
const ofTable = (error: Error, catalogue: ProblemCatalogue): Fault | null => {
  const code = property(error, 'code');
  const kind = typeof code === 'string' ? catalogue.get(code) : undefined;
  if (typeof code !== 'string' || kind === undefined) return null;
  const details = property(error, 'details');
  const retryable = property(error, 'retryable');
  const retryAfterSeconds = property(error, 'retryAfterSeconds') ?? kind.retryAfterSeconds;
  return {
    code,
    kind,
    detail: GENERIC_DETAIL.has(code) ? kind.example : error.message,
    retryable: typeof retryable === 'boolean' ? retryable : kind.retryable,
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
    ...(isObject(details) ? { details: { ...details } } : {}),
    ...(error instanceof RequestInvalid ? { issues: error.issues, total: error.total } : {}),
  };
};

/** Statuses of the framework's exceptions and of Express' own errors (`expose` marks a message meant for the caller). */
const exposedStatus = (error: Error): number | null => {
  if (error instanceof HttpException) return error.getStatus();
  const status = property(error, 'status');
  return property(error, 'expose') === true && typeof status === 'number' ? status : null;
};

/** Recognises whatever was thrown. What nobody foresaw becomes `internal_error`, with none of its own words. */
export const recognise = (error: unknown, catalogue: ProblemCatalogue): Fault => {
  if (error instanceof Error) {
    const known = ofTable(error, catalogue);
    if (known !== null) return known;
    const status = exposedStatus(error);
    if (status !== null && status >= 400 && status !== 500) {
      const code = codeOfStatus(status);
      const detail = code === 'internal_error' ? PROBLEMS.internal_error.example : cut(error.message, 300);
      const { retryAfterSeconds }: ProblemKind = PROBLEMS[code];
      return { ...fault(code, detail), ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    }
  }
  if (isConnectionFault(error)) {
    return {
      ...fault('unavailable', PROBLEMS.unavailable.example),
      retryAfterSeconds: PROBLEMS.unavailable.retryAfterSeconds,
    };
  }
  return fault('internal_error', PROBLEMS.internal_error.example);
};
