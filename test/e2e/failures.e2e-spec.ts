import { ERROR_CATEGORIES } from '../../src/providers/image-provider.port.js';
import { DarkroomSuite, OK, RETRY_BASE_SECONDS } from '../support/darkroom-suite.js';

const RETRYABLE = ['timeout', 'rate_limited', 'provider_unavailable', 'network', 'storage', 'stalled', 'unknown'];

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const failing = (category: string, maxRetries = 0): object => ({
  ...OK,
  model: `simulator/fail-${category}`,
  max_retries: maxRetries,
});

describe('a run that fails', () => {
  it.each(ERROR_CATEGORIES)('answers 500 with what is known of it: %s', async (category) => {
    const { status, headers, body } = await suite.api.post('/api/generate', failing(category));
    const retryable = RETRYABLE.includes(category);
    const detail = expect.stringMatching(
      /^Generation failed: The simulator (fails|refuses) as its model asks: /,
    ) as string;
    expect({ status, headers, body }).toMatchObject({
      status: 500,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-error-code': 'generation_failed',
        'x-error-retryable': String(retryable),
        vary: expect.stringContaining('Accept') as string,
      },
      body: { detail, category, retryable, retry_count: 0, code: 'generation_failed', status: 500 },
    });
    const run = await suite.detail(String(body['run_id']));
    expect(run).toMatchObject({
      id: body['id'],
      status: 'failed',
      error: { category, retryable },
      image_url: null,
      cost_usd: null,
    });
  });

  it('has exactly the members of the contract in both shapes', async () => {
    const beside = ['type', 'title', 'status', 'code', 'retryable', 'trace_id', 'instance'];
    const members = ['detail', 'id', 'run_id', 'category', 'retry_count', ...beside].sort();
    for (const accept of ['application/json', 'application/problem+json']) {
      const answer = await suite.api.post('/api/generate', failing('moderated'), { accept });
      expect(answer.headers['content-type']).toBe(`${accept}; charset=utf-8`);
      expect(Object.keys(answer.body).sort()).toEqual(members);
      expect(typeof answer.body['detail']).toBe('string');
    }
  });

  it('is a 200 for whoever asks for its status, and its events tell of it', async () => {
    const { run_id: runId } = await suite.begin(failing('moderated', 3));
    expect(await suite.ended(runId)).toMatchObject({
      status: 'failed',
      retry_count: 0,
      error: { category: 'moderated', retryable: false },
    });
    expect(await suite.eventTypes(runId)).toEqual(['Created', 'Started', 'Failed']);
    expect(await suite.row(runId)).toMatchObject({ status: 'failed', attempt: 1 });
    expect(await suite.jobs(runId)).toEqual([]);
  });
});

describe('retries', () => {
  it('come after 1, 2, 4 and 8 times the base, and the last failure stands', async () => {
    const { body } = await suite.api.post('/api/generate', failing('timeout', 4));
    const runId = String(body['run_id']);
    expect(body).toMatchObject({ category: 'timeout', retry_count: 4, retryable: true });
    const events = await suite.history(runId);
    const waits = events
      .filter(({ type }) => type === 'GenerationRetried')
      .map(({ data }) => data as { failed_at: string; next_attempt_at: string; next_attempt: number });
    expect(
      waits.map(({ failed_at, next_attempt_at }) => (Date.parse(next_attempt_at) - Date.parse(failed_at)) / 1000),
    ).toEqual([1, 2, 4, 8].map((factor) => factor * RETRY_BASE_SECONDS));
    const starts = events
      .filter(({ type }) => type === 'GenerationStarted')
      .map(({ data }) => Date.parse((data as { started_at: string }).started_at));
    expect(starts).toHaveLength(5);
    waits.forEach(({ next_attempt_at: due }, index) => {
      expect(starts[index + 1]).toBeGreaterThanOrEqual(Date.parse(due));
    });
    const { attempts } = await suite.detail(runId);
    expect(attempts.map(({ attempt, status }) => [attempt, status])).toEqual([1, 2, 3, 4, 5].map((n) => [n, 'failed']));
    expect(await suite.row(runId)).toMatchObject({ status: 'failed', attempt: 5 });
    expect(await suite.jobs(runId)).toEqual([]);
  });

  it('lead to a picture where the second attempt succeeds', async () => {
    const { status, body } = await suite.generate({ ...OK, model: 'simulator/provider_unavailable-then-ok' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'completed', retry_count: 1, cost_usd: 0.01 });
    expect((await suite.detail(body.run_id)).attempts).toMatchObject([
      { attempt: 1, status: 'failed', error: { category: 'provider_unavailable' } },
      { attempt: 2, status: 'completed', error: null },
    ]);
  });

  it('are waited for in the queue, as pending with the time of the next attempt', async () => {
    const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/fail-rate_limited', max_retries: 1 });
    const waiting = await suite.status(runId, ({ next_attempt_at: due }) => due !== null);
    expect(waiting).toMatchObject({
      status: 'pending',
      retry_count: 1,
      error: { category: 'rate_limited' },
      completed_at: null,
    });
    // The simulator asks for a second, which is longer than the schedule.
    const [, , retried] = await suite.history(runId);
    const { failed_at: failed, next_attempt_at: due } = retried?.data as { failed_at: string; next_attempt_at: string };
    expect(Date.parse(due) - Date.parse(failed)).toBe(1000);
    expect(waiting.next_attempt_at).toBe(due);
    expect(await suite.ended(runId)).toMatchObject({ status: 'failed', next_attempt_at: null });
  });
});

