import type { ByteRange } from '../platform/storage/blob-store.port.js';

/** What a Range header asks of a content: everything, one range, or something that is not there. */
export type RangeRequest =
  { readonly kind: 'all' } | { readonly kind: 'range'; readonly range: ByteRange } | { readonly kind: 'unsatisfiable' };

const SINGLE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * Reads a Range header (RFC 9110 §14). Several ranges at once, another unit and what breaks the grammar are answered with everything, as
 * §14.2 allows; so is the suffix of an empty content, which no Content-Range could name.
 */
export const requestedRange = (header: string | undefined, bytes: number): RangeRequest => {
  const [, first, last] = SINGLE.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return { kind: 'all' };
  if (first === '') {
    if (Number(last) === 0) return { kind: 'unsatisfiable' };
    return bytes === 0
      ? { kind: 'all' }
      : { kind: 'range', range: { start: Math.max(0, bytes - Number(last)), end: bytes - 1 } };
  }
  const start = Number(first);
  const end = last === '' ? Infinity : Number(last);
  if (end < start) return { kind: 'all' };
  return start >= bytes
    ? { kind: 'unsatisfiable' }
    : { kind: 'range', range: { start, end: Math.min(end, bytes - 1) } };
};
