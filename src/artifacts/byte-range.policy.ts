import type { ByteRange } from '../platform/storage/blob-store.port.js';

/** What a Range header asks of a content: everything, one range, or something that is not there. */
export type RangeRequest =
  { readonly kind: 'all' } | { readonly kind: 'range'; readonly range: ByteRange } | { readonly kind: 'unsatisfiable' };

const SINGLE = /^[ \t]*bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

const ALL: RangeRequest = { kind: 'all' };
const UNSATISFIABLE: RangeRequest = { kind: 'unsatisfiable' };

/** The last `length` bytes; of an empty content everything, as no Content-Range could name them. */
const lastBytes = (length: number, bytes: number): RangeRequest => {
  if (length === 0) return UNSATISFIABLE;
  return bytes === 0 ? ALL : { kind: 'range', range: { start: Math.max(0, bytes - length), end: bytes - 1 } };
};

/**
 * Reads a Range header (RFC 9110 §14). Several ranges at once, another unit and what breaks the grammar are answered with everything, as
 * §14.2 allows.
 */
export const requestedRange = (header: string | undefined, bytes: number): RangeRequest => {
  const [, first = '', last = ''] = SINGLE.exec(header ?? '') ?? [];
  if (first === '') return last === '' ? ALL : lastBytes(Number(last), bytes);
  const start = Number(first);
  const end = last === '' ? Infinity : Number(last);
  if (end < start) return ALL;
  return start >= bytes ? UNSATISFIABLE : { kind: 'range', range: { start, end: Math.min(end, bytes - 1) } };
};
