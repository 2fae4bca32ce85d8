import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { MalformedRequest } from './http.errors.js';
import { cut } from './safe-text.js';

/** The preferences of RFC 7240 that Darkroom knows. */
export interface Preference {
  /** The caller wants 202 as soon as the work is accepted. */
  readonly respondAsync: boolean;
  /** The longest wait in seconds that the caller wants, 1 to 120, or null for the server's own limit. */
  readonly waitSeconds: number | null;
  /** Value of Preference-Applied; empty when nothing was preferred. */
  readonly applied: string;
}

const MAX_WAIT_SECONDS = 120;
/**
 * One preference of RFC 7240 §2: a token, its value as token or quoted string, and parameters, which are ignored. No two runs of white
 * space meet, because a header of spaces could be divided between them in quadratically many ways.
 */
const PREFERENCE = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*(?:=\s*(?:(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))\s*)?)?(?:;.*)?$/s;

/** Splits at commas outside of quoted strings. */
const split = (header: string): readonly string[] => header.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];

const seconds = (text: string): number => {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MAX_WAIT_SECONDS) return value;
  throw new MalformedRequest(
    `Prefer: wait takes 1 to ${String(MAX_WAIT_SECONDS)} seconds, not ${cut(text) || 'nothing'}`,
  );
};

/**
 * Reads a `Prefer` header. Unknown preferences are ignored and of a repeated one the first counts (RFC 7240 §2). With both
 * `respond-async` and `wait=N` the caller waits up to N seconds and takes 202 after that (§4.3).
 * @throws MalformedRequest when `wait` is not a whole number from 1 to 120.
 */
export const parsePrefer = (header: string | undefined): Preference => {
  const preferences = new Map<string, string>();
  for (const part of split(header ?? '')) {
    const [, name, quoted, bare] = PREFERENCE.exec(part) ?? [];
    const key = name?.toLowerCase();
    if (key !== undefined && !preferences.has(key)) preferences.set(key, quoted ?? bare ?? '');
  }
  const respondAsync = preferences.has('respond-async');
  const wait = preferences.get('wait');
  const waitSeconds = wait === undefined ? null : seconds(wait);
  const applied = [
    ...(respondAsync ? ['respond-async'] : []),
    ...(waitSeconds === null ? [] : [`wait=${String(waitSeconds)}`]),
  ];
  return { respondAsync, waitSeconds, applied: applied.join(', ') };
};

/** Says in the answer which preferences were honoured (RFC 7240 §3). */
export const setPreferenceApplied = (response: Response, { applied }: Preference): void => {
  if (applied !== '') response.setHeader('Preference-Applied', applied);
  response.vary('Prefer');
};

/** Parameter of a controller: the caller's `Preference`. */
export const Prefer = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  parsePrefer(context.switchToHttp().getRequest<Request>().get('prefer')),
);