describe('POST /api/generate/{id}/retry', () => {
  it('starts another attempt of the same run, with its whole budget of retries', async () => {
    const { body: failed } = await suite.api.post('/api/generate', failing('network', 1));
    const runId = String(failed['run_id']);
    const again = await suite.api.post(`/api/generate/${runId}/retry`);
    expect(again).toMatchObject({
      status: 202,
      headers: { location: `/api/status/${runId}` },
      body: { run_id: runId, id: failed['id'], status: 'pending' },
    });
    expect(await suite.ended(runId)).toMatchObject({ status: 'failed', retry_count: 3 });
    expect(await suite.eventTypes(runId)).toEqual(
      ['Created', 'Started', 'Submitted', 'Retried', 'Started', 'Submitted', 'Failed'].concat([
        'RetryRequested',
        'Started',
        'Submitted',
        'Retried',
        'Started',
        'Submitted',
        'Failed',
      ]),
    );
    expect(await suite.row(runId)).toMatchObject({ status: 'failed', attempt: 4 });
  });

  it('starts one attempt for one Idempotency-Key, however often it comes', async () => {
    const { body: failed } = await suite.api.post('/api/generate', failing('moderated', 0));
    const runId = String(failed['run_id']);
    const ask = (key: string) => suite.api.post(`/api/generate/${runId}/retry`, undefined, { 'idempotency-key': key });
    expect((await ask('again-1')).headers['idempotent-replayed']).toBeUndefined();
    await suite.ended(runId);
    expect(await ask('again-1')).toMatchObject({ status: 202, headers: { 'idempotent-replayed': 'true' } });
    expect(await suite.row(runId)).toMatchObject({ status: 'failed', attempt: 2 });
    await ask('again-2');
    expect(await suite.ended(runId)).toMatchObject({ status: 'failed', retry_count: 2 });
  });

  it('leads to a picture where the next attempt succeeds', async () => {
    const { body: failed } = await suite.api.post('/api/generate', { ...OK, model: 'simulator/moderated-then-ok' });
    const runId = String(failed['run_id']);
    expect((await suite.api.post(`/api/generate/${runId}/retry`)).status).toBe(202);
    expect(await suite.ended(runId)).toMatchObject({ status: 'completed', retry_count: 1, error: null });
  });

  it('is refused for a run that completed and for one that works', async () => {
    const { body: completed } = await suite.generate(OK);
    const working = await suite.begin({ ...OK, model: 'simulator/slow-5s' });
    for (const runId of [completed.run_id, working.run_id]) {
      const before = await suite.eventTypes(runId);
      expect(await suite.api.post(`/api/generate/${runId}/retry`)).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      });
      expect((await suite.eventTypes(runId)).filter((type) => type === 'RetryRequested')).toEqual([]);
      expect((await suite.eventTypes(runId)).length).toBeGreaterThanOrEqual(before.length);
    }
    await suite.api.post(`/api/generate/${working.run_id}/cancel`);
  });
});
