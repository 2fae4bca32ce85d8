import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { ReportAllowance } from '../../src/monitoring/report-allowance.policy.js';
import { Config } from '../../src/platform/config/config.js';
import { configureHttp } from '../../src/platform/http/configure-http.js';
import { DarkroomApi, type Answer } from '../support/darkroom-api.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

/** Few enough that no machine is too slow to send more. */
const LIMITS = { burst: 3, perSecond: 0.001 };

let database: TestDatabase;
let home: string;
let app: NestExpressApplication;
let api: DarkroomApi;

beforeAll(async () => {
  [database, home] = await Promise.all([freshDatabase(), mkdtemp(join(tmpdir(), 'darkroom-'))]);
  const environment = { ROLE: 'api', DATABASE_URL: database.url, DARKROOM_HOME: home };
  const module = await Test.createTestingModule({ imports: [AppModule.with(Config.from(environment))] })
    .overrideProvider(ReportAllowance)
    .useValue(new ReportAllowance(LIMITS))
    .compile();
  app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  api = new DarkroomApi(`http://127.0.0.1:${String(port)}`);
});
afterAll(async () => {
  await app.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

const job = (): Promise<Answer> => api.post('/api/monitoring/track/job', { event: 'created', job_type: 'training' });
const endpoint = (status = 200): Promise<Answer> =>
  api.post('/api/monitoring/track/endpoint', { path: '/elsewhere', method: 'GET', duration: 0.01, status });

describe('reports of jobs and endpoints', () => {
  it('come as far as they are allowed together, and are a 429 that says when to come again from there on', async () => {
    expect((await endpoint(42)).status).toBe(422);
    expect([(await job()).status, (await endpoint()).status, (await job()).status]).toEqual([200, 200, 200]);
    for (const { status, headers, body } of [await job(), await endpoint()]) {
      expect(status).toBe(429);
      expect(body).toMatchObject({ detail: 'Rate limit exceeded', code: 'rate_limited', retryable: true });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    const { rows } = await database.pool.query("select from events where type = 'JobTracked'");
    expect(rows).toHaveLength(2);
  });
});
