import { HttpApp, PROBLEM } from '../support/http-app.js';

let app: HttpApp;

beforeAll(async () => {
  app = await HttpApp.start();
});

afterAll(() => app.stop());

describe('errors', () => {
  it('answers JSON by default, with the members and headers of the contract', async () => {
    const answer = await app.post('/things', { prompt: 'a fox', camera_angle: 'oblique' });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      detail: [{ loc: ['body', 'camera_angle'], msg: 'Invalid camera_angle: oblique', type: 'value_error' }],
      type: '/docs/problems/validation_error',
      title: 'Request is not valid',
      status: 422,
      code: 'validation_error',
      retryable: false,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/) as string,
    });
    expect(Object.keys(answer.body)[0]).toBe('detail');
    expect(answer.headers.get('vary')).toContain('Accept');
    expect(answer.headers.get('x-error-code')).toBe('validation_error');
    expect(answer.headers.get('x-error-retryable')).toBe('false');
  });

  it('answers strict RFC 9457 when only that is accepted', async () => {
    const answer = await app.post('/things', { prompt: 'a fox', camera_angle: 'oblique', 'a/b~c d': 1 }, PROBLEM);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body['detail']).toBe('2 fields are not valid');
    expect(answer.body['errors']).toEqual([
      { detail: 'Unknown field: a/b~c d', pointer: '#/a~1b~0c%20d', in: 'body' },
      { detail: 'Invalid camera_angle: oblique', pointer: '#/camera_angle', in: 'body' },
    ]);
  });

  it.each([
    '*/*',
    'application/json',
    'application/json, application/problem+json',
    'text/event-stream',
    'image/png',
    'text/html,*/*;q=0.8',
  ])('answers JSON for Accept: %s', async (accept) => {
    const answer = await app.call('/nope', { headers: { accept } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body['detail']).toBe('Cannot GET /nope');
  });

  it('spreads the details of a capability error, but lets nothing override the members of the contract', async () => {
    for (const headers of [{}, PROBLEM]) {
      const { status, body, headers: answered } = await app.call('/things/throw/failed', { headers });
      expect(status).toBe(500);
      expect(body).toMatchObject({
        detail: 'Work failed: the vendor said no',
        code: 'work_failed',
        id: 7,
        category: 'timeout',
        retryable: true,
        status: 500,
      });
      expect(answered.get('x-error-retryable')).toBe('true');
    }
  });

  it.each([
    ['conflict', 409, 'conflict'],
    ['refused', 503, 'unavailable'],
    ['terminated', 503, 'unavailable'],
    ['wrapped', 503, 'unavailable'],
    ['unique', 500, 'internal_error'],
    ['secret', 500, 'internal_error'],
    ['limited', 429, 'rate_limited'],
  ])('answers the thrown error "%s" with %i %s and no word of the inside', async (what, status, code) => {
    const answer = await app.call(`/things/throw/${what}`);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.text).not.toMatch(/secret|passwd|query failed|node_modules|\.ts:|\.js:/);
  });

  it('says when to come back on 429 and 503', async () => {
    expect((await app.call('/things/throw/limited')).headers.get('retry-after')).toBe('3');
    expect((await app.call('/things/throw/refused')).headers.get('retry-after')).toBe('5');
  });

  it('cuts a stream that breaks, so that it does not look complete', async () => {
    await expect(app.call('/things/broken-stream')).rejects.toThrow();
    expect((await app.call('/things')).status).toBe(200);
  });

  it('explains every code on the page that its type names', async () => {
    const { body } = await app.call('/things/throw/failed');
    const explained = await app.call(body['type'] as string);
    expect(explained.status).toBe(200);
    expect(explained.headers.get('content-type')).toMatch(/^text\/html/);
    expect(explained.text).toContain('Work failed: timeout');
    const list = await app.call('/docs/problems/');
    expect(list.text).toContain('href="/docs/problems/validation_error"');
    expect((await app.call('/docs/problems/constructor')).status).toBe(404);
    expect((await app.call('/docs/problems/%3Cscript%3E')).body['detail']).toBe('There is no problem code <script>');
  });
});

