import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { pictureOf } from '../support/pictures.js';
import { at, isObject, SchemaConformance, type Json, type JsonObject } from '../support/schema-conformance.js';
import type { Link } from '../support/upload-client.js';

const document = JSON.parse(readFileSync(join(__dirname, '../../docs/openapi.json'), 'utf8')) as Json;
const conformance = new SchemaConformance(document);

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const PRESET = { name: 'Test', category: 'image', prompt_template: '{prompt}', parameters: {} };

interface Documented {
  readonly operation: string;
  readonly status: string;
  readonly mediaType: string;
  readonly content: JsonObject;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const operations = (): readonly (readonly [method: string, path: string, operation: JsonObject])[] =>
  Object.entries(at(document, 'paths')).flatMap(([path, methods]) =>
    Object.entries(isObject(methods) ? methods : {}).flatMap(([method, operation]) =>
      METHODS.includes(method) && isObject(operation) ? [[method, path, operation] as const] : [],
    ),
  );

const answers = (): readonly Documented[] =>
  operations().flatMap(([method, path, operation]) =>
    Object.keys(at(operation, 'responses')).flatMap((status) =>
      Object.keys(at(operation, 'responses', status, 'content')).map((mediaType) => ({
        operation: `${method} ${path}`,
        status,
        mediaType,
        content: at(operation, 'responses', status, 'content', mediaType),
      })),
    ),
  );

const schemaOf = (method: string, path: string, status: number, type = 'application/json'): JsonObject =>
  at(document, 'paths', path, method, 'responses', String(status), 'content', type, 'schema');

describe('the document', () => {
  it('is what the process serves', async () => {
    const { body } = await suite.api.get('/docs-json');
    expect(body).toEqual(document);
  });

  it('names every operation and puts it under a tag that is explained', () => {
    const tags = (at(document)['tags'] as readonly JsonObject[]).map(({ name }) => name);
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(ids).toHaveLength(59);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, , operation] of operations())
      expect(tags).toEqual(expect.arrayContaining(operation['tags'] as string[]));
  });

  it('has an example of every answer with a body that is text', () => {
    const bare = answers().filter(
      ({ content, mediaType }) => !/^(image|video)\//.test(mediaType) && !isObject(content['examples']),
    );
    expect(bare).toEqual([]);
  });

  it('has no JSON example that breaks its own schema', () => {
    const findings = answers()
      .filter(({ mediaType }) => mediaType.includes('json'))
      .flatMap(({ operation, status, content }) =>
        Object.entries(at(content, 'examples')).flatMap(([name, example]) =>
          conformance.findings(
            (example as { value: Json }).value,
            at(content, 'schema'),
            `${operation} ${status} ${name}`,
          ),
        ),
      );
    expect(findings).toEqual([]);
  });
});

describe('the examples of requests', () => {
  const examples = Object.entries(
    at(document, 'paths', '/api/generate', 'post', 'requestBody', 'content', 'application/json', 'examples'),
  );

  it.each(examples)('can be sent as they are: %s', async (_name, example) => {
    const small = { width: 256, height: 256 };
    const { value } = example as { value: object };
    const { status, body } = await suite.api.post('/api/generate', { ...value, ...small });
    expect(status).toBe(200);
    expect(conformance.findings(body as Json, schemaOf('post', '/api/generate', 200))).toEqual([]);
    expect((await suite.begin(value)).status).toBe('pending');
  });
});

describe('the examples of batches', () => {
  const path = '/api/generate/batch';
  const examples = Object.entries(
    at(document, 'paths', path, 'post', 'requestBody', 'content', 'application/json', 'examples'),
  );

  it.each(examples)('can be sent as they are: %s', async (_name, example) => {
    const { status, body } = await suite.api.post(path, (example as { value: object }).value);
    expect(status).toBe(200);
    expect(conformance.findings(body as Json, schemaOf('post', path, 200))).toEqual([]);
  });
});

