import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { configureHttp } from '../../src/platform/http/configure-http.js';
import { HttpPlatformModule } from '../../src/platform/http/http.module.js';
import { servePages } from '../../src/platform/pages/pages.js';
import { DarkroomApi } from '../support/darkroom-api.js';

@Module({ imports: [HttpPlatformModule.with({})] })
class TestModule {}

const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const INDEX = '<!doctype html><script type="module" src="/static/index-C9PVVuPQ.js"></script>';

const SCRIPT = 'document.title = "Monitoring";';

let folder: string;
let app: NestExpressApplication;
let api: DarkroomApi;

beforeAll(async () => {
  Logger.overrideLogger(false);
  folder = mkdtempSync(join(tmpdir(), 'darkroom-pages-'));
  app = await NestFactory.create<NestExpressApplication>(TestModule, { bodyParser: false });
  configureHttp(app);
  servePages(app, folder);
  await app.listen(0, '127.0.0.1');
  api = new DarkroomApi(`http://127.0.0.1:${String((app.getHttpServer().address() as AddressInfo).port)}`);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

/** What `npm run build` leaves. */
const build = (): void => {
  mkdirSync(join(folder, 'static'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), INDEX);
  writeFileSync(join(folder, 'static/index-C9PVVuPQ.js'), SCRIPT);
  writeFileSync(join(folder, 'static/index-C9PVVuPQ.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(folder, 'static/icon-VEobC1xi.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
};

describe('a page that is not built', () => {
  it('is a 503 that says what to do, and the next request finds the build', async () => {
    const { status, headers, bytes } = await api.get('/monitoring');
    expect({ status, text: bytes.toString() }).toEqual({
      status: 503,
      text: 'The page is not built. Run "npm run build" and reload; the API works without it.\n',
    });
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    build();
    expect((await api.get('/monitoring')).status).toBe(200);
  });
});

describe('a page', () => {
  beforeAll(build);

  it.each(['/monitoring', '/monitoring/', '/monitoring?tab=errors'])(
    '%s is its index, asked for anew',
    async (path) => {
      const { status, headers, bytes } = await api.get(path);
      expect({ status, text: bytes.toString() }).toEqual({ status: 200, text: INDEX });
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    },
  );

  it('may load nothing from elsewhere, run nothing inline, and stand in no frame', async () => {
    expect((await api.get('/monitoring')).headers).toMatchObject({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'SAMEORIGIN',
    });
  });

  it('answers HEAD without a body', async () => {
    const { status, bytes } = await api.call('HEAD', '/monitoring');
    expect({ status, length: bytes.length }).toEqual({ status: 200, length: 0 });
  });

  it('is not told to who calls the machine by another name', async () => {
    expect((await api.get('/monitoring', { host: 'darkroom.example' })).status).toBe(403);
  });

  it('has files that are kept for a year, as their name changes with their content', async () => {
    const { status, headers } = await api.get('/static/index-C9PVVuPQ.js');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
  });

  it('has scripts compressed for who takes that, under the same headers', async () => {
    const answers = await Promise.all(
      ['gzip, deflate, br', 'identity'].map((encoding) =>
        api.get('/static/index-C9PVVuPQ.js', { 'accept-encoding': encoding }),
      ),
    );
    expect(answers.map(({ bytes }) => bytes.toString('latin1') === SCRIPT)).toEqual([false, true]);
    expect(gunzipSync(answers[0]?.bytes ?? '').toString()).toBe(SCRIPT);
    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      });
    }
  });

  it('has its other files as they are', async () => {
    const { status, headers } = await api.get('/static/icon-VEobC1xi.svg', { 'accept-encoding': 'gzip' });
    expect({ status, type: headers['content-type'], encoding: headers['content-encoding'] }).toEqual({
      status: 200,
      type: 'image/svg+xml',
      encoding: undefined,
    });
  });

  it.each([
    ['GET', '/static/index-of-yesterday.js'],
    ['GET', '/static'],
    ['GET', '/static/../index.html'],
    ['GET', '/static/%2e%2e/index.html'],
    ['GET', '/monitoring/elsewhere'],
    ['POST', '/monitoring'],
    ['GET', '/api/nowhere'],
  ])('leaves %s %s to the errors of the API', async (method, path) => {
    expect(await api.call(method, path)).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: { code: 'not_found' },
    });
  });
});