describe('correlation', () => {
  it('answers the request id and traceparent that it took, on success and on error', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    for (const path of ['/things', '/nope']) {
      const { headers } = await app.call(path, { headers: { traceparent, 'x-request-id': 'mine-1' } });
      expect(headers.get('traceparent')).toBe(traceparent);
      expect(headers.get('x-request-id')).toBe('mine-1');
    }
    const { body } = await app.call('/nope', { headers: { traceparent } });
    expect(body['trace_id']).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('keeps the contexts of concurrent requests apart, behind a body that arrives late', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { body } = await app.post(
          '/things',
          { prompt: 'x'.repeat(3 + index) },
          { 'x-request-id': `r-${String(index)}` },
        );
        return (body['context'] as { requestId: string }).requestId;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => `r-${String(index)}`));
    const late = app.raw(
      'POST /things HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: late\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '8\r\n{"prompt\r\n8\r\n":"abcd"\r\n1\r\n}\r\n0\r\n\r\n',
    );
    expect(await late).toContain('"requestId":"late"');
  });
});

describe('routes', () => {
  it('answer with and without a trailing slash', async () => {
    for (const path of ['/things', '/things/', '/things/by-id/7/', '/things?limit=3', '/things/?limit=3']) {
      expect((await app.call(path)).status).toBe(200);
    }
    expect((await app.post('/things/', { prompt: 'abc' })).status).toBe(200);
  });

  it('answer HEAD like GET, without a body', async () => {
    const good = await app.call('/things', { method: 'HEAD' });
    expect([good.status, good.text]).toEqual([200, '']);
    const bad = await app.call('/nope', { method: 'HEAD' });
    expect([bad.status, bad.text, bad.headers.get('x-error-code')]).toEqual([404, '', 'not_found']);
  });

  it('that nobody knows are 404 for every method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, body } = await app.call('/nope', { method });
      expect([status, body['code']]).toEqual([404, 'not_found']);
    }
    expect((await app.call('/things/by-id/abc')).body['detail']).toBe('Nothing is known under the id abc');
    expect((await app.call('/things', { method: 'DELETE' })).status).toBe(404);
  });

  it('tell nothing of the framework and forbid what the pages do not need', async () => {
    const { headers } = await app.call('/things');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('headers of requests', () => {
  it('answer 304 to a caller who has the version, and the whole thing to one who has not', async () => {
    const first = await app.call('/things/versioned');
    expect([first.status, first.headers.get('etag'), first.text]).toEqual([200, '"3"', '{"version":3}']);
    for (const tags of ['"3"', 'W/"3"', '"1", "3"', '*']) {
      const again = await app.call('/things/versioned', {
        headers: { 'if-none-match': tags, 'cache-control': 'no-cache' },
      });
      expect([again.status, again.headers.get('etag'), again.text]).toEqual([304, '"3"', '']);
    }
    expect((await app.call('/things/versioned', { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
    expect((await app.call('/things/versioned', { headers: { 'if-none-match': '3' } })).status).toBe(400);
  });

  it('reach the controller parsed, and what was preferred is said in the answer', async () => {
    const answer = await app.call('/things/async', {
      method: 'POST',
      headers: { 'idempotency-key': '"order 7"', prefer: 'respond-async, wait=5, unknown=1' },
    });
    expect(answer.body).toMatchObject({ key: 'order 7', prefer: { respondAsync: true, waitSeconds: 5 } });
    expect(answer.headers.get('preference-applied')).toBe('respond-async, wait=5');
    expect((await app.call('/things/async', { method: 'POST' })).body['key']).toBeNull();
  });

  it('are refused with 400 when they break their grammar', async () => {
    for (const headers of [
      { 'idempotency-key': 'a b' },
      { 'idempotency-key': 'x'.repeat(256) },
      { prefer: 'wait=0' },
      { prefer: 'wait=121' },
    ]) {
      const { status, body } = await app.call('/things/async', { method: 'POST', headers });
      expect([status, body['code']]).toEqual([400, 'malformed_request']);
    }
  });
});
