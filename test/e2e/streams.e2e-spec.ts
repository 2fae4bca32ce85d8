import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { EventSourceReader } from '../support/event-source.js';
import { until } from '../support/until.js';

const SLOW = { ...OK, model: 'simulator/slow-5s' };
const HEARTBEAT_MS = 15_000;

let suite: DarkroomSuite;
const open: EventSourceReader[] = [];
/** Opened before everything else, so that the other tests pass the time until their first heartbeat. */
let quiet: { readonly runId: string; readonly ofRun: EventSourceReader; readonly ofAll: EventSourceReader };

beforeAll(async () => {
  suite = await DarkroomSuite.start();
  const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/slow-30s' });
  quiet = { runId, ofRun: await follow(runStream(runId)), ofAll: await follow('/api/events/stream') };
});
afterAll(async () => {
  for (const reader of open) reader.close();
  await suite.stop();
});

const follow = async (path: string, headers: Record<string, string> = {}): Promise<EventSourceReader> => {
  const reader = await EventSourceReader.open(`${suite.process.url}${path}`, headers);
  open.push(reader);
  return reader;
};
const runStream = (runId: string | number): string => `/api/status/stream/${String(runId)}`;
const idsOf = ({ stored }: EventSourceReader): (string | undefined)[] => stored.map(({ id }) => id);
const eventsOf = ({ stored }: EventSourceReader): (string | undefined)[] => stored.map(({ event }) => event);

const completed = async (): Promise<{ runId: string; id: number }> => {
  const { body } = await suite.generate(OK);
  return { runId: body.run_id, id: body.id };
};

