import { HttpApp, issuesOf, PROBLEM } from '../support/http-app.js';

let app: HttpApp;

beforeAll(async () => {
  app = await HttpApp.start();
});

afterAll(() => app.stop());

describe('valid requests', () => {
  it('keep their values, take defaults for what is left out or null, and convert nothing', async () => {
    const { status, body } = await app.post(
      '/things',
      '{"prompt":"a fox","camera_angle":null,"width":512.0,"scale":7.5,"fresh":false}',
    );
    expect(status).toBe(200);
    expect(body['body']).toEqual({ prompt: 'a fox', width: 512, scale: 7.5, fresh: false });
    expect((await app.post('/things', { prompt: 'abc', width: null })).body['body']).toEqual({
      prompt: 'abc',
      width: 1024,
    });
  });

  it('take the last of duplicate names, as ECMA-262 does', async () => {
    const { body } = await app.post('/things', '{"prompt":"first","prompt":"second"}');
    expect(body['body']).toMatchObject({ prompt: 'second' });
  });

  it('may say their charset, begin with a byte order mark, and hold any well-formed text', async () => {
    expect(
      (
        await app.post('/things', '\ufeff{"prompt":"grün 🦊 \\ud83e\\udd8a"}', {
          'content-type': 'Application/JSON; charset="UTF-8"',
        })
      ).body['body'],
    ).toMatchObject({
      prompt: 'grün 🦊 🦊',
    });
  });

  it('have query parameters converted to their declared types', async () => {
    const { body } = await app.call('/things?limit=20&deep=true&from=2026-02-01T10:00:00%2B02:00&q=20');
    expect(body).toEqual({ limit: 20, deep: true, from: '2026-02-01T08:00:00.000Z', q: '20' });
  });
});

