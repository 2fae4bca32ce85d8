import { etagOf, requireMatch } from './etag.js';
import { MalformedRequest, PreconditionFailed, ResourceNotFound } from './http.errors.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { parseResourceId } from './ids.js';
import { parsePrefer } from './prefer.js';
import { contextOf } from './request-context.js';

describe('Idempotency-Key', () => {
  it.each([
    [undefined, null],
    ['a', 'a'],
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"8e03978e"', '8e03978e'],
    ['"with space"', 'with space'],
    [String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['x'.repeat(255), 'x'.repeat(255)],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('reads %j', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a, b',
    '""',
    '"open',
    'clos"ed"\u00e9',
    '"a"b"',
    '"a";p=1',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    'caf\u00e9',
    'a\tb',
  ])('refuses %j', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(MalformedRequest);
  });
});

describe('Prefer', () => {
  it.each([
    [undefined, false, null, ''],
    ['', false, null, ''],
    ['respond-async', true, null, 'respond-async'],
    ['Respond-Async', true, null, 'respond-async'],
    ['wait=10', false, 10, 'wait=10'],
    ['wait="10"', false, 10, 'wait=10'],
    ['wait = 120 ; x=1', false, 120, 'wait=120'],
    ['respond-async, wait=5', true, 5, 'respond-async, wait=5'],
    ['wait=5, wait=500', false, 5, 'wait=5'],
    ['return=minimal, handling="a, wait=7", priority=3', false, null, ''],
    ['=, ;, ,', false, null, ''],
  ])('reads %j', (header, respondAsync, waitSeconds, applied) => {
    expect(parsePrefer(header)).toEqual({ respondAsync, waitSeconds, applied });
  });

  it.each(['wait', 'wait=', 'wait=0', 'wait=121', 'wait=-1', 'wait=1.5', 'wait=1e1', 'wait=abc', 'wait=99999999999'])(
    'refuses %j',
    (header) => {
      expect(() => parsePrefer(header)).toThrow(MalformedRequest);
    },
  );

  it.each(['a X x', 'a= X "x', 'a="b" X x', 'X', '"X', 'a="\\X'])(
    'takes no longer for %j where X stands for a hundred thousand spaces',
    (pattern) => {
      const started = performance.now();
      expect(parsePrefer(pattern.replace('X', ' '.repeat(100_000)))).toMatchObject({ applied: '' });
      expect(performance.now() - started).toBeLessThan(500);
    },
  );
});

describe('If-Match', () => {
  it.each([undefined, '*', '"3"', '"1", "3"', '"1","3" , W/"4"'])('holds for version 3: %j', (header) => {
    expect(() => {
      requireMatch(header, 3);
    }).not.toThrow();
  });

  it.each(['"4"', 'W/"3"', '""', '"33"'])('does not hold for version 3: %j', (header) => {
    expect(() => {
      requireMatch(header, 3);
    }).toThrow(PreconditionFailed);
  });

  it.each(['3', '', '"3', '"3" "4"', 'w/"3"', '*, "3"'])('is malformed: %j', (header) => {
    expect(() => {
      requireMatch(header, 3);
    }).toThrow(MalformedRequest);
  });

  it('quotes the version as a strong tag', () => {
    expect(etagOf(12)).toBe('"12"');
  });
});

describe('ids of paths', () => {
  it('reads integers up to 2^53 − 1 and UUIDs in any letter case', () => {
    expect(parseResourceId('1')).toEqual({ kind: 'number', id: 1 });
    expect(parseResourceId('9007199254740991')).toEqual({ kind: 'number', id: Number.MAX_SAFE_INTEGER });
    expect(parseResourceId('018F3A5C-7B1E-7C3A-9F00-0123456789AB')).toEqual({
      kind: 'uuid',
      id: '018f3a5c-7b1e-7c3a-9f00-0123456789ab',
    });
  });

  it.each([
    '',
    '0',
    '-1',
    '01',
    '1.0',
    '1e3',
    '9007199254740992',
    '99999999999999999999',
    'abc',
    '018f3a5c7b1e7c3a9f000123456789ab',
    '1\0',
    '１',
    ' 1',
  ])('knows nothing under %j', (text) => {
    expect(() => parseResourceId(text)).toThrow(ResourceNotFound);
  });
});

describe('request context', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('takes a valid traceparent and a safe request id as they are', () => {
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    expect(contextOf('order:7/a', traceparent)).toEqual({
      ...{ requestId: 'order:7/a', traceparent, traceId },
      isSampled: true,
    });
  });

  it('reads the known part of a later version of the header', () => {
    expect(contextOf(undefined, `01-${traceId}-00f067aa0ba902b7-01-more`).traceparent).toBe(
      `00-${traceId}-00f067aa0ba902b7-01`,
    );
  });

  it.each([
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7-01-more`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7`,
    '',
    'x'.repeat(5000),
  ])('replaces the invalid traceparent %j', (header) => {
    const context = contextOf(undefined, header);
    expect(context.traceparent).toBe(`00-${context.traceId}-${context.traceparent.slice(36, 52)}-00`);
    expect(context.traceId).not.toBe(traceId);
  });

  it.each(['', 'a b', 'x'.repeat(129), 'a"b', 'caf\u00e9', '<script>'])(
    'replaces the unsafe request id %j',
    (header) => {
      expect(contextOf(header, undefined).requestId).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});
