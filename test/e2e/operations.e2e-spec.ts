import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_LIST } from '../../src/providers/models-example.data.js';
import type { ModelList } from '../../src/providers/models.dto.js';
import { onServer } from '../support/database.js';
import { databaseUrl } from '../support/database-url.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start({ SIMULATOR: 'off' });
});
afterAll(() => suite.stop());

describe('the probes', () => {
  it.each(['/health/live', '/health/startup', '/health/live/'])('%s says ok', async (path) => {
    expect(await suite.api.get(path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it.each(['/health/live', '/health/startup', '/health/ready'])('%s answers under any host', async (path) => {
    expect((await suite.api.get(path, { host: '10.1.2.3:8000' })).status).toBe(200);
  });

  it('/health/ready tells each check', async () => {
    const { status, headers, body } = await suite.api.get('/health/ready');
    expect(status).toBe(200);
    expect(headers['cache-control']).toContain('no-store');
    expect(body).toMatchObject({ status: 'ok', error: {} });
    expect(body['details']).toMatchObject({
      shutdown: { status: 'up' },
      database: { status: 'up' },
      queue: { status: 'up', waiting: 0 },
      storage: { status: 'up' },
      projections: { status: 'up', lag: { enqueue_attempt: expect.any(Number) as number } },
    });
  });

  it('/health/ready is a 503 that names the check while the database refuses, live stays ok, and both recover', async () => {
    const name = new URL(suite.database.url).pathname.slice(1);
    const refuse = async (refused: boolean): Promise<void> => {
      await onServer(`alter database ${name} with allow_connections ${String(!refused)}`);
      if (refused) await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    };
    await refuse(true);
    try {
      const answer = await eventually(
        () => suite.api.get('/health/ready'),
        ({ status }) => status === 503,
      );
      expect(answer).toMatchObject({
        headers: { 'x-error-code': 'unavailable', 'x-error-retryable': 'true', 'retry-after': '5' },
        body: {
          code: 'unavailable',
          status: 503,
          details: { database: { status: 'down' }, storage: { status: 'up' }, shutdown: { status: 'up' } },
        },
      });
      expect(answer.bytes.toString()).not.toContain(
        new URL(databaseUrl(suite.database.url, name)).password || 'postgres://',
      );
      expect((await suite.api.get('/health/live')).status).toBe(200);
      expect(await suite.api.get('/api/generate/1')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      expect((await suite.api.get('/api/generate/parameters')).status).toBe(200);
    } finally {
      await refuse(false);
    }
    await eventually(
      () => suite.api.get('/health/ready'),
      ({ status }) => status === 200,
    );
    expect((await suite.generate({ prompt: 'after the storm', width: 256, height: 256 })).status).toBe(200);
  });
});

describe('/health/ready while something is down', () => {
  /** @returns what the probe says of the check, which must not be up */
  const down = async (check: string): Promise<unknown> => {
    const { status, bytes, body } = await suite.api.get<{ details: Record<string, unknown> }>('/health/ready');
    expect([status, bytes.toString()]).toEqual([503, expect.not.stringMatching(/darkroom-|postgres|Error|at \//)]);
    return body.details[check];
  };

  it('says of the storage only that it does not work, and the log names the path', async () => {
    const artifacts = join(suite.process.home, 'artifacts');
    await rename(artifacts, `${artifacts}.away`);
    await writeFile(artifacts, 'no folder');
    try {
      expect(await down('storage')).toEqual({ status: 'down', message: 'It does not work; the log says why' });
      // The pipe may be slower than the answer.
      const output = await eventually(
        () => Promise.resolve(suite.process.output()),
        (text) => text.includes('Not ready, storage: It does not work; the log says why (StorageUnavailable'),
      );
      expect(output).toContain(artifacts);
    } finally {
      await rm(artifacts);
      await rename(`${artifacts}.away`, artifacts);
    }
    expect((await suite.api.get('/health/ready')).status).toBe(200);
  });

  it('names a subscription that stands still, and the log says why', async () => {
    const set = (failure: string | null): Promise<unknown> =>
      suite.database.pool.query('update subscriptions set failure = $1', [failure]);
    await set('TypeError: at /srv/darkroom-secret');
    try {
      expect(await down('projections')).toEqual({ status: 'down', message: 'enqueue_attempt stands still' });
      const said = 'enqueue_attempt stands still (TypeError: at /srv/darkroom-secret)';
      await eventually(
        () => Promise.resolve(suite.process.output()),
        (output) => output.includes(said),
      );
    } finally {
      await set(null);
    }
    expect((await suite.api.get('/health/ready')).status).toBe(200);
  });
});

describe('the simulator when it is off', () => {
  it('is listed as not configured, with the reason, as the document shows it', async () => {
    const { body } = await suite.api.get<ModelList>('/api/models');
    const { default: chosen, providers } = body;
    const shown = providers.map(({ models, ...provider }) => ({
      ...provider,
      models: provider.id === 'simulator' ? models.slice(0, 1) : models,
    }));
    expect(providers[1]).toMatchObject({ id: 'simulator', configured: false, reason: 'SIMULATOR is off' });
    expect({ default: chosen, providers: shown }).toEqual(MODEL_LIST);
  });

  it('cannot be asked for', async () => {
    expect(await suite.api.post('/api/generate', OK)).toMatchObject({
      status: 422,
      body: { detail: [{ msg: 'Provider simulator cannot be used: SIMULATOR is off' }] },
    });
    expect(await suite.runs()).toBe(1);
  });
});

describe('/docs', () => {
  it('loads, and everything that it loads is local', async () => {
    const { status, headers, bytes } = await suite.api.get('/docs');
    expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    const links = [...bytes.toString().matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const url = new URL(link, `${suite.process.url}/docs`);
      expect(url.origin).toBe(suite.process.url);
      expect((await suite.api.get(url.pathname)).status).toBe(200);
    }
  });

  it('may order from its own page, as Swagger UI does', async () => {
    const ofPage = { origin: suite.process.url, 'sec-fetch-site': 'same-origin', referer: `${suite.process.url}/docs` };
    expect((await suite.api.post('/api/generate', { prompt: 1 }, ofPage)).status).toBe(422);
  });

  it('has a page for every code that the document shows', async () => {
    const { body } = await suite.api.get<{ paths: object }>('/docs-json');
    const types = new Set(JSON.stringify(body.paths).match(/\/docs\/problems\/\w+/g));
    expect(types.size).toBeGreaterThan(8);
    for (const type of types) expect((await suite.api.get(type)).status).toBe(200);
  });

  it('serves the same document as YAML', async () => {
    const { status, bytes } = await suite.api.get('/docs-yaml');
    expect(status).toBe(200);
    expect(bytes.toString()).toContain('operationId: generate');
  });
});

describe('the headers of every answer', () => {
  it.each(['/health/live', '/api/models', '/nowhere'])('%s carries correlation and security headers', async (path) => {
    const { headers } = await suite.api.get(path);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
