import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { IdempotencyMismatch } from '../../eventsourcing/errors.js';
import type { IdempotencyKey as StoredKey } from '../../eventsourcing/event-store.js';
import { canonicalJson } from './canonical-json.policy.js';
import { MalformedRequest, RequestInvalid } from './http.errors.js';

const BARE = /^[\x21-\x7e]{1,255}$/;
/** RFC 8941 §3.3.3: printable ASCII in quotation marks, where only the mark and the backslash are escaped. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * The key of an `Idempotency-Key` header, or null without one. Taken bare, as Stripe's clients send it, and as a
 * structured-field string, as draft-ietf-httpapi-idempotency-key-header wants it; both spellings are the same key.
 * @throws MalformedRequest
 */
export const parseIdempotencyKey = (header: string | undefined): string | null => {
  if (header === undefined) return null;
  const quoted = QUOTED.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1');
  const key = header.startsWith('"') ? quoted : header;
  if (key === undefined || key.length < 1 || key.length > 255 || (quoted === undefined && !BARE.test(key))) {
    throw new MalformedRequest(
      'Idempotency-Key has to be 1 to 255 visible ASCII characters, bare or as a quoted string',
    );
  }
  return key;
};

/** Parameter of a controller: the caller's idempotency key, `string | null`. */
export const IdempotencyKey = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  parseIdempotencyKey(context.switchToHttp().getRequest<Request>().get('idempotency-key')),
);

/** SHA-256 of a body in hexadecimal digits, the same for bodies that differ in white space or in the order of their members. */
export const bodyHashOf = (body: object): string => createHash('sha256').update(canonicalJson(body)).digest('hex');

/** The key as the log remembers it, with whose it is and for which route; null where the caller sent none. */
export const keyOf = (key: string | null, userId: number, route: string, body: object): StoredKey | null =>
  key === null ? null : { scope: `user:${String(userId)} ${route}`, key, bodyHash: bodyHashOf(body) };

/** The kernel's refusal in the words of the API. @throws RequestInvalid */
export const refuseOtherBody = async <T>(deciding: Promise<T>): Promise<T> => {
  try {
    return await deciding;
  } catch (error) {
    if (!(error instanceof IdempotencyMismatch)) throw error;
    throw new RequestInvalid([
      { loc: ['header', 'idempotency-key'], msg: 'This key was used with another body', type: 'value_error' },
    ]);
  }
};
