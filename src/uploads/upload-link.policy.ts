import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LinkSignature } from './uploads.commands.js';
import type { UploadTerms } from './uploads.events.js';

/** Seconds since 1970 in a link: no more digits than there will ever be. */
const SECONDS = /^\d{1,12}$/;

/** What a signature covers. */
export interface SignedLink {
  readonly uploadId: string;
  readonly terms: Pick<UploadTerms, 'content_type' | 'size'>;
  /** Seconds since 1970, in decimal digits. */
  readonly expires: string;
}

const secondsOf = (time: string): string => String(Date.parse(time) / 1000);

/** HMAC-SHA-256 over everything that the link permits; no field can hold the line break that parts them. */
const signatureOf = ({ uploadId, terms, expires }: SignedLink, key: Buffer): Buffer =>
  createHmac('sha256', key)
    .update(['darkroom upload', 'PUT', uploadId, terms.content_type, String(terms.size), expires].join('\n'))
    .digest();

/** The link of an upload, the same each time. Relative, so that it is right behind every proxy. */
export const uploadLink = (uploadId: string, terms: UploadTerms, key: Buffer): string => {
  const expires = secondsOf(terms.expires_at);
  const signature = signatureOf({ uploadId, terms, expires }, key).toString('base64url');
  return `/api/uploads/${uploadId}?expires=${expires}&signature=${signature}`;
};

/** Whether a link was made with our key for this upload and this time; compared in constant time. */
export const isOurLink = (
  uploadId: string,
  terms: UploadTerms,
  { expires = '', signature = '' }: LinkSignature,
  key: Buffer,
): boolean => {
  if (!SECONDS.test(expires) || expires !== secondsOf(terms.expires_at)) return false;
  const expected = signatureOf({ uploadId, terms, expires }, key);
  const given = Buffer.from(signature, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
};
