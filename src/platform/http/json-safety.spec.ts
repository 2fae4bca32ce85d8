import fc from 'fast-check';
import { RequestInvalid, type RequestIssue } from './http.errors.js';
import { IssueList } from './issue-list.js';
import { findUnsafe } from './json-safety.js';
import { cut, shown } from './safe-text.js';

/** Any JSON value nested less than eight deep; its texts may hold NUL characters and lone surrogates. */
const anyJson = fc.jsonValue({
  maxDepth: 8,
  stringUnit: fc.constantFrom('a', 'é', '🦊', '\0', '\ud83e', '\udc00', '"', '\\'),
});

const unsafeIn = (body: unknown): readonly RequestIssue[] => {
  try {
    const issues = new IssueList();
    findUnsafe(body, issues);
    issues.throwIfAny();
    return [];
  } catch (error) {
    if (error instanceof RequestInvalid) return error.issues;
    throw error;
  }
};

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
        expect(unsafeIn(body).length > 0).toBe(badText || badNumber);
      }),
    );
  });

  it('allows 32 levels and no more', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    const tooDeep = [{ loc: ['body'], msg: 'The body is nested deeper than 32', type: 'value_error' }];
    expect(unsafeIn(nested(32))).toEqual([]);
    expect(unsafeIn(nested(33))).toEqual(tooDeep);
    expect(unsafeIn(nested(400_000))).toEqual(tooDeep);
    expect(unsafeIn({ a: '\0', b: nested(40) })).toEqual(tooDeep);
  });

  it('names every place, in the order of the body', () => {
    expect(unsafeIn({ a: [{ b: 'x\0' }, 2 ** 60], 'c\0': '\ud83e', d: 'fine' })).toEqual([
      { loc: ['body', 'a', 0, 'b'], msg: 'The text contains the character U+0000', type: 'value_error' },
      { loc: ['body', 'a', 1], msg: 'The number is beyond 2^53 − 1 and would be rounded', type: 'value_error' },
      { loc: ['body', 'c '], msg: 'The name of the field contains the character U+0000', type: 'value_error' },
    ]);
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
