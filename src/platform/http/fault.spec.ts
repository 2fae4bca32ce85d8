import { ConflictException, HttpException, PayloadTooLargeException, UnauthorizedException } from '@nestjs/common';
import { isConnectionFault, recognise } from './fault.js';
import { RequestInvalid } from './http.errors.js';
import { jsonBody, problemBody } from './problem-body.js';
import { ProblemCatalogue } from './problem-codes.js';

const catalogue = new ProblemCatalogue({
  sold_out: { status: 500, title: 'Sold out', retryable: false, meaning: '', remedy: '', example: '' },
});

const withCode = (code: unknown, more: object = {}): Error => Object.assign(new Error('inside'), { code, ...more });

describe('recognising a fault', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    '57P01',
    '57P02',
    '57P03',
    '08000',
    '08006',
    '53300',
  ])('takes %s for a dependency that is away, however deep it is wrapped', (code) => {
    expect(isConnectionFault(withCode(code))).toBe(true);
    expect(isConnectionFault(new Error('outer', { cause: new Error('middle', { cause: withCode(code) }) }))).toBe(true);
    expect(isConnectionFault(Object.assign(new Error('query'), { driverError: withCode(code) }))).toBe(true);
    expect(isConnectionFault(new AggregateError([withCode('EACCES'), withCode(code)]))).toBe(true);
    expect(recognise(withCode(code), catalogue)).toMatchObject({
      code: 'unavailable',
      retryable: true,
      retryAfterSeconds: 5,
    });
  });

  it('takes what PostgreSQL calls FATAL for a server that sends us away, and a mere ERROR of the same code not', () => {
    expect(isConnectionFault(withCode('55000', { severity: 'FATAL' }))).toBe(true);
    expect(isConnectionFault(withCode('55000', { severity: 'ERROR' }))).toBe(false);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
  ])('knows the text "%s" of the driver, which has no code', (message) => {
    expect(isConnectionFault(new Error(message))).toBe(true);
  });

  it.each([
    withCode('23505'),
    withCode('22021'),
    withCode(7),
    withCode('constructor'),
    withCode('__proto__'),
    new Error('x'),
    'a string',
    null,
    undefined,
    7,
  ])('takes %p for an unforeseen fault and keeps its words back', (error) => {
    expect(recognise(error, catalogue)).toMatchObject({
      code: 'internal_error',
      detail: expect.not.stringContaining('inside') as string,
    });
  });

  it('ends on a chain of causes that is a circle', () => {
    const error = new Error('circle');
    error.cause = error;
    expect(isConnectionFault(error)).toBe(false);
  });

  it('lets a single error say whether and when to come back', () => {
    expect(recognise(withCode('sold_out'), catalogue)).toMatchObject({ retryable: false, detail: 'inside' });
    expect(recognise(withCode('sold_out', { retryable: true, retryAfterSeconds: 9 }), catalogue)).toMatchObject({
      retryable: true,
      retryAfterSeconds: 9,
    });
  });

  it('keeps back the words of errors that speak to operators', () => {
    for (const code of ['internal_error', 'unavailable'])
      expect(recognise(withCode(code), catalogue).detail).not.toContain('inside');
  });

  it.each<[HttpException, string]>([
    [new ConflictException('x'), 'conflict'],
    [new UnauthorizedException('x'), 'unauthorized'],
    [new PayloadTooLargeException('x'), 'payload_too_large'],
    [new HttpException('x', 418), 'malformed_request'],
    [new HttpException('x', 502), 'internal_error'],
  ])('maps %p of the framework', (error, code) => {
    expect(recognise(error, catalogue).code).toBe(code);
  });
});

describe('the two bodies', () => {
  const fault = recognise(
    new RequestInvalid(
      [
        { loc: ['body', 'requests', 3, 'a/b~c', '\ufffd%'], msg: 'no', type: 'value_error' },
        { loc: ['query', 'limit'], msg: 'no', type: 'value_error' },
        { loc: ['body'], msg: 'Field required', type: 'missing' },
      ],
      60,
    ),
    catalogue,
  );

  it('point into the request by RFC 6901', () => {
    expect(problemBody(fault, 't')['errors']).toEqual([
      { detail: 'no', pointer: '#/requests/3/a~1b~0c/%EF%BF%BD%25', in: 'body' },
      { detail: 'no', pointer: '#/limit', in: 'query' },
      { detail: 'Field required', pointer: '#', in: 'body' },
    ]);
  });

  it('say how many more fields are invalid', () => {
    expect(problemBody(fault, 't')['detail']).toBe('60 fields are not valid; the first 3 are listed');
    expect(jsonBody(fault, 't')['detail']).toHaveLength(4);
  });
});
