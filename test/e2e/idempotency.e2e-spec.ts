import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;
let keys = 0;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const freshKey = (): string => {
  keys += 1;
  return `order-${String(keys)}`;
};

describe('Idempotency-Key', () => {
  it('answers the repeat with the first run and makes no second one', async () => {
    const key = { 'idempotency-key': freshKey() };
    const first = await suite.generate(OK, key);
    const runs = await suite.runs();
    const second = await suite.generate(OK, key);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(second).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
    expect(second.body).toEqual(first.body);
    expect(await suite.runs()).toBe(runs);
    expect(await suite.eventTypes(first.body.run_id)).toHaveLength(5);
  });

  it('takes a body whose members stand in another order for the same, and a quoted key too', async () => {
    const key = freshKey();
    const first = await suite.generate({ prompt: OK.prompt, model: OK.model, seed: 1 }, { 'idempotency-key': key });
    const again = await suite.generate(
      { seed: 1, model: OK.model, prompt: OK.prompt },
      { 'idempotency-key': `"${key}"` },
    );
    expect(again.body.run_id).toBe(first.body.run_id);
  });

  it('refuses the same key with another body and names the header', async () => {
    const key = { 'idempotency-key': freshKey() };
    await suite.generate(OK, key);
    const runs = await suite.runs();
    const { status, body } = await suite.api.post('/api/generate', { ...OK, seed: 5 }, key);
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { code: 'validation_error', detail: [{ loc: ['header', 'idempotency-key'], type: 'value_error' }] },
    });
    expect(await suite.runs()).toBe(runs);
  });

  it('is a key of its own for each user', async () => {
    const key = { 'idempotency-key': freshKey() };
    const [first, second] = [await suite.generate(OK, key), await suite.generate({ ...OK, user_id: 2 }, key)];
    expect(second.headers['idempotent-replayed']).toBeUndefined();
    expect(second.body.run_id).not.toBe(first.body.run_id);
  });

  it('makes one run of twenty requests at the same instant, and all of them wait for it', async () => {
    const key = { 'idempotency-key': freshKey() };
    const runs = await suite.runs();
    const answers = await Promise.all(Array.from({ length: 20 }, () => suite.generate(OK, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.run_id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(19);
    expect(await suite.runs()).toBe(runs + 1);
    expect(await suite.eventTypes(answers[0]?.body.run_id ?? '')).toEqual([
      'Created',
      'Started',
      'Submitted',
      'ArtifactStored',
      'Completed',
    ]);
  });

  it('answers the repeat of a failed run with the same failure, and of a working one with 202', async () => {
    const [failed, slow] = [{ 'idempotency-key': freshKey() }, { 'idempotency-key': freshKey() }];
    const body = { ...OK, model: 'simulator/fail-moderated' };
    const [first, again] = [
      await suite.api.post('/api/generate', body, failed),
      await suite.api.post('/api/generate', body, failed),
    ];
    expect(again).toMatchObject({
      status: 500,
      headers: { 'idempotent-replayed': 'true' },
      body: { run_id: first.body['run_id'] },
    });
    const working = await suite.begin({ ...OK, model: 'simulator/slow-5s' }, slow);
    expect(await suite.begin({ ...OK, model: 'simulator/slow-5s' }, slow)).toMatchObject({ run_id: working.run_id });
    await suite.api.post(working.cancel_url);
    expect(await suite.api.post('/api/generate', { ...OK, model: 'simulator/slow-5s' }, slow)).toMatchObject({
      status: 409,
      body: { code: 'conflict', run_id: working.run_id },
    });
  });

  it.each([
    ['completed', 'ok'],
    ['failed', 'fail-moderated'],
  ])('answers a repeat that waits for nothing with 202, also for a run that has %s', async (status, model) => {
    const key = { 'idempotency-key': freshKey() };
    const body = { ...OK, model: `simulator/${model}` };
    const first = await suite.begin(body, key);
    await suite.ended(first.run_id);
    const again = await suite.api.post('/api/generate', body, { prefer: 'respond-async', ...key });
    expect(again).toMatchObject({
      status: 202,
      headers: {
        'idempotent-replayed': 'true',
        'preference-applied': 'respond-async',
        location: `/api/status/${first.run_id}`,
      },
    });
    const { id, run_id: runId, status_url: statusUrl } = first;
    expect(again.body).toMatchObject({ id, run_id: runId, status, status_url: statusUrl });
  });

  it('is remembered across a restart', async () => {
    const key = { 'idempotency-key': freshKey() };
    const first = await suite.generate(OK, key);
    await suite.restart();
    const again = await suite.generate(OK, key);
    expect(again).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
    expect(again.body).toEqual(first.body);
  });

  it('leads to its run although the model has gone since, and tells another body from it before anything else', async () => {
    const key = { 'idempotency-key': freshKey() };
    const first = await suite.generate(OK, key);
    await suite.restart({ SIMULATOR: 'off' });
    try {
      const again = await suite.generate(OK, key);
      expect(again).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
      expect(again.body).toEqual(first.body);
      expect((await suite.api.post('/api/generate', { ...OK, seed: 5 }, key)).body).toMatchObject({
        detail: [{ loc: ['header', 'idempotency-key'] }],
      });
      const fresh = await suite.api.post('/api/generate', OK, { 'idempotency-key': freshKey() });
      expect(fresh).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', 'provider'] }] } });
    } finally {
      await suite.restart();
    }
  });

  it('does not keep a request that was refused', async () => {
    const key = { 'idempotency-key': freshKey() };
    expect((await suite.api.post('/api/generate', { ...OK, width: 1 }, key)).status).toBe(422);
    const { status, headers } = await suite.generate(OK, key);
    expect([status, headers['idempotent-replayed']]).toEqual([200, undefined]);
  });
});
