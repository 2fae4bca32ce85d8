import fc from 'fast-check';
import { unsafeJson } from './json-safety.js';
import { cut, shown } from './safe-text.js';

/** Any JSON value nested less than eight deep; its texts may hold NUL characters and lone surrogates. */
const anyJson = fc.jsonValue({
  maxDepth: 8,
  stringUnit: fc.constantFrom('a', 'é', '🦊', '\0', '\ud83e', '\udc00', '"', '\\'),
});

describe('the safety of a JSON body', () => {
  it('is refused exactly when PostgreSQL could not store one of its texts, or a number was rounded', () => {
    fc.assert(
      fc.property(anyJson, (body) => {
        const escapes = JSON.stringify(body).replaceAll('\\\\', '');
        const badText = /\\u0000|\\ud[89a-f]/.test(escapes);
        const numbers =
          JSON.stringify(body)
            .replace(/"(?:[^"\\]|\\.)*"/g, '')
            .match(/-?\d[\d.e+-]*/g) ?? [];
        const badNumber = numbers.map(Number).some((each) => Number.isInteger(each) && !Number.isSafeInteger(each));
        expect(unsafeJson(body) !== null).toBe(badText || badNumber);
      }),
    );
  });

  it('allows 32 levels and no more', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    expect(unsafeJson(nested(32))).toBeNull();
    expect(unsafeJson(nested(33))).toMatchObject({ loc: ['body'] });
    expect(unsafeJson(nested(400_000))).toMatchObject({ loc: ['body'] });
  });

  it('names the place', () => {
    expect(unsafeJson({ a: [{ b: 'x\0' }] })).toMatchObject({
      loc: ['body', 'a', 0, 'b'],
      msg: 'The text contains the character U+0000',
    });
  });
});

describe('text of a caller in an answer', () => {
  it('is short, well-formed and without control characters, whatever was sent', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        for (const text of [shown(value), cut(JSON.stringify(value))]) {
          expect(text.length).toBeLessThanOrEqual(101);
          expect(text).not.toMatch(/\p{Cc}|\p{Surrogate}/u);
        }
      }),
    );
  });
});