describe('the examples of jobs, estimates, refinements and enhancements', () => {
  const samples = ['text-to-image', 'text-to-video', 'image-to-video']
    .map((job) => `/api/generate/${job}`)
    .concat('/api/cost/estimate', '/api/generate/{id}/refine', '/api/suggestions/enhance')
    .flatMap((path) => {
      const examples = at(document, 'paths', path, 'post', 'requestBody', 'content', 'application/json', 'examples');
      return Object.entries(examples).map(
        ([name, example]) => [path, name, (example as { value: object }).value] as const,
      );
    });

  it.each(samples)('can be sent as they are: %s %s', async (path, _name, example) => {
    const picture = await suite.generate({ prompt: 'a pier', width: 256, height: 256 });
    const { artifacts } = await suite.detail(picture.body.run_id);
    const value = { ...example, ...(path.includes('image-to-video') && { image: artifacts[0]?.id }) };
    const target = path.replace('{id}', picture.body.run_id);
    const { status, body } = await suite.api.post<Json & { run_id?: string }>(target, value);
    expect([200, 202]).toContain(status);
    expect(conformance.findings(body, schemaOf('post', path, status))).toEqual([]);
    if (status === 202) await suite.api.post(`/api/generate/${String(body.run_id)}/cancel`, undefined);
  });
});

