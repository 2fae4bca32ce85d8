import fc from 'fast-check';
import { cursorOf, placeOfCursor } from './history-cursor.policy.js';

describe('a cursor', () => {
  it('leads back to the place that it was made of', () => {
    const anyPlace = fc.record({ before: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), skip: fc.maxSafeNat() });
    fc.assert(
      fc.property(anyPlace, (place) => {
        expect(cursorOf(place)).toMatch(/^[\w-]{1,100}$/);
        expect(placeOfCursor(cursorOf(place))).toEqual(place);
      }),
    );
  });

  const strange = ['9007199254740993', '1+0', '1+', '1+02', '1+9007199254740993', '+1', '1 1'];
  it.each([
    '',
    'MA',
    'x',
    'MTI=',
    'MTI ',
    'LTU',
    'MS41',
    'MDE',
    ...strange.map((text) => Buffer.from(text).toString('base64url')),
  ])('is refused where it was never given out: "%s"', (cursor) => {
    expect(placeOfCursor(cursor)).toBeNull();
  });

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const place = placeOfCursor(text);
        expect(place === null || cursorOf(place) === text).toBe(true);
      }),
    );
  });
});
