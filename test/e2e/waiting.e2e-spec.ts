import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { fold } from '../../src/eventsourcing/decider.js';
import { generationDecider } from '../../src/generation/generation.decider.js';
import { GENERATION_EVENTS, type GenerationEvent } from '../../src/generation/generation.events.js';
import { GENERATION_KIND } from '../../src/generation/generation.store.js';
import type { AcceptedGeneration } from '../../src/generation/status/generation-answer.dto.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { METADATA } from '../support/event-samples.js';
import { happened } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';
import { until } from '../support/until.js';

const SLOW = { ...OK, model: 'simulator/slow-5s' };
/** Ends a second and a half after its start, because it waits so long for its second attempt: longer than the server waits by itself. */
const LATE = { ...OK, model: 'simulator/timeout-then-ok' };

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start({ WAIT_LIMIT_SECONDS: '1', WORKER_CONCURRENCY: '2', RETRY_BASE_SECONDS: '1.5' });
});
afterAll(() => suite.stop());

const seconds = async <T>(work: Promise<T>): Promise<readonly [T, number]> => {
  const started = performance.now();
  return [await work, (performance.now() - started) / 1000];
};

describe('Prefer', () => {
  it('answers 202 at once to respond-async, with everything that leads to the run', async () => {
    const [answer, took] = await seconds(
      suite.api.post<AcceptedGeneration>('/api/generate', SLOW, { prefer: 'respond-async' }),
    );
    const { run_id: runId } = answer.body;
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/api/status/${runId}`, 'preference-applied': 'respond-async', 'retry-after': '1' },
      body: {
        status: 'pending',
        status_url: `/api/status/${runId}`,
        stream_url: `/api/status/stream/${runId}`,
        cancel_url: `/api/generate/${runId}/cancel`,
      },
    });
    expect(took).toBeLessThan(1);
    expect((await suite.api.get(answer.body.status_url)).body).toMatchObject({ run_id: runId });
    expect(await suite.row(runId)).toMatchObject({ id: String(answer.body.id) });
    expect((await suite.api.post(answer.body.cancel_url)).status).toBe(200);
  });

  it('waits no longer than wait=N allows, and the run goes on', async () => {
    const [answer, took] = await seconds(
      suite.api.post<AcceptedGeneration>('/api/generate', SLOW, { prefer: 'wait=2' }),
    );
    expect(answer).toMatchObject({
      status: 202,
      headers: { 'preference-applied': 'wait=2' },
      body: { status: 'processing' },
    });
    expect(took).toBeGreaterThanOrEqual(1.9);
    expect(took).toBeLessThan(4.5);
    expect((await suite.detail(answer.body.run_id)).status).toBe('processing');
    await suite.api.post(answer.body.cancel_url);
  });

  it('waits longer than the server would by itself where wait=N says so', async () => {
    const answer = await suite.generate(LATE, { prefer: 'respond-async, wait=30' });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'preference-applied': 'respond-async, wait=30' },
      body: { status: 'completed' },
    });
  });

  it('turns into a 202 by itself when the server has waited long enough', async () => {
    const [answer, took] = await seconds(suite.api.post<AcceptedGeneration>('/api/generate', SLOW));
    expect(answer.status).toBe(202);
    expect(answer.headers['preference-applied']).toBeUndefined();
    expect(took).toBeGreaterThanOrEqual(0.9);
    expect(took).toBeLessThan(4);
    await suite.api.post(answer.body.cancel_url);
  });
});

describe('a run that failed', () => {
  it('and was asked for again before the answer left is under way, not done', async () => {
    const runId = async (): Promise<string> => {
      const { rows } = await suite.database.pool.query<{ run_id: string }>(
        `select run_id from generations where prompt = 'asked for again' and status = 'processing'`,
      );
      return rows[0]?.run_id ?? '';
    };
    const answer = suite.api.post('/api/generate', { ...SLOW, prompt: 'asked for again' }, { prefer: 'wait=30' });
    await until('it works', async () => (await runId()) !== '');
    const kernel = new KernelProcess(suite.database.url, { declarations: [GENERATION_EVENTS] });
    try {
      // Its end and the wish to retry come in one append, so that no answer can leave in between.
      const streamId = await runId();
      const events = [happened.failed(), happened.retryRequested()];
      const history = (await kernel.store.readStream(streamId)) as GenerationEvent[];
      const state = fold(generationDecider, [...history, ...events]);
      await kernel.store.append({
        streamId,
        streamType: 'generation',
        expectedVersion: null,
        events: events.map((event) => ({ id: randomUUID(), event, metadata: METADATA })),
        inlineRows: GENERATION_KIND.inlineRows(state, events),
      });
      expect(await answer).toMatchObject({ status: 202, body: { run_id: streamId } });
      await suite.api.post(`/api/generate/${streamId}/cancel`);
    } finally {
      await kernel.close();
    }
  });
});

describe('a client that hangs up', () => {
  it('does not stop its run', async () => {
    const runId = async (): Promise<string | undefined> => {
      const { rows } = await suite.database.pool.query<{ run_id: string }>(
        `select run_id from generations where prompt = 'left alone'`,
      );
      return rows[0]?.run_id;
    };
    const body = JSON.stringify({ ...LATE, prompt: 'left alone' });
    const { hostname, port } = new URL(suite.process.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nPrefer: wait=60\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`,
    );
    await until('the run is recorded', async () => (await runId()) !== undefined);
    socket.resetAndDestroy();
    expect(await suite.ended((await runId()) ?? '')).toMatchObject({ status: 'completed' });
  });
});

describe('GET /api/status/{run_id}', () => {
  it('shows the progress of a run that works and the place of one that waits', async () => {
    const working = [await suite.begin(SLOW), await suite.begin(SLOW)];
    for (const { run_id: runId } of working) await suite.status(runId, ({ status }) => status === 'processing');
    const waiting = [await suite.begin(SLOW), await suite.begin(SLOW)];
    const [first, second] = await Promise.all(
      waiting.map(({ run_id: runId }) => suite.status(runId, ({ queue_position: place }) => place !== null)),
    );
    expect([first?.queue_position, second?.queue_position]).toEqual([1, 2]);
    expect(first).toMatchObject({ status: 'pending', progress: 0, started_at: null, artifacts: [] });
    const [worked] = working;
    const halfway = await suite.status(worked?.run_id ?? '', ({ progress }) => progress > 0 && progress < 1);
    expect(halfway).toMatchObject({ status: 'processing', queue_position: null, completed_at: null });
    for (const { run_id: runId } of waiting) await suite.api.post(`/api/generate/${runId}/cancel`);
    const end = await suite.ended(worked?.run_id ?? '');
    expect(end).toMatchObject({ status: 'completed', progress: 1, queue_position: null, error: null });
    expect(end.artifacts).toHaveLength(1);
  });
});
