import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { until } from '../support/until.js';

const SLOW = { ...OK, model: 'simulator/slow-30s' };

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start({ WORKER_CONCURRENCY: '2', RETRY_BASE_SECONDS: '30' });
});
afterAll(() => suite.stop());

const cancel = (runId: string): ReturnType<DarkroomSuite['api']['post']> =>
  suite.api.post(`/api/generate/${runId}/cancel`);

const working = async (): Promise<string> => {
  const { run_id: runId } = await suite.begin(SLOW);
  await suite.status(runId, ({ status }) => status === 'processing');
  await until('the provider has the job', async () => (await suite.eventTypes(runId)).includes('Submitted'));
  return runId;
};

describe('POST /api/generate/{id}/cancel', () => {
  it('stops a run that works: within a second the provider hears of it and the worker is free', async () => {
    const [runId, other] = [await working(), await working()];
    const { run_id: waiting } = await suite.begin(OK);
    const cancelledAt = performance.now();
    const answer = await cancel(runId);
    expect(answer).toMatchObject({ status: 200, body: { run_id: runId, status: 'cancelled', image_url: null } });
    await until(
      'the simulator was told',
      async () => {
        const { rows } = await suite.database.pool.query<{ told: boolean }>(
          'select cancelled_at is not null as told from simulator_jobs where request_key like $1',
          [`${runId}:%`],
        );
        return rows[0]?.told === true;
      },
      1_000,
    );
    // Both slots were taken, so the third run can only have been served by the one that became free.
    expect(await suite.ended(waiting)).toMatchObject({ status: 'completed' });
    expect(performance.now() - cancelledAt).toBeLessThan(5_000);
    expect(await suite.eventTypes(runId)).toEqual(['Created', 'Started', 'Submitted', 'Cancelled']);
    expect(await suite.row(runId)).toMatchObject({ status: 'cancelled', version: 4 });
    await until('the queue has let go of the job', async () => (await suite.jobs(runId)).length === 0);
    expect((await suite.detail(runId)).attempts).toMatchObject([{ attempt: 1, status: 'cancelled' }]);
    await cancel(other);
  });

  it('stops a run that waits: it is never started', async () => {
    const busy = [await working(), await working()];
    const { run_id: runId } = await suite.begin(OK);
    expect(await cancel(runId)).toMatchObject({ status: 200, body: { status: 'cancelled', started_at: null } });
    await until('the queue has let go of the job', async () => (await suite.jobs(runId)).length === 0);
    for (const other of busy) await cancel(other);
    expect((await suite.generate(OK)).status).toBe(200);
    expect(await suite.eventTypes(runId)).toEqual(['Created', 'Cancelled']);
  });

  it('stops a run between two attempts', async () => {
    const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/fail-timeout' });
    await suite.status(runId, ({ next_attempt_at: due }) => due !== null);
    expect(await cancel(runId)).toMatchObject({ status: 200, body: { status: 'cancelled', next_attempt_at: null } });
    await until('the queue has let go of the job', async () => (await suite.jobs(runId)).length === 0);
    expect(await suite.eventTypes(runId)).toEqual(['Created', 'Started', 'Submitted', 'Retried', 'Cancelled']);
  });

  it.each([
    ['completed', OK],
    ['failed', { ...OK, model: 'simulator/fail-moderated' }],
  ])('is refused for a run that has %s', async (status, body) => {
    const { run_id: runId } = await suite.begin(body);
    expect(await suite.ended(runId)).toMatchObject({ status });
    const before = await suite.eventTypes(runId);
    expect(await cancel(runId)).toMatchObject({
      status: 409,
      headers: { 'x-error-code': 'conflict', 'x-error-retryable': 'false' },
      body: { detail: `The generation is ${status} and cannot be cancelled` },
    });
    expect(await suite.eventTypes(runId)).toEqual(before);
  });

  it('is refused the second time, and of ten at the same instant one succeeds', async () => {
    const { run_id: runId } = await suite.begin(SLOW);
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(runId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    expect((await cancel(runId)).status).toBe(409);
    expect((await suite.eventTypes(runId)).filter((type) => type === 'Cancelled')).toHaveLength(1);
  });

  it('tells whoever waits for the run that it was cancelled', async () => {
    const waiting = suite.api.post('/api/generate', { ...SLOW, prompt: 'to be cancelled' });
    const runId = async (): Promise<string | undefined> => {
      const { rows } = await suite.database.pool.query<{ run_id: string }>(
        `select run_id from generations where prompt = 'to be cancelled'`,
      );
      return rows[0]?.run_id;
    };
    await until('the run is recorded', async () => (await runId()) !== undefined);
    await cancel((await runId()) ?? '');
    expect(await waiting).toMatchObject({
      status: 409,
      body: { detail: 'The generation was cancelled', run_id: await runId() },
    });
  });
});
