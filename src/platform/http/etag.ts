import type { Request, Response } from 'express';
import { MalformedRequest, PreconditionFailed } from './http.errors.js';

interface EntityTag {
  readonly weak: boolean;
  readonly tag: string;
}

/** RFC 9110 §8.8.3, with its opaque part in quotation marks. */
const ENTITY_TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;
const LIST = /^\s*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*|$))+$/;

/** The strong entity tag of a version. */
export const etagOf = (version: number): string => `"${String(version)}"`;

/** `*` or the listed tags. @throws MalformedRequest */
const parse = (name: string, header: string): '*' | readonly EntityTag[] => {
  if (header.trim() === '*') return '*';
  if (!LIST.test(header)) throw new MalformedRequest(`${name} has to be * or a list of entity tags like "3"`);
  return [...header.matchAll(ENTITY_TAG)].map(([, weak, tag]) => ({ weak: weak !== undefined, tag: tag ?? '' }));
};

/**
 * Sets the ETag of what is answered, and tells whether the caller has that version already: then the response is a 304 and
 * the controller returns nothing. Compares weakly, as RFC 9110 §13.1.2 asks of If-None-Match.
 * @throws MalformedRequest
 */
export const notModified = (request: Request, response: Response, version: number): boolean => {
  const etag = etagOf(version);
  response.setHeader('ETag', etag);
  // Without this a browser answers from its cache by its own guess and never asks again.
  response.setHeader('Cache-Control', 'private, no-cache');
  const header = request.get('if-none-match');
  if (header === undefined) return false;
  const tags = parse('If-None-Match', header);
  const same = tags === '*' || tags.some(({ tag }) => tag === etag);
  if (same) response.status(304);
  return same;
};

/**
 * Holds a change to the version that the caller saw. Compares strongly, as RFC 9110 §13.1.1 asks of If-Match.
 * @throws PreconditionFailed, MalformedRequest
 */
export const requireMatch = (header: string | undefined, version: number): void => {
  if (header === undefined) return;
  const tags = parse('If-Match', header);
  if (tags === '*' || tags.some(({ weak, tag }) => !weak && tag === etagOf(version))) return;
  throw new PreconditionFailed(`If-Match does not name the current version, which is ${etagOf(version)}`);
};
