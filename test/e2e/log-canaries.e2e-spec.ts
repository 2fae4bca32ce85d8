import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERROR_CATEGORIES } from '../../src/providers/image-provider.port.js';
import { DarkroomApi, type Answer } from '../support/darkroom-api.js';
import { eventually, spawnDarkroom, startDarkroom, type DarkroomProcess } from '../support/darkroom-process.js';
import { freshDatabase, onServer, type TestDatabase } from '../support/database.js';
import { logFiles, logLines } from '../support/log-reader.js';
import { pictureOf } from '../support/pictures.js';

/** Words that stand nowhere else, each in the place of a secret. */
const canary = (place: string): string => `canary${place}${randomBytes(8).toString('hex')}`;

const SECRETS = {
  prompt: canary('prompt'),
  negative: canary('negative'),
  key: canary('key'),
  cookie: canary('cookie'),
  query: canary('query'),
  path: canary('path'),
  webhook: canary('webhook'),
  body: canary('body'),
  database: canary('database'),
  redis: canary('redis'),
};
const ROLE = `darkroom_${randomBytes(6).toString('hex')}`;

let database: TestDatabase;
let folder: string;
let darkroom: DarkroomProcess;
let api: DarkroomApi;
/** What an upload's link is signed with; known when there is one. */
let signature = '';
const elsewhere: string[] = [];
const failures: Answer[] = [];

const HEADERS = {
  'x-api-key': SECRETS.key,
  authorization: `Bearer ${SECRETS.key}`,
  cookie: `session=${SECRETS.cookie}`,
};
const PROMPT = `a red car, ${SECRETS.prompt}`;
const ORDER = { prompt: PROMPT, negative_prompt: SECRETS.negative, use_cache: false, width: 256, height: 256 };

const generate = (body: object): Promise<Answer> => api.post('/api/generate', { ...ORDER, ...body }, HEADERS);

const failInEveryWay = async (): Promise<void> => {
  const ends = ERROR_CATEGORIES.map((category) => generate({ model: `simulator/fail-${category}`, max_retries: 0 }));
  failures.push(...(await Promise.all(ends)));
  await generate({ model: 'simulator/network-then-ok' });
};

const upload = async (): Promise<void> => {
  const png = await pictureOf('png');
  const wish = { filename: 'a.png', content_type: 'image/png', size: png.length };
  const { body } = await api.post<{ url: string }>('/api/uploads/presign', wish, HEADERS);
  signature = /signature=([\w-]+)/.exec(body.url)?.[1] ?? '';
  const put = (url: string): Promise<Answer> =>
    api.call('PUT', url, { body: png, headers: { ...HEADERS, 'content-type': 'image/png' } });
  for (const url of [`${body.url}&more=1`, body.url.replace('expires=', 'expires=1'), body.url, body.url])
    await put(url);
};

const beHostile = async (): Promise<void> => {
  const { query, path, body, webhook } = SECRETS;
  await api.get(`/api/generate/history?q=${query}`, HEADERS);
  await api.get(`/api/generate/history?colour=${query}&token=${query}`, HEADERS);
  await api.get(`/api/models?api_key=${query}`, HEADERS);
  for (const where of [`/api/generate/${path}`, `/api/nothing/${path}`, `/${path}`, `/api/artifacts/${path}/content`])
    await api.get(where, HEADERS);
  await generate({ [body]: 1, camera_angle: body, width: body });
  await api.post('/api/generate', `{"prompt": "${body}`, { ...HEADERS, 'content-type': 'application/json' });
  await api.post('/api/generate', body, { ...HEADERS, 'content-type': 'text/plain' });
  await api.post('/api/generate/text-to-image', { ...ORDER, webhook_url: `https://example.com/${webhook}` }, HEADERS);
  await api.get('/api/models', { ...HEADERS, host: `${body}.example` });
};