describe('invalid bodies', () => {
  it.each<[string, unknown, unknown[]]>([
    ['a string for a number', { prompt: 'abc', width: '1024' }, [['body.width', 'int_type']]],
    ['a fraction for an integer', { prompt: 'abc', width: 1024.5 }, [['body.width', 'int_type']]],
    ['a number for a string', { prompt: 5 }, [['body.prompt', 'string_type']]],
    ['null for a required field', { prompt: null }, [['body.prompt', 'string_type']]],
    ['an object for a string', { prompt: { length: 5 } }, [['body.prompt', 'string_type']]],
    ['a list for a string', { prompt: ['abc'] }, [['body.prompt', 'string_type']]],
    ['a string for a boolean', { prompt: 'abc', fresh: 'false' }, [['body.fresh', 'bool_type']]],
    ['a number for a boolean', { prompt: 'abc', fresh: 0 }, [['body.fresh', 'bool_type']]],
    ['too small a number', { prompt: 'abc', width: 255 }, [['body.width', 'value_error']]],
    ['an enum in other letters', { prompt: 'abc', camera_angle: 'EYE-LEVEL' }, [['body.camera_angle', 'value_error']]],
    ['an object for an enum', { prompt: 'abc', camera_angle: {} }, [['body.camera_angle', 'value_error']]],
    ['a missing field', {}, [['body.prompt', 'missing']]],
    [
      'several at once',
      { width: 'x', scale: true, colour: 1 },
      [
        ['body.colour', 'extra_forbidden'],
        ['body.prompt', 'missing'],
        ['body.scale', 'float_type'],
        ['body.width', 'int_type'],
      ],
    ],
    [
      'names of Object.prototype',
      { prompt: 'abc', toString: 1, hasOwnProperty: 2, constructor: { prototype: {} } },
      [
        ['body.constructor', 'extra_forbidden'],
        ['body.hasOwnProperty', 'extra_forbidden'],
        ['body.toString', 'extra_forbidden'],
      ],
    ],
    ['__proto__', '{"prompt":"abc","__proto__":{"width":300}}', [['body.__proto__', 'extra_forbidden']]],
    ['a list', [], [['body', 'model_type']]],
    ['null', 'null', [['body', 'model_type']]],
    ['a string', '"abc"', [['body', 'model_type']]],
    ['a number', '1', [['body', 'model_type']]],
    ['an overflowing number', '{"prompt":"abc","scale":1e400}', [['body.scale', 'finite_number']]],
    ['an integer beyond 2^53', '{"prompt":"abc","width":9007199254740993}', [['body.width', 'value_error']]],
    ['a NUL character', { prompt: 'a\0bc' }, [['body.prompt', 'value_error']]],
    ['half of a surrogate pair', '{"prompt":"abc \\ud83e"}', [['body.prompt', 'value_error']]],
    ['a NUL character in a name', '{"prompt":"abc","a\\u0000b":1}', [['body.a b', 'value_error']]],
    [
      'half of a surrogate pair deep below an unknown name',
      '{"x":[{"y":["\\udc00"]}]}',
      [
        ['body.prompt', 'missing'],
        ['body.x', 'extra_forbidden'],
        ['body.x.0.y.0', 'value_error'],
      ],
    ],
    [
      'texts and numbers that cannot be kept beside fields that are wrong',
      '{"prompt":"a\\u0000bc","camera_angle":"oblique","scale":1e400,"width":"x","\\ud83e":1}',
      [
        ['body.camera_angle', 'value_error'],
        ['body.prompt', 'value_error'],
        ['body.scale', 'finite_number'],
        ['body.width', 'int_type'],
        ['body.\ufffd', 'value_error'],
      ],
    ],
    ['deep nesting', `{"prompt":${'['.repeat(40)}1${']'.repeat(40)}}`, [['body', 'value_error']]],
    ['nesting of a whole megabyte', `${'['.repeat(500_000)}${']'.repeat(500_000)}`, [['body', 'value_error']]],
  ])('are refused with %s', async (_name, sent, expected) => {
    const answer = await app.post('/things', sent);
    expect(answer.status).toBe(422);
    expect(issuesOf(answer)).toEqual(expected);
    const strict = await app.post('/things', sent, PROBLEM);
    expect([strict.status, typeof strict.body['detail'], (strict.body['errors'] as unknown[]).length]).toEqual([
      422,
      'string',
      expected.length,
    ]);
  });

  it('are refused when empty, whatever the emptiness looks like', async () => {
    for (const init of [
      {},
      { headers: { 'content-type': 'application/json' } },
      { headers: { 'content-type': 'application/json' }, body: '' },
    ]) {
      const answer = await app.call('/things', { method: 'POST', ...init });
      expect([answer.status, issuesOf(answer)]).toEqual([422, [['body', 'missing']]]);
    }
  });

  it('name the item of a list in the path', async () => {
    const good = { prompt: 'abc' };
    const answer = await app.post('/things/many', { requests: [good, 5, [good], { prompt: 'ab', no: 1 }, null] });
    expect(issuesOf(answer)).toEqual([
      ['body.requests.1', 'model_type'],
      ['body.requests.2', 'model_type'],
      ['body.requests.3.no', 'extra_forbidden'],
      ['body.requests.3.prompt', 'value_error'],
      ['body.requests.4', 'model_type'],
    ]);
    expect((answer.body['detail'] as { loc: unknown[] }[])[0]?.loc[2]).toEqual(expect.any(Number));
  });

  it('are refused for a list that is missing, no list, or too long, without a look into its items', async () => {
    expect(issuesOf(await app.post('/things/many', {}))).toEqual([['body.requests', 'missing']]);
    expect(issuesOf(await app.post('/things/many', { requests: null }))).toEqual([['body.requests', 'list_type']]);
    expect(issuesOf(await app.post('/things/many', { requests: { 0: 1 } }))).toEqual([['body.requests', 'list_type']]);
    expect(issuesOf(await app.post('/things/many', { requests: Array.from({ length: 6 }, () => ({})) }))).toEqual([
      ['body.requests', 'too_long'],
    ]);
    const started = performance.now();
    expect((await app.post('/things/many', `{"requests":[${'{},'.repeat(300_000)}{}]}`)).status).toBe(422);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('with 10,000 unknown fields list fifty and count the rest', async () => {
    const answer = await app.post(
      '/things',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${String(index)}`, index])),
    );
    const detail = answer.body['detail'] as { msg: string; loc: unknown[] }[];
    expect(detail).toHaveLength(51);
    expect(detail.at(-1)).toEqual({
      loc: ['body'],
      msg: '9951 more invalid fields are not listed',
      type: 'too_many_errors',
    });
  });

  it('are quoted only in part', async () => {
    const long = 'x'.repeat(300_000);
    const answer = await app.post('/things', { prompt: long, camera_angle: long, [long]: 1 });
    expect(issuesOf(answer)).toHaveLength(3);
    expect(answer.text.length).toBeLessThan(2000);
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>, string]>([
    ['truncated JSON', '{"prompt":"abc', {}, '400 malformed_request'],
    ['words', 'hello', {}, '400 malformed_request'],
    ['NaN', '{"prompt":"abc","scale":NaN}', {}, '400 malformed_request'],
    ['white space', '   ', {}, '400 malformed_request'],
    ['trailing commas', '{"prompt":"abc",}', {}, '400 malformed_request'],
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), {}, '400 malformed_request'],
    ['another content type', '{"prompt":"abc"}', { 'content-type': 'text/plain' }, '415 unsupported_media_type'],
    ['a form', 'prompt=abc', { 'content-type': 'application/x-www-form-urlencoded' }, '415 unsupported_media_type'],
    ['a multipart form', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }, '415 unsupported_media_type'],
    [
      'a content type like JSON',
      '{"prompt":"abc"}',
      { 'content-type': 'application/jsonx' },
      '415 unsupported_media_type',
    ],
    [
      'another charset',
      '{"prompt":"abc"}',
      { 'content-type': 'application/json; charset=utf-16' },
      '415 unsupported_media_type',
    ],
    [
      'an invented charset',
      '{"prompt":"abc"}',
      { 'content-type': 'application/json; charset=utf-x' },
      '415 unsupported_media_type',
    ],
    ['a compressed body', '{"prompt":"abc"}', { 'content-encoding': 'gzip' }, '415 unsupported_media_type'],
    ['an invented encoding', '{"prompt":"abc"}', { 'content-encoding': 'zip' }, '415 unsupported_media_type'],
    ['three megabytes', JSON.stringify({ prompt: 'x'.repeat(3_000_000) }), {}, '413 payload_too_large'],
    ['twenty megabytes', JSON.stringify({ prompt: 'x'.repeat(20_000_000) }), {}, '413 payload_too_large'],
  ])('are refused for %s', async (_name, body, headers, expected) => {
    for (const accept of [{}, PROBLEM]) {
      const answer = await app.call('/things', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers, ...accept },
        body,
      });
      expect(`${String(answer.status)} ${String(answer.body['code'])}`).toBe(expected);
      expect(answer.body['detail']).toEqual(expect.any(String));
    }
  });

  it('are refused without a content type', async () => {
    const answer = await app.raw(
      'POST /things HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 415 /);
  });
});

describe('invalid queries', () => {
  it.each([
    ['limit=0', 'query.limit', 'value_error'],
    ['limit=201', 'query.limit', 'value_error'],
    ['limit=ten', 'query.limit', 'number_parsing'],
    ['limit=', 'query.limit', 'number_parsing'],
    ['limit=1e2', 'query.limit', 'number_parsing'],
    ['limit=0x10', 'query.limit', 'number_parsing'],
    ['limit=%31%20', 'query.limit', 'number_parsing'],
    ['limit=1.5', 'query.limit', 'int_type'],
    ['limit=99999999999999999999', 'query.limit', 'number_parsing'],
    ['limit=1&limit=2', 'query.limit', 'value_error'],
    ['deep=yes', 'query.deep', 'bool_parsing'],
    ['from=yesterday', 'query.from', 'datetime_parsing'],
    ['from=2026-02-31', 'query.from', 'datetime_parsing'],
    ['from=2026-02-01T25:00:00Z', 'query.from', 'datetime_parsing'],
    ['q=a%00b', 'query.q', 'value_error'],
    ['nope=1', 'query.nope', 'extra_forbidden'],
    ['nope=1&nope=2', 'query.nope', 'extra_forbidden'],
    ['limit[gt]=1', 'query.limit[gt]', 'extra_forbidden'],
    ['__proto__=1', 'query.__proto__', 'extra_forbidden'],
    ['constructor=1', 'query.constructor', 'extra_forbidden'],
  ])('are refused: %s', async (query, loc, type) => {
    const answer = await app.call(`/things?${query}`);
    expect([answer.status, issuesOf(answer)]).toEqual([422, [[loc, type]]]);
  });

  it('are told together with an invalid body', async () => {
    const answer = await app.post('/things?dry_run=true&dry_run=false', { prompt: 'ab\0', width: 1 });
    expect([answer.status, issuesOf(answer)]).toEqual([
      422,
      [
        ['body.prompt', 'value_error'],
        ['body.width', 'value_error'],
        ['query.dry_run', 'extra_forbidden'],
      ],
    ]);
  });

  it('take a parameter that cannot be decoded as it is', async () => {
    expect((await app.call('/things?q=%E0%A4%A')).status).toBe(200);
  });
});

describe('what a route does not declare', () => {
  it.each<[string, string, unknown, string[]]>([
    ['GET', '/things/versioned?x=1&y=2&x=3', undefined, ['query.x', 'query.y']],
    ['HEAD', '/things/versioned?x=1', undefined, []],
    ['GET', '/things/by-id/7?__proto__=1', undefined, ['query.__proto__']],
    ['POST', '/things/async?seed=7', undefined, ['query.seed']],
    ['POST', '/things/async', '{"seed":7,"__proto__":1,"a\\u0000":2}', ['body.__proto__', 'body.a ', 'body.seed']],
    ['POST', '/things/async/?a=1', '{"seed":7}', ['body.seed', 'query.a']],
    ['POST', '/things/async', '[]', ['body']],
    ['POST', '/things/async', '0', ['body']],
    ['POST', '/things/async', `[${'['.repeat(50_000)}${']'.repeat(50_000)}]`, ['body']],
  ])('is refused: %s %s', async (method, path, body, expected) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await app.call(path, { method, headers, ...(typeof body === 'string' && { body }) });
    expect(answer.status).toBe(422);
    if (method !== 'HEAD') expect(issuesOf(answer)).toEqual(expected.map((loc) => [loc, 'extra_forbidden']));
  });

  it.each(['', 'null', '{}'])('may be as empty as the body "%s"', async (body) => {
    const answer = await app.post('/things/async', body);
    expect(answer.status).toBe(202);
  });

  it('is no matter of a page that explains an error', async () => {
    expect((await app.call('/docs/problems/conflict?utm_source=mail')).status).toBe(200);
  });
});
