import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Generation } from '../../src/generation/status/generation-answer.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { cleanEnvironment, DIST, eventually, startDarkroom } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { freshDatabase } from '../support/database.js';
import { EventSourceReader } from '../support/event-source.js';
import { logLines } from '../support/log-reader.js';
import { pathOf, type ReceivedSpan, traceIdOf, TraceReceiver } from '../support/trace-receiver.js';

const CALLER = '4bf92f3577b34da6a3ce929d0e0e4736';
const FROM_CALLER = { traceparent: `00-${CALLER}-00f067aa0ba902b7-01` };

/** Milliseconds in which a process ends that has nothing to wait for; the exporter itself would try for ten seconds and more. */
const SOON_MS = 8_000;

const named = (spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] =>
  spans.filter((span) => span.name === name);

const appending = (spans: readonly ReceivedSpan[], type: string): ReceivedSpan | undefined =>
  named(spans, 'eventstore append').find(({ attributes }) =>
    (attributes['darkroom.events.types'] as readonly unknown[]).includes(type),
  );

describe('traces', () => {
  let suite: DarkroomSuite;
  let receiver: TraceReceiver;

  beforeAll(async () => {
    receiver = await TraceReceiver.start();
    suite = await DarkroomSuite.start({ ...receiver.env, LOG_LEVEL: 'info' });
  });
  afterAll(async () => {
    await suite.stop();
    await receiver.close();
  });

  const traceOf = ({ headers }: Pick<Answer<unknown>, 'headers'>): string => traceIdOf(headers['traceparent']);
  const generated = async (body: object): Promise<{ readonly runId: string; readonly traceId: string }> => {
    const answer = await suite.generate(body);
    return { runId: (answer.body as Generation & { run_id: string }).run_id, traceId: traceOf(answer) };
  };
  const untilAppended = (traceId: string, type: string): Promise<readonly ReceivedSpan[]> =>
    receiver.until(traceId, (spans) => appending(spans, type) !== undefined);

  it('go on from the caller, and stand in the answer, the events and the problems', async () => {
    const { body, headers } = await suite.generate({ ...OK, prompt: 'a trace of somebody else' }, FROM_CALLER);
    expect(traceIdOf(headers['traceparent'])).toBe(CALLER);
    expect(headers['traceparent']).not.toBe(FROM_CALLER.traceparent);
    for (const { metadata } of await suite.history(body.run_id)) expect(traceIdOf(metadata.traceparent)).toBe(CALLER);
    const spans = await untilAppended(CALLER, 'GenerationCompleted');
    const [request] = named(spans, 'POST /api/generate');
    expect(request).toMatchObject({
      ...{ kind: 'server', parentSpanId: '00f067aa0ba902b7', failed: false },
      attributes: { 'http.route': '/api/generate', 'http.request.method': 'POST', 'http.response.status_code': 200 },
      resource: { 'service.name': 'darkroom', 'darkroom.role': 'api,worker,projector' },
    });
    const refused = await suite.api.get('/api/generate/4711');
    expect(refused.body['trace_id']).toBe(traceOf(refused));
  });

  it('are of the routes of the API, and not of probes, scrapes and pages', async () => {
    const paths = ['/health/live', '/health/ready', '/metrics', '/docs', '/monitoring', '/api/models'];
    for (const path of paths) await suite.api.get(path);
    await eventually(
      () => Promise.resolve(named(receiver.spans, 'GET /api/models')),
      ({ length }) => length > 0,
    );
    const routes = receiver.spans.filter(({ kind }) => kind === 'server').map(({ name }) => name);
    expect(routes.filter((name) => !/^(GET|POST) \/api\//.test(name))).toEqual([]);
  });

  it('are found from the lines of the log: that of a request and that of a failed attempt name their spans', async () => {
    const traceId = traceOf(await suite.generate({ ...OK, model: 'simulator/fail-moderated' }));
    const lines = await eventually(
      () => Promise.resolve(logLines(suite.process.output()).filter((line) => line['trace_id'] === traceId)),
      (found) => ['HTTP', 'Providers'].every((name) => found.some(({ context }) => context === name)),
    );
    await receiver.until(traceId, (spans) =>
      lines.every((line) => spans.some(({ spanId }) => spanId === line['span_id'])),
    );
  });

  it('of a run that is asked for again are linked to those from before', async () => {
    const { runId, traceId } = await generated({ ...OK, prompt: 'asked again', model: 'simulator/fail-moderated' });
    const again = await suite.api.post(`/api/generate/${runId}/retry`);
    expect(traceOf(again)).not.toBe(traceId);
    const spans = await untilAppended(traceOf(again), 'GenerationFailed');
    expect(appending(spans, 'GenerationRetryRequested')?.links).toEqual([traceId]);
    expect(named(spans, 'process jobs')).toHaveLength(1);
  });

  it('of a refinement are linked to those of the run that it refines', async () => {
    const { runId, traceId } = await generated({ ...OK, prompt: 'to be refined' });
    const refined = await suite.api.post(`/api/generate/${runId}/refine`, { instruction: 'at night' });
    const spans = await untilAppended(traceOf(refined), 'GenerationCompleted');
    expect(named(spans, 'command RefineGeneration')[0]?.links).toEqual([traceId]);
  });

  it('of a run that waits for the same result are linked to those of the one that makes it', async () => {
    const same = { ...OK, prompt: 'made once', model: 'simulator/slow-5s', use_cache: true };
    const [leader, follower] = [CALLER.replaceAll('4', '5'), CALLER.replaceAll('4', '6')];
    const begin = (traceId: string): Promise<{ readonly run_id: string }> =>
      suite.begin(same, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    await begin(leader);
    const { run_id: runId } = await begin(follower);
    await suite.ended(runId);
    const spans = await untilAppended(follower, 'GenerationCompleted');
    expect(named(spans, 'join run')[0]?.links).toEqual([leader]);
    const [shared] = named(spans, 'share result');
    expect(shared?.links).toEqual([leader]);
    const completed = appending(spans, 'GenerationCompleted');
    expect(completed?.parentSpanId).toBe(shared?.spanId);
    expect(named(spans, 'process jobs')).toEqual([]);
  });

  describe('of a batch', () => {
    const batchOf = async (items: number): Promise<string> => {
      const requests = Array.from({ length: items }, (_, item) => ({
        ...OK,
        prompt: `${String(items)}-${String(item)}`,
      }));
      const answer = await suite.api.post('/api/generate/batch', { requests }, { prefer: 'respond-async' });
      expect(answer.status).toBe(202);
      return traceOf(answer);
    };

    it('are one where it is small', async () => {
      const spans = await receiver.until(await batchOf(3), (found) => named(found, 'generate_content ok').length === 3);
      expect(named(spans, 'batch item')).toEqual([]);
    });

    it('are one for each item where it is large, each linked to that of the batch', async () => {
      const traceId = await batchOf(11);
      const items = (): readonly ReceivedSpan[] =>
        named(receiver.spans, 'batch item').filter(({ links }) => links.includes(traceId));
      await eventually(
        () => Promise.resolve(items()),
        ({ length }) => length === 11,
      );
      const traces = new Set(items().map((item) => item.traceId));
      expect(traces.size).toBe(11);
      for (const item of traces) await untilAppended(item, 'GenerationCompleted');
      expect(named(receiver.of(traceId), 'generate_content ok')).toEqual([]);
    });
  });

  it('end with the first byte of a stream, and lead to the run that it tells of', async () => {
    const accepted = await suite.begin({ ...OK, prompt: 'followed', model: 'simulator/slow-30s' });
    const [created] = await suite.history(accepted.run_id);
    const stream = await EventSourceReader.open(`${suite.process.url}/api/status/stream/${accepted.run_id}`);
    const spans = await receiver.until(traceIdOf(stream.headers['traceparent']), ({ length }) => length > 0);
    await eventually(
      () => Promise.resolve(named(receiver.spans, 'GET /api/status/stream/:run_id')),
      ({ length }) => length > 0,
    );
    expect(stream.ended).toBe(false);
    const [request] = named(receiver.of(spans[0]?.traceId ?? ''), 'GET /api/status/stream/:run_id');
    expect(request?.links).toEqual([traceIdOf(created?.metadata.traceparent)]);
    await suite.api.post(`/api/generate/${accepted.run_id}/cancel`);
    await eventually(
      () => Promise.resolve(stream.ended),
      (ended) => ended,
    );
  });

  it('are not made when read models are built anew', async () => {
    await generated({ ...OK, prompt: 'to be read again' });
    const projected = (): number => receiver.spans.filter(({ name }) => name.startsWith('project ')).length;
    const before = projected();
    const child = spawn(process.execPath, [join(DIST, 'cli.js'), 'rebuild', 'history'], {
      env: cleanEnvironment({
        ...receiver.env,
        DARKROOM_HOME: suite.process.home,
        DATABASE_URL: suite.database.url,
        SIMULATOR: 'on',
      }),
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
    // What was live before has arrived when something newer has.
    const { traceId } = await generated({ ...OK, prompt: 'after the rebuild' });
    const spans = await receiver.until(traceId, (found) => named(found, 'project history').length > 0);
    const rebuilt = receiver.spans.filter(({ resource }) => !String(resource['darkroom.role']).includes('api'));
    expect(rebuilt).toEqual([]);
    expect(projected() - before).toBeGreaterThan(0);
    expect(spans.length).toBeGreaterThan(0);
  });

  it('hold no prompt, no query, no header and no message, whatever goes wrong', async () => {
    const secret = 'canary-7f3a';
    const said = { ...OK, prompt: `${secret} at dawn`, negative_prompt: `no ${secret}` };
    const { runId } = await generated(said);
    for (const model of ['fail-moderated', 'fail-unknown', 'timeout-then-ok', 'fail-invalid_request'])
      await suite.generate({ ...said, model: `simulator/${model}`, max_retries: 1 });
    await suite.generate({ ...said, use_cache: true });
    await suite.generate({ ...said, use_cache: true });
    await suite.api.post(`/api/generate/${runId}/refine`, { instruction: `with ${secret}` });
    await suite.api.post('/api/generate/batch', { requests: [said, { ...said, model: secret }] });
    await suite.api.post('/api/generate', { ...said, [secret]: 1, width: secret });
    await suite.api.get(`/api/generate/history?q=${secret}`);
    await suite.api.get(`/api/generate/history?search=${secret}&limit=3`);
    await suite.api.get(`/api/suggestions/autocomplete?q=${secret}`);
    await suite.api.get(`/api/${secret}?key=${secret}`, { authorization: secret, 'user-agent': secret });
    await suite.api.call(secret.toUpperCase(), '/api/models');
    await suite.api.get(`/api/generate/${secret}`);
    const last = await generated({ ...said, prompt: `the last ${secret}` });
    await untilAppended(last.traceId, 'GenerationCompleted');
    await receiver.until(last.traceId, (spans) => named(spans, 'project suggestions').length > 0);
    expect(receiver.bodies.filter((body) => body.toLowerCase().includes(secret))).toEqual([]);
    expect(receiver.spans.filter(({ failed }) => failed).length).toBeGreaterThan(3);
  });

  it('are those of the share that the sampler takes: the others cost nothing, and the log says so', async () => {
    await suite.restart({ OTEL_TRACES_SAMPLER_ARG: '0' });
    const before = receiver.spans.length;
    const { body } = await suite.generate({ ...OK, prompt: 'not sampled' });
    for (const { metadata } of await suite.history(body.run_id)) expect(metadata.traceparent).toMatch(/-00$/);
    const traced = await suite.generate({ ...OK, prompt: 'sampled by its caller' }, FROM_CALLER);
    await eventually(
      () => Promise.resolve(receiver.spans.slice(before).filter(({ name }) => name === 'project history')),
      ({ length }) => length > 0,
    );
    expect(traced.status).toBe(200);
    expect(new Set(receiver.spans.slice(before).map(({ traceId }) => traceId))).toEqual(new Set([CALLER]));
    // Each part of the trace comes when its process sends it.
    await receiver.until(CALLER, (spans) => {
      const call = named(receiver.spans.slice(before), 'generate_content ok').at(-1);
      return call !== undefined && pathOf(spans, call).includes('POST /api/generate');
    });
  });
});

describe('a process that cannot send its traces', () => {
  it.each([
    ['because tracing is switched off', { OTEL_SDK_DISABLED: 'TRUE' }],
    ['because nothing is to be exported', { OTEL_TRACES_EXPORTER: 'none' }],
  ])('%s, makes none and says so in its events', async (_, off) => {
    const receiver = await TraceReceiver.start();
    const suite = await DarkroomSuite.start({ ...receiver.env, ...off });
    const { body } = await suite.generate(OK);
    for (const { metadata } of await suite.history(body.run_id)) expect(metadata.traceparent).toMatch(/-00$/);
    await suite.stop();
    expect(receiver.bodies).toEqual([]);
    await receiver.close();
  });

  /** Accepts connections, and answers each request with `answer`; with nothing where that is null. */
  const deafServer = async (
    answer: string | null,
  ): Promise<{ readonly server: Server; readonly sockets: Set<Socket> }> => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      if (answer !== null) socket.on('data', () => socket.end(answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, sockets };
  };
  const answering = (status: string): string => `HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;

  it.each([
    ['a collector that is away', null],
    ['a collector that says nothing', null],
    ['a collector that fails', answering('500 Internal Server Error')],
    ['a collector that is overloaded', answering('503 Service Unavailable')],
  ])('to %s works, complains once at the most and ends as it should', async (which, answer) => {
    const { server, sockets } = await deafServer(answer);
    const { port } = server.address() as AddressInfo;
    if (which.endsWith('away')) server.close();
    const database = await freshDatabase();
    const darkroom = await startDarkroom({
      env: {
        ...{ DATABASE_URL: database.url, SIMULATOR: 'on' },
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port)}`,
        OTEL_BSP_SCHEDULE_DELAY: '10',
      },
    });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (__, index) => {
        const response = await fetch(`${darkroom.url}/api/generate`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...OK, prompt: `to nobody, ${String(index)}` }),
        });
        return response.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    const from = performance.now();
    expect(await darkroom.stop()).toBe(0);
    expect(performance.now() - from).toBeLessThan(SOON_MS);
    const complaints = darkroom.output().match(/Traces are lost/g)?.length ?? 0;
    // One that is not refused may be waited for until the end.
    if (which.endsWith('fails')) expect(complaints).toBe(1);
    else expect(complaints).toBeLessThanOrEqual(1);
    for (const socket of sockets) socket.destroy();
    server.close();
    await database.drop();
  });
});
