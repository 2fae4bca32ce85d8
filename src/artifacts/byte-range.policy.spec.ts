import fc from 'fast-check';
import { requestedRange } from './byte-range.policy.js';

const BYTES = 1000;
const range = (start: number, end: number): object => ({ kind: 'range', range: { start, end } });

describe('requestedRange of a content of 1000 bytes', () => {
  it.each([
    ['the first byte', 'bytes=0-0', 0, 0],
    ['the first half', 'bytes=0-499', 0, 499],
    ['the second half', 'bytes=500-999', 500, 999],
    ['the last byte by its place', 'bytes=999-999', 999, 999],
    ['everything from a byte on', 'bytes=9-', 9, 999],
    ['everything by its places', 'bytes=0-', 0, 999],
    ['the last byte by its distance', 'bytes=-1', 999, 999],
    ['the last half', 'bytes=-500', 500, 999],
    ['a suffix as long as the content', 'bytes=-1000', 0, 999],
    ['a suffix longer than the content, which is all of it', 'bytes=-1001', 0, 999],
    ['an end beyond the content, which is its end', 'bytes=500-1000', 500, 999],
    ['an end beyond all numbers', `bytes=500-${'9'.repeat(400)}`, 500, 999],
    ['a unit in capitals', 'Bytes=1-2', 1, 2],
    ['leading zeros', 'bytes=0001-0002', 1, 2],
    ['white space around the range', ' bytes= 1-2\t', 1, 2],
  ])('finds %s', (_, header, start, end) => {
    expect(requestedRange(header, BYTES)).toEqual(range(start, end));
  });

  it.each([
    ['begins behind the end', 'bytes=1000-'],
    ['begins and ends behind the end', 'bytes=1000-1001'],
    ['begins beyond all numbers', `bytes=${'9'.repeat(400)}-`],
    ['is the last zero bytes', 'bytes=-0'],
  ])('cannot satisfy a range that %s', (_, header) => {
    expect(requestedRange(header, BYTES)).toEqual({ kind: 'unsatisfiable' });
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another unit', 'lines=0-1'],
    ['several ranges', 'bytes=0-1,4-5'],
    ['an end before the start', 'bytes=5-4'],
    ['neither start nor end', 'bytes=-'],
    ['no range', 'bytes='],
    ['a number alone', 'bytes=5'],
    ['a negative start', 'bytes=-5-9'],
    ['a fraction', 'bytes=0.5-9'],
    ['letters', 'bytes=a-b'],
    ['digits of another script', 'bytes=٠-٩'],
    ['space inside the range', 'bytes=1 - 2'],
    ['a missing equals sign', 'bytes 1-2'],
  ])('sends everything for %s', (_, header) => {
    expect(requestedRange(header, BYTES)).toEqual({ kind: 'all' });
  });
});

describe('requestedRange', () => {
  it.each([
    ['bytes=0-', 'unsatisfiable'],
    ['bytes=-5', 'all'],
    [undefined, 'all'],
  ])('of an empty content, for %s, is %s', (header, kind) => {
    expect(requestedRange(header, 0)).toEqual({ kind });
  });

  it('never leaves the content, whatever the header', () => {
    const digits = fc.stringMatching(/^\d{0,20}$/);
    const header = fc.oneof(
      fc.string(),
      fc.tuple(digits, digits).map(([first, last]) => `bytes=${first}-${last}`),
    );
    fc.assert(
      fc.property(header, fc.nat(), (text, bytes) => {
        const requested = requestedRange(text, bytes);
        if (requested.kind !== 'range') return;
        const { start, end } = requested.range;
        expect(0 <= start && start <= end && end < bytes).toBe(true);
      }),
    );
  });
});
