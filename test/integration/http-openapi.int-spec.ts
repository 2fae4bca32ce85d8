import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { configureHttp } from '../../src/platform/http/configure-http.js';
import { type ApiInfo, openApiDocument, serveDocs } from '../../src/platform/http/openapi.js';
import { OrdersModule } from '../support/orders-app.js';

const CLIENT = `
import createClient from 'openapi-fetch';
import type { paths } from './schema.js';

const client = createClient<paths>({ baseUrl: 'http://127.0.0.1:8000' });
const { data, error } = await client.POST('/api/generate', { body: { item: 'cup' }, params: { header: { Prefer: 'wait=10' } } });
if (error) throw new Error(error.code + (typeof error.detail === 'string' ? error.detail : error.detail.map((issue) => issue.msg).join()));
const sentAt: string | null = data.sent_at;
const { error: conflict } = await client.POST('/api/generate/{id}/cancel', { params: { path: { id: data.id } } });
const again: boolean | undefined = conflict?.retryable;
console.log(sentAt, again);
// @ts-expect-error an unknown size
await client.POST('/api/generate', { body: { item: 'cup', size: 'huge' } });
`;

const INFO: ApiInfo = {
  title: 'Orders',
  version: '1.0.0',
  introduction: 'Orders cups.',
  tags: [{ name: 'orders', description: 'Orders and what becomes of them' }],
};

let app: NestExpressApplication;
let base: string;
let document: OpenAPIObject;
let folder: string;

beforeAll(async () => {
  Logger.overrideLogger(false);
  folder = await mkdtemp(join(tmpdir(), 'openapi-spec-'));
  app = await NestFactory.create<NestExpressApplication>(OrdersModule);
  configureHttp(app);
  document = openApiDocument(app, INFO);
  serveDocs(app, INFO);
  await app.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${String((app.getHttpServer().address() as AddressInfo).port)}`;
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

interface Checked {
  readonly code: number;
  readonly output: string;
}

const check = async (json: object, client: string): Promise<Checked> => {
  const [documentPath, clientPath] = [join(folder, 'openapi.json'), join(folder, 'client.ts')];
  await Promise.all([writeFile(documentPath, JSON.stringify(json)), writeFile(clientPath, client)]);
  const run = promisify(execFile)(process.execPath, ['scripts/check-openapi.mjs', documentPath, clientPath]);
  return run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: unknown) => {
      const { code, stdout } = error as { code: number; stdout: string };
      return { code, output: stdout };
    },
  );
};

describe('the OpenAPI document', () => {
  it('passes every rule, and a strict client generated from it compiles', async () => {
    expect(await check(document, CLIENT)).toMatchObject({
      code: 0,
      output: expect.stringContaining('gives a client that compiles') as string,
    });
  }, 60_000);

  it('is refused for each planted fault, and so is a client that breaks it', async () => {
    const broken = JSON.parse(
      JSON.stringify(document)
        .replace('"operationId":"placeOrder"', '"operationId":"Place_order"')
        .replace('"summary":"List orders"', '"summary":"Li"')
        .replace('"url":"/"', '"url":"http://localhost:8000"')
        .replace('"Location":', '"Elsewhere":')
        .replace('"name":"Idempotency-Key"', '"name":"Idem"')
        .replace('"name":"Last-Event-ID"', '"name":"Last"')
        .replace('"application/problem+json":', '"text/plain":')
        .replace('"503":', '"504":')
        .replace('"examples":{"plain":', '"x-examples":{"plain":'),
    ) as object;
    const { code, output } = await check(broken, CLIENT.replace("item: 'cup' }", 'item: 5 }'));
    expect(code).toBe(1);
    for (const rule of [
      'operation-id-camel',
      'summary-short',
      'no-localhost-server',
      '202-location',
      'post-idempotency-key',
      'sse-last-event-id',
      'error-both-shapes',
      'unforeseen-errors',
      'request-example',
    ]) {
      expect(output).toContain(`darkroom-${rule}`);
    }
    expect(output).toContain("Type 'number' is not assignable to type 'string'");
  }, 60_000);

  it('gives every error in both media types, as the filter makes it', () => {
    const responses = JSON.parse(JSON.stringify(document.paths['/api/generate']?.post?.responses)) as Record<
      string,
      { content: Record<string, { examples: Record<string, { value: object }> }> }
    >;
    const content = responses['500']?.content ?? {};
    for (const type of ['application/json', 'application/problem+json']) {
      expect(content[type]?.examples['sold_out']?.value).toMatchObject({
        detail: 'Order failed: sold out',
        id: 7,
        retryable: true,
        type: '/docs/problems/sold_out',
      });
      expect(content[type]?.examples['internal_error']?.value).toMatchObject({ code: 'internal_error' });
    }
  });

  it('lists no header parameter twice and demands none', () => {
    const parameters = Object.values(document.paths).flatMap((path) =>
      [path.get, path.post].flatMap((operation) => operation?.parameters ?? []),
    );
    const headers = parameters.flatMap((each) => ('in' in each && each.in === 'header' ? [each] : []));
    expect(headers.map(({ name }) => name).sort()).toEqual([
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'Last-Event-ID',
      'Prefer',
    ]);
    expect(headers.filter(({ required }) => required === true)).toEqual([]);
  });
});

/** Reads the body too: one that nobody reads keeps its connection, and with it the server, open. */
const statusOf = async (link: URL | string): Promise<number> => {
  const response = await fetch(link);
  await response.arrayBuffer();
  return response.status;
};

describe('/docs', () => {
  it.each(['/docs', '/docs/'])('serves Swagger UI at %s with nothing from elsewhere', async (path) => {
    const response = await fetch(`${base}${path}`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const links = [...page.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(
      ([, link]) => new URL(link ?? '', `${base}${path}`),
    );
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(link.origin).toBe(base);
      expect(await statusOf(link)).toBe(200);
    }
    // An inline script would be blocked by the content security policy.
    expect(page).not.toMatch(/<script>|<script [^>]*>[^<\s]/);
    const start = await (await fetch(`${base}/docs/swagger-ui-init.js`)).text();
    expect(start).toContain('"validatorUrl": null');
  });

  it.each(['/docs-json', '/docs-json/', '/docs-yaml', '/docs-yaml/'])('serves the document at %s', async (path) => {
    const response = await fetch(`${base}${path}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('placeOrder');
  });

  it('still leads to the pages of the problems, and says 404 for the rest', async () => {
    expect(await statusOf(`${base}/docs/problems/sold_out`)).toBe(200);
    const missing = await fetch(`${base}/docs/nothing-here`);
    await missing.text();
    expect([missing.status, missing.headers.get('x-error-code')]).toEqual([404, 'not_found']);
  });
});