describe('the answers of the process', () => {
  const presign = async (size: number): Promise<Link> =>
    (
      await suite.api.post<Link>('/api/uploads/presign', {
        filename: 'a.png',
        content_type: 'image/png',
        size,
      })
    ).body;

  it('to an upload have exactly the documented fields', async () => {
    const png = await pictureOf('png');
    const link = await presign(png.length);
    expect(conformance.findings({ ...link }, schemaOf('post', '/api/uploads/presign', 200))).toEqual([]);
    const { status, body } = await suite.api.call('PUT', link.url, { body: png, headers: link.headers });
    expect([status, conformance.findings(body as Json, schemaOf('put', '/api/uploads/{id}', 200))]).toEqual([200, []]);
  });

  /** One real answer of every operation that answers JSON with success. */
  const asked = async (): Promise<
    Record<string, readonly [method: string, path: string, headers?: Record<string, string>]>
  > => {
    const { body: made } = await suite.generate(OK);
    const slow = await suite.begin({ ...OK, model: 'simulator/slow-30s' });
    const retrying = await suite.begin({ ...OK, model: 'simulator/fail-rate_limited', max_retries: 5 });
    await suite.status(retrying.run_id, ({ next_attempt_at: due }) => due !== null);
    const failed = await suite.begin({ ...OK, model: 'simulator/fail-moderated' });
    await suite.ended(failed.run_id);
    const batch = await suite.api.post('/api/generate/batch', {
      requests: [OK, { ...OK, model: 'simulator/fail-moderated' }],
    });
    const going = await suite.api.post(
      '/api/generate/batch',
      { requests: [{ ...OK, model: 'simulator/slow-30s' }] },
      { prefer: 'respond-async' },
    );
    const batchPath = (answer: typeof batch): string => String(answer.body['status_url']);
    const png = await pictureOf('png');
    const unused = await presign(png.length);
    const used = await presign(png.length);
    await suite.api.call('PUT', used.url, { body: png, headers: used.headers });
    return {
      parameters: ['get', '/api/generate/parameters'],
      completed: ['get', `/api/generate/${made.run_id}`],
      working: ['get', `/api/generate/${slow.run_id}`],
      waiting: ['get', `/api/generate/${retrying.run_id}`],
      failed: ['get', `/api/generate/${failed.run_id}`],
      events: ['get', `/api/generate/${retrying.run_id}/events`],
      status: ['get', `/api/status/${made.run_id}`],
      'status of a failed run': ['get', `/api/status/${failed.run_id}`],
      'status between attempts': ['get', `/api/status/${retrying.run_id}`],
      cancel: ['post', `/api/generate/${slow.run_id}/cancel`],
      retry: ['post', `/api/generate/${failed.run_id}/retry`],
      batch: ['get', batchPath(batch)],
      'batch under way': ['get', batchPath(going)],
      'cancel of a batch': ['post', `${batchPath(going)}/cancel`],
      'an unused link': ['get', `/api/uploads/${unused.upload_id}`],
      'a stored upload': ['get', `/api/uploads/${used.upload_id}`],
      models: ['get', '/api/models'],
      live: ['get', '/health/live'],
      startup: ['get', '/health/startup'],
      ready: ['get', '/health/ready'],
      'categories of suggestions': ['get', '/api/suggestions/categories'],
      'random prompts': ['get', '/api/suggestions/random'],
    };
  };

  const patternOf = (path: string): string =>
    path
      .replace(/^\/api\/status\/[^/]+$/, '/api/status/{run_id}')
      .replace(/^\/api\/generate\/batch\/[0-9a-f]{8}-[^/]+/, '/api/generate/batch/{batch_id}')
      .replace(/^\/api\/uploads\/[0-9a-f]{8}-[^/]+/, '/api/uploads/{id}')
      .replace(/^\/api\/generate\/[0-9a-f]{8}-[^/]+/, '/api/generate/{id}');

  it('have exactly the documented fields, of the documented kinds', async () => {
    for (const [name, [method, path]] of Object.entries(await asked())) {
      const { status, body } = await suite.api.call(method.toUpperCase(), path);
      const schema = schemaOf(method, patternOf(path), status);
      expect([name, status, Object.keys(schema)]).toEqual([name, status, ['$ref']]);
      expect([name, conformance.findings(body as Json, schema)]).toEqual([name, []]);
    }
  });

  it('are documented where they are errors, in both shapes and with their headers', async () => {
    const refused: readonly (readonly [string, string, object?, Record<string, string>?])[] = [
      ['post', '/api/generate', { prompt: 1, colour: 'red' }],
      ['post', '/api/generate', { ...OK, model: 'simulator/fail-moderated' }],
      ['post', '/api/generate', OK, { prefer: 'wait=0' }],
      ['post', '/api/generate', OK, { 'content-type': 'text/plain' }],
      ['post', '/api/generate', { prompt: 'x'.repeat(1_100_000) }],
      ['get', '/api/generate/4711'],
      ['get', '/api/status/4711'],
      ['get', '/api/status/stream/4711'],
      ['get', '/api/events/stream?types=x'],
      ['post', '/api/uploads/presign', { filename: '', content_type: 'image/gif', size: 0 }],
      ['get', '/api/presets?category=audio'],
      ['post', '/api/presets', { id: 'x', parameters: { width: 1 } }],
      ['post', '/api/presets', { ...PRESET, id: 'oil_painting' }],
      ['post', '/api/presets/apply/x', { user_prompt: 'a lighthouse' }],
      ['get', '/api/presets/x'],
      ['get', '/api/presets/x/usage'],
      ['put', '/api/presets/x', PRESET],
      ['put', '/api/presets/oil_painting', PRESET],
      ['delete', '/api/presets/oil_painting'],
      ['delete', '/api/presets/x'],
      ['put', '/api/uploads/x'],
      ['get', '/api/uploads/x'],
      ['get', '/api/artifacts/x/content'],
      ['get', '/api/artifacts/x/thumbnail'],
      ['post', '/api/generate/4711/cancel'],
      ['post', '/api/generate/4711/retry'],
      ['post', '/api/generate/batch', { requests: [OK, { ...OK, prompt: 1 }] }],
      ['post', '/api/generate/batch', { requests: [OK] }, { prefer: 'wait=0' }],
      ['get', '/api/generate/batch/4711'],
      ['post', '/api/generate/batch/4711/cancel'],
      ['get', '/api/suggestions/autocomplete'],
      ['get', '/api/suggestions/by-category/x'],
      ['post', '/api/suggestions/enhance', { prompt: '' }],
      ['get', '/api/suggestions/random?count=0'],
    ];
    for (const [method, path, body, headers] of refused) {
      for (const accept of ['application/json', 'application/problem+json']) {
        const answer = await suite.api.call(method.toUpperCase(), path, { body, headers: { ...headers, accept } });
        const pattern = path
          .replace(/\?.*/, '')
          .replace(/status\/(stream\/)?4711/, 'status/$1{run_id}')
          .replace(/generate\/4711/, 'generate/{id}')
          .replace(/batch\/4711/, 'batch/{batch_id}')
          .replace(/(artifacts|uploads|presets|apply)\/x/, '$1/{id}')
          .replace(/presets\/oil_painting/, 'presets/{id}')
          .replace('by-category/x', 'by-category/{name}');
        const schema = schemaOf(method, pattern, answer.status, accept);
        expect([method, path, answer.status, Object.keys(schema)]).toEqual([method, path, answer.status, ['$ref']]);
        expect([path, conformance.findings(answer.body as Json, schema)]).toEqual([path, []]);
        expect(answer.headers['x-error-code']).toBe(answer.body['code']);
        expect(answer.headers['x-error-retryable']).toBe(String(answer.body['retryable']));
      }
    }
  });
});
