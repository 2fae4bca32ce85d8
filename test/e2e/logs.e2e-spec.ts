import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startDarkroom, type DarkroomProcess } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { logFiles, logLines, type LogLine } from '../support/log-reader.js';

const TRACE = 'c'.repeat(32);
const LEVEL = '/api/admin/log-level';

let suite: DarkroomSuite;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-logs-'));
  suite = await DarkroomSuite.start({ LOG_LEVEL: 'info', LOG_DIR: folder });
});
afterAll(async () => {
  await suite.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The line that a process writes sooner or later. */
const lineOf = async (
  holds: (line: LogLine) => boolean,
  process: DarkroomProcess = suite.process,
): Promise<LogLine | undefined> => {
  const lines = await eventually(
    () => Promise.resolve(logLines(process.output()).filter(holds)),
    (found) => found.length > 0,
  );
  return lines.at(-1);
};

describe('the log of a process', () => {
  const asked = async (method: string, path: string, body?: object): Promise<LogLine | undefined> => {
    const requestId = randomUUID();
    const headers = { 'x-request-id': requestId, traceparent: `00-${TRACE}-${'d'.repeat(16)}-01` };
    await suite.api.call(method, path, { headers, ...(body && { body }) });
    return lineOf((line) => line['request_id'] === requestId && line['context'] === 'HTTP');
  };

  it('has one line for a request: the pattern of its route, how it ended and how long it took', async () => {
    expect(await asked('POST', '/api/generate', OK)).toEqual({
      ...{ level: 'info', service: 'darkroom', role: 'api+worker+projector', context: 'HTTP', trace_id: TRACE },
      ...{ method: 'POST', route: '/api/generate', status: 200, duration_ms: expect.any(Number) as number },
      ...{ msg: expect.stringMatching(/^POST \/api\/generate 200 in \d+ ms$/) as string, pid: suite.process.pid },
      ...{ time: expect.any(String) as string, hostname: expect.any(String) as string },
      request_id: expect.any(String) as string,
    });
  });

  it('has the code of the problem that a request was answered with', async () => {
    expect(await asked('GET', '/api/generate/4711?x=1')).toMatchObject({
      ...{ route: '/api/generate/:id', status: 422, code: 'validation_error' },
    });
    expect(await asked('GET', '/api/nowhere/4711')).toMatchObject({
      route: 'unmatched',
      status: 404,
      code: 'not_found',
    });
  });

  it('has no line for probes and scrapes below debug', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) await suite.api.get(path);
    await asked('GET', '/api/models');
    expect(suite.process.output()).not.toMatch(/"route":"\/(health|metrics)/);
  });

  it('has one line for a failed attempt, with its run, its category and whether that may pass, and the trace of its request', async () => {
    const headers = { traceparent: `00-${'e'.repeat(32)}-${'d'.repeat(16)}-01` };
    const prompt = 'a car that fails twice';
    const { run_id: runId } = await suite.begin({ prompt, model: 'simulator/fail-network', max_retries: 1 }, headers);
    await suite.ended(runId);
    await lineOf((line) => line['run_id'] === runId && line['attempt'] === 2);
    const lines = logLines(suite.process.output()).filter((line) => line['run_id'] === runId);
    const line = {
      ...{ context: 'Providers', run_id: runId, provider: 'simulator', category: 'network', retryable: true },
      ...{ trace_id: 'e'.repeat(32), prompt_length: prompt.length },
      prompt_hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    };
    expect(lines).toMatchObject([
      { ...line, level: 'warn', attempt: 1 },
      { ...line, level: 'error', attempt: 2 },
    ]);
  });

  it('stands in files by service too, line by line', async () => {
    const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/fail-moderated' });
    await suite.ended(runId);
    await lineOf((line) => line['run_id'] === runId);
    const files = logFiles(folder);
    const [api, providers] = ['api/api.1.log', 'providers/providers.1.log'].map((name) =>
      logLines(files.get(name) ?? ''),
    );
    expect(api?.some(({ route }) => route === '/api/generate')).toBe(true);
    expect(providers?.some((line) => line['run_id'] === runId && line['category'] === 'moderated')).toBe(true);
    expect(files.has('worker/worker.1.log')).toBe(true);
  });
});

describe('the level of the log', () => {
  const isDebug = (line: LogLine): boolean => line['level'] === 'debug' && line['context'] === 'HTTP';
  const debugLines = (): number => logLines(suite.process.output()).filter(isDebug).length;
  const change = (body: object): ReturnType<DarkroomSuite['api']['call']> => suite.api.call('PUT', LEVEL, { body });

  it('is the configured one', async () => {
    expect(await suite.api.get(LEVEL)).toMatchObject({ status: 200, body: { configured: 'info', overrides: [] } });
  });

  it('is changed in every process, for a while, and each says so', async () => {
    const worker = await startDarkroom({
      env: { ROLE: 'worker', DATABASE_URL: suite.database.url, SIMULATOR: 'on', LOG_LEVEL: 'error' },
    });
    try {
      const { status, body } = await change({ level: 'debug', context: 'HTTP', ttl_seconds: 2 });
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { configured: 'info', overrides: [{ level: 'debug', context: 'HTTP' }], told_others: true },
      });
      await suite.api.get('/health/live');
      await lineOf((line) => isDebug(line) && line['route'] === '/health/live');
      for (const process of [suite.process, worker]) {
        const told = await lineOf((line) => line['context'] === 'Audit' && line['log_level'] === 'debug', process);
        expect(told).toMatchObject({ level: 'warn', log_context: 'HTTP', ttl_seconds: 2 });
        await lineOf(
          ({ msg }) => String(msg).startsWith('The log level of HTTP is ') && String(msg).endsWith('again'),
          process,
        );
      }
      const before = debugLines();
      await suite.api.get('/health/live');
      await suite.api.get('/api/models');
      expect(debugLines()).toBe(before);
      expect((await suite.api.get(LEVEL)).body).toMatchObject({ overrides: [] });
    } finally {
      await worker.stop();
    }
  });

  it.each([
    ['an unknown level', { level: 'loud', ttl_seconds: 1 }],
    ['silence', { level: 'silent', ttl_seconds: 1 }],
    ['an unknown context', { level: 'debug', context: 'Nobody', ttl_seconds: 1 }],
    ['no time', { level: 'debug' }],
    ['more than a day', { level: 'debug', ttl_seconds: 86_401 }],
  ])('is not changed to %s', async (_what, body) => {
    expect(await change(body)).toMatchObject({ status: 422, body: { code: 'validation_error' } });
  });

  // Windows has no such signal.
  (process.platform === 'win32' ? it.skip : it)('is toggled in one process by SIGUSR2', async () => {
    process.kill(suite.process.pid, 'SIGUSR2');
    await lineOf(({ msg }) => msg === 'SIGUSR2: the log level of this process is debug for 600 s');
    const before = debugLines();
    await suite.api.get('/health/live');
    await eventually(
      () => Promise.resolve(debugLines()),
      (lines) => lines > before,
    );
    process.kill(suite.process.pid, 'SIGUSR2');
    await lineOf(({ msg }) => msg === 'SIGUSR2: the log level of this process is info');
  });
});