describe('GET /api/status/stream/{run_id}', () => {
  it('tells a run from its first event to its last, with its progress in between, then closes', async () => {
    const { run_id: runId, stream_url: url } = await suite.begin(SLOW);
    const reader = await follow(url);
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    await reader.end();
    expect(idsOf(reader)).toEqual(['1', '2', '3', '4', '5']);
    expect(eventsOf(reader)).toEqual(['status', 'status', 'status', 'artifact', 'completed']);
    expect(reader.retries).toEqual([2000]);
    const history = await suite.history(runId);
    expect(reader.stored.map(({ data }) => [data['sequence'], data['position'], data['type'], data['at']])).toEqual(
      history.map(({ sequence, position, type, occurred_at: at }) => [sequence, position, type, at]),
    );
    const [artifact] = (await suite.detail(runId)).artifacts;
    expect(reader.stored[3]?.data).toMatchObject({ run_id: runId, artifact });

    const progress = reader.messages.filter(({ event }) => event === 'progress');
    const shares = progress.map(({ data }) => Number(data['progress']));
    expect(progress.map(({ id }) => id)).toEqual(shares.map(() => undefined));
    expect(shares.length).toBeGreaterThan(5);
    expect(shares).toEqual([...shares].sort((x, y) => x - y));
    expect(reader.messages.at(-1)?.event).toBe('completed');
  });

  it('tells of failures and retries, and closes after a cancellation', async () => {
    const retried = await follow((await suite.begin({ ...OK, model: 'simulator/timeout-then-ok' })).stream_url);
    await retried.end();
    expect(eventsOf(retried)).toEqual([
      'status',
      'status',
      'status',
      'retry',
      'status',
      'status',
      'artifact',
      'completed',
    ]);
    expect(retried.stored[3]?.data).toMatchObject({
      error: { category: 'timeout', retryable: true },
      next_attempt: 2,
      next_attempt_at: expect.stringMatching(/Z$/) as string,
    });
    const failed = await follow((await suite.begin({ ...OK, model: 'simulator/fail-moderated' })).stream_url);
    await failed.end();
    expect(failed.stored.at(-1)).toMatchObject({
      event: 'failed',
      data: { error: { category: 'moderated', retryable: false } },
    });
    const { stream_url: url, cancel_url: cancelUrl } = await suite.begin(SLOW);
    const cancelled = await follow(url);
    await suite.api.post(cancelUrl);
    await cancelled.end();
    expect(eventsOf(cancelled).at(-1)).toBe('cancelled');
  });

  it('goes on after the id that the header or the query names, without a gap or a repeat', async () => {
    const { runId, id } = await completed();
    for (const [query, headers] of [
      ['', { 'last-event-id': '2' }],
      ['?after=2', {}],
      ['?after=0', { 'last-event-id': '2' }],
    ] as const) {
      const reader = await follow(`${runStream(id)}${query}`, headers);
      await reader.end();
      expect(idsOf(reader)).toEqual(['3', '4', '5']);
    }
    const all = await follow(`${runStream(runId)}/?after=0`);
    await all.end();
    expect(idsOf(all)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('loses nothing for a reader that comes back again and again while the run works', async () => {
    const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/timeout-then-ok' });
    const seen: (string | undefined)[] = [];
    for (let last = 0; last < 8;) {
      const reader = await follow(runStream(runId), { 'last-event-id': String(last) });
      await until('a message with an id comes', () => reader.stored.length > 0);
      reader.close();
      seen.push(reader.stored[0]?.id);
      last = Number(reader.stored[0]?.id);
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('answers 204 to who has seen the last event, and goes on after a retry', async () => {
    const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/moderated-then-ok' });
    await suite.ended(runId);
    expect(await suite.api.get(runStream(runId), { 'last-event-id': '3' })).toMatchObject({
      status: 204,
      bytes: Buffer.alloc(0),
    });
    expect((await suite.api.get(`${runStream(runId)}?after=99`)).status).toBe(204);
    await suite.api.post(`/api/generate/${runId}/retry`);
    const reader = await follow(runStream(runId), { 'last-event-id': '3' });
    await reader.end();
    expect(eventsOf(reader)).toEqual(['status', 'status', 'status', 'artifact', 'completed']);
    const whole = await follow(runStream(runId));
    await whole.end();
    expect(idsOf(whole)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('is a 404 for an unknown run, in the shape of all errors', async () => {
    for (const id of ['4711', '01a1fbd0-58ca-7355-a8d7-4c7649bbc31f', 'x'])
      expect(await suite.api.get(runStream(id))).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('ends at once for HEAD, so that the connection can be used again', async () => {
    const { runId } = await completed();
    for (const path of [runStream(runId), '/api/events/stream']) {
      const { status, headers } = await suite.api.call('HEAD', path);
      expect([status, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    }
    const head = (method: string, path: string): string => `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const both = head('HEAD', '/api/events/stream') + head('GET', '/health/live');
    const received = await suite.api.raw(both, (text) => text.includes('{"status":"ok"}'));
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });
});

describe('GET /api/events/stream', () => {
  it('tells the events of all runs in the order of the log, each under its position', async () => {
    const { rows } = await suite.database.pool.query<{ head: number }>('select max(position)::int as head from events');
    const reader = await follow(`/api/events/stream?after=${String(rows[0]?.head ?? 0)}`);
    const runs = await Promise.all([completed(), completed(), completed()]);
    await until('fifteen events came', () => reader.messages.length === 15);
    const positions = reader.messages.map(({ id }) => Number(id));
    expect(positions).toEqual(Array.from({ length: 15 }, (_, index) => (rows[0]?.head ?? 0) + index + 1));
    expect(new Set(reader.messages.map(({ data }) => data['run_id']))).toEqual(new Set(runs.map(({ runId }) => runId)));
    expect(reader.ended).toBe(false);
    const resumed = await follow('/api/events/stream', { 'last-event-id': String(positions[9]) });
    await until('the rest came', () => resumed.messages.length === 5);
    expect(resumed.messages.map(({ id }) => Number(id))).toEqual(positions.slice(10));
  });

  it('begins with the first event of the log without an id', async () => {
    const reader = await follow('/api/events/stream');
    await until('a message comes', () => reader.messages.length > 0);
    expect(reader.messages[0]).toMatchObject({ id: '1', data: { type: 'GenerationCreated', sequence: 1 } });
    reader.close();
  });

  it('tells only the types and the run that are asked for', async () => {
    const { runId, id } = await completed();
    await completed();
    for (const filter of [`run_id=${runId}`, `run_id=${String(id)}`, `run_id=${runId.toUpperCase()}`]) {
      const reader = await follow(`/api/events/stream?types=GenerationStarted,%20GenerationCompleted&${filter}`);
      await until('both came', () => reader.messages.length === 2);
      expect(reader.messages.map(({ data }) => [data['type'], data['run_id']])).toEqual([
        ['GenerationStarted', runId],
        ['GenerationCompleted', runId],
      ]);
      reader.close();
    }
  });

  it.each([
    ['types=GenerationLost', 422, 'types'],
    ['run_id=x', 422, 'run_id'],
    ['after=x', 422, 'after'],
    ['after=-1', 422, 'after'],
    ['colour=red', 422, 'colour'],
  ])('refuses ?%s', async (query, status, field) => {
    const answer = await suite.api.get(`/api/events/stream?${query}`);
    expect(answer).toMatchObject({ status, body: { detail: [{ loc: ['query', field] }] } });
  });

  it('is a 404 for a run that is not there', async () => {
    expect((await suite.api.get('/api/events/stream?run_id=999999')).status).toBe(404);
  });
});

describe('a stream that has nothing to tell', () => {
  it('sends a comment every fifteen seconds, and ends in a shutdown', async () => {
    const { runId, ofRun, ofAll } = quiet;
    await until(
      'both lines were kept open',
      () => ofRun.comments.length > 0 && ofAll.comments.length > 0,
      HEARTBEAT_MS + 5_000,
    );
    expect([ofRun.ended, ofAll.ended]).toEqual([false, false]);
    await suite.api.post(`/api/generate/${runId}/cancel`);
    await ofRun.end();
    await suite.restart();
    await ofAll.end();
    const resumed = await follow('/api/events/stream', { 'last-event-id': ofAll.messages.at(-1)?.id ?? '0' });
    const { runId: next } = await completed();
    await until('the next run is told', () => resumed.messages.some(({ data }) => data['run_id'] === next));
    expect(Number(resumed.messages[0]?.id)).toBe(Number(ofAll.messages.at(-1)?.id) + 1);
  });
});
