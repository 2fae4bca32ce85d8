import { HttpApp } from '../support/http-app.js';

let app: HttpApp;

beforeAll(async () => {
  app = await HttpApp.start();
});

afterAll(() => app.stop());

describe('bytes that are hardly HTTP', () => {
  it.each<[string, string]>([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['an unknown method', 'BREW /things HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a header without a colon', 'GET /things HTTP/1.1\r\nHost x\r\n\r\n'],
    ['a NUL character in a header', 'GET /things HTTP/1.1\r\nHost: localhost\r\nA: b\0c\r\n\r\n'],
    ['headers of 100 KB', `GET /things HTTP/1.1\r\nHost: localhost\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['a path of 100 KB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['a content length that is no number', 'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: abc\r\n\r\n'],
    [
      'two content lengths',
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    [
      'content length beside chunks',
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'a chunk size that is no number',
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
    ],
    ['no Host', 'GET /things HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a broken percent escape', 'GET /things/by-id/%E0%A4%A HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ])('get a 400 in the shape of all errors: %s', async (_name, bytes) => {
    const [head = '', body = ''] = (await app.raw(bytes)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expect(head).toMatch(/x-error-code: malformed_request/i);
    expect(JSON.parse(body)).toMatchObject({
      code: 'malformed_request',
      status: 400,
      retryable: false,
      trace_id: expect.any(String) as string,
    });
  });

  it('ignores an expectation that it does not know', async () => {
    expect(
      await app.raw('GET /things HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nConnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('asks for the body of a client that waits with it', async () => {
    const head = 'POST /things HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n';
    const answer = await app.raw(`${head}Expect: 100-continue\r\nContent-Length: 16\r\n\r\n{"prompt":"abc"}`);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  it('closes the connection when broken bytes follow a request that is still being answered', async () => {
    // Both come in one piece, so that the parser meets the broken bytes before the answer can be there; a 400 would pass for it.
    expect(await app.raw('GET /things HTTP/1.1\r\nHost: localhost\r\n\r\nhello\r\n\r\n')).toBe('');
    expect((await app.call('/things')).status).toBe(200);
  });

  it('answers broken bytes that follow a finished request on the same connection', async () => {
    const answers = await app.raw(['GET /things HTTP/1.1\r\nHost: localhost\r\n\r\n', 'hello\r\n\r\n']);
    expect(answers).toMatch(/^HTTP\/1\.1 200 [^]*HTTP\/1\.1 400 /);
  });

  it('lives on when clients hang up in the middle of a body', async () => {
    const head =
      'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"prompt"';
    await Promise.all(Array.from({ length: 20 }, () => app.hangUp(head)));
    const { status } = await app.post('/things', { prompt: 'abc' });
    expect(status).toBe(200);
  });
});