/** Starts that fail, and one that goes on without a Redis. */
const startElsewhere = async (): Promise<void> => {
  const failing = [
    { DATABASE_URL: `mysql://darkroom:${SECRETS.database}@127.0.0.1/darkroom` },
    { DATABASE_URL: `postgresql://${ROLE}:${SECRETS.database}x@${new URL(database.url).host}/darkroom` },
    { DATABASE_URL: database.url, REDIS_URL: `http://:${SECRETS.redis}@127.0.0.1` },
  ];
  for (const env of failing) {
    const spawned = spawnDarkroom(folder, { LOG_LEVEL: 'trace', ...env });
    expect((await spawned.ended).code).toBe(1);
    elsewhere.push(spawned.output());
  }
  const REDIS_URL = `redis://:${SECRETS.redis}@127.0.0.1:1/0`;
  const away = await startDarkroom({ env: { DATABASE_URL: database.url, LOG_LEVEL: 'trace', REDIS_URL } });
  await new DarkroomApi(away.url).get('/health/ready');
  await away.stop();
  elsewhere.push(away.output());
};

beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'darkroom-logs-'));
  await onServer(`create role ${ROLE} login superuser password '${SECRETS.database}'`);
  const url = new URL(database.url);
  url.username = ROLE;
  url.password = SECRETS.database;
  const env = {
    DATABASE_URL: url.href,
    SIMULATOR: 'on',
    LOG_LEVEL: 'trace',
    LOG_DIR: folder,
    RETRY_BASE_SECONDS: '0.1',
  };
  darkroom = await startDarkroom({ env });
  api = new DarkroomApi(darkroom.url);
  await generate({ model: 'simulator/ok' });
  await generate({ model: 'builtin/studio' });
  await failInEveryWay();
  await upload();
  await beHostile();
  await startElsewhere();
}, 240_000);
afterAll(async () => {
  await darkroom.stop();
  await database.drop();
  await onServer(`drop role ${ROLE}`);
  await rm(folder, { recursive: true, force: true });
});

/** The secrets that stand in a text, by their names. */
const found = (text: string): string[] =>
  Object.entries({ ...SECRETS, signature })
    .filter(([, secret]) => text.includes(secret))
    .map(([name]) => name);

describe('after a mixed load with secrets in every place', () => {
  it('there is a line for each request and each failure', async () => {
    expect(signature.length).toBeGreaterThan(20);
    const lines = await eventually(
      () => Promise.resolve(logLines(darkroom.output())),
      (logged) => logged.some(({ route, status }) => route === '/api/models' && status === 403),
    );
    const failed = lines.filter(({ context }) => context === 'Providers').map(({ category }) => category);
    expect(failed).toEqual(expect.arrayContaining([...ERROR_CATEGORIES]));
    expect(lines.filter(({ route }) => route === '/api/generate').length).toBeGreaterThan(ERROR_CATEGORIES.length);
  });

  it('no secret stands in what the process wrote, nor in what others wrote that could not start', () => {
    expect(found(darkroom.output())).toEqual([]);
    for (const output of elsewhere) {
      expect(found(output)).toEqual([]);
      expect(output).not.toBe('');
    }
  });

  it('no secret stands in a log file', () => {
    const files = logFiles(folder);
    expect([...files.keys()].map((name) => name.split('/')[0])).toEqual(expect.arrayContaining(['api', 'providers']));
    for (const text of files.values()) expect(found(text)).toEqual([]);
  });

  it('no secret stands in the metrics', async () => {
    for (const origin of [darkroom.url, darkroom.opsUrl]) {
      const { status, bytes } = await new DarkroomApi(origin).get('/metrics');
      expect([status, found(bytes.toString())]).toEqual([200, []]);
    }
  });

  it('no secret stands in the answer to a run that failed, nor in the list of errors', async () => {
    expect(failures.map(({ status }) => status)).toEqual(ERROR_CATEGORIES.map(() => 500));
    for (const { bytes } of failures) expect(found(bytes.toString())).toEqual([]);
    const errors = await api.get<{ errors: readonly unknown[] }>('/api/monitoring/errors/recent?limit=100');
    expect(errors.body.errors.length).toBeGreaterThanOrEqual(ERROR_CATEGORIES.length);
    expect(found(errors.bytes.toString())).toEqual([]);
    const endpoints = await api.get('/api/monitoring/stats/endpoints');
    expect(found(endpoints.bytes.toString())).toEqual([]);
  });
});
