import { HttpApp } from '../support/http-app.js';

let app: HttpApp;

beforeAll(async () => {
  app = await HttpApp.start();
});
afterAll(() => app.stop());

const statusOf = async (method: string, headers: Readonly<Record<string, string>>): Promise<number> => {
  const lines = Object.entries({ Connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const [, status] =
    /^HTTP\/1\.1 (\d+)/.exec(await app.raw(`${method} /things HTTP/1.1\r\n${lines.join('')}\r\n`)) ?? [];
  return Number(status);
};

describe('without API keys', () => {
  it.each(['localhost', 'LocalHost:8000', '127.0.0.1', '127.0.0.1:65535', '127.8.9.10:80', '[::1]', '[::1]:8000'])(
    'the host %s is answered',
    async (host) => {
      expect(await statusOf('GET', { Host: host })).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'evil.example:8000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:127.0.0.1',
    'localhost:8000@evil.example',
    '192.168.0.7',
    '0.0.0.0',
    '[::]',
    '[fe80::1]',
    '128.0.0.1',
    'localhost.',
    '',
  ])('the host %j is forbidden, because a name of somebody else may lead here', async (host) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) expect(await statusOf(method, { Host: host })).toBe(403);
  });

  it('says why, in the shape of all errors', async () => {
    const answer = await app.raw('GET /nowhere HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(answer).toContain('X-Error-Code: forbidden');
    expect(answer).toContain(
      '"detail":"Without API keys only localhost, 127.0.0.1 and [::1] are answered, not the host evil.example"',
    );
  });

  it('a probe is answered under any host', async () => {
    // There is no such route here: a 404 shows that it got through.
    for (const path of ['/health', '/health/live', '/health/ready/?x=1'])
      expect(await app.raw(`GET ${path} HTTP/1.1\r\nHost: 10.1.2.3:8000\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 404 /,
      );
    expect(await app.raw('GET /healthy HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n')).toMatch(/ 403 /);
  });

  it('a caller of HTTP/1.0 need not name a host', async () => {
    expect(await app.raw('GET /things HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another site', { Origin: 'https://evil.example' }],
    ['another port of this machine', { Origin: 'http://localhost:3000' }],
    ['another name of this machine', { Origin: 'http://127.0.0.1:8000' }],
    ['nowhere', { Origin: 'null' }],
    ['something that is no origin', { Origin: '%%' }],
    ['another site, by a browser that says so alone', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('a page of %s changes nothing, and may link here', async (_what, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect([method, await statusOf(method, { Host: 'localhost:8000', ...headers })]).toEqual([method, 403]);
    expect(await statusOf('GET', { Host: 'localhost:8000', ...headers })).toBe(200);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'a page of this origin',
      { Host: 'localhost:8000', Origin: 'http://localhost:8000', 'Sec-Fetch-Site': 'same-origin' },
    ],
    ['a page of this origin at the usual port', { Host: '127.0.0.1', Origin: 'http://127.0.0.1' }],
    ['a page of this origin in IPv6', { Host: '[::1]:8000', Origin: 'http://[::1]:8000' }],
    ['the line of a browser', { Host: 'localhost:8000', 'Sec-Fetch-Site': 'none' }],
    ['a program', { Host: 'localhost:8000' }],
  ])('%s may ask for changes', async (_what, headers) => {
    // Without a body the request gets as far as validation.
    expect(await statusOf('POST', headers)).toBe(422);
  });
});
