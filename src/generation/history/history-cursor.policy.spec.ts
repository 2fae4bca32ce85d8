import fc from 'fast-check';
import { cursorOf, idOfCursor } from './history-cursor.policy.js';

describe('a cursor', () => {
  it('leads back to the id that it was made of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (id) => {
        expect(cursorOf(id)).toMatch(/^[\w-]+$/);
        expect(idOfCursor(cursorOf(id))).toBe(id);
      }),
    );
  });

  it.each(['', 'MA', 'x', 'MTI=', 'MTI ', 'LTU', 'MS41', 'MDE', Buffer.from('9007199254740993').toString('base64url')])(
    'is refused where it was never given out: "%s"',
    (cursor) => {
      expect(idOfCursor(cursor)).toBeNull();
    },
  );

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const id = idOfCursor(text);
        expect(id === null || cursorOf(id) === text).toBe(true);
      }),
    );
  });
});
