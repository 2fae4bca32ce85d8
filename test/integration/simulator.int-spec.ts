import { ProviderError, type ImageRequest, type SubmitContext } from '../../src/providers/image-provider.port.js';
import { SimulatorProvider } from '../../src/providers/simulator.provider.js';
import { behavesLikeAnImageProvider } from '../contract/image-provider.contract.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

const REQUEST: ImageRequest = {
  prompt: 'a pier',
  visual: {},
  width: 1024,
  height: 768,
  steps: 20,
  cfgScale: 7,
  seed: 5,
};
const signal = new AbortController().signal;
const context = (requestKey: string, attempt = 1): SubmitContext => ({
  requestKey,
  attempt,
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

behavesLikeAnImageProvider('SimulatorProvider', async () => {
  const database = await freshDatabase();
  return {
    provider: new SimulatorProvider(database.pool, true),
    model: 'ok',
    long: { model: 'slow-5s', request: REQUEST },
    largestSide: 96,
    restarted: () => Promise.resolve(new SimulatorProvider(database.pool, true)),
    dispose: () => database.drop(),
  };
});

describe('SimulatorProvider on its table', () => {
  let database: TestDatabase;
  let simulator: SimulatorProvider;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  beforeEach(() => {
    simulator = new SimulatorProvider(database.pool, true);
  });
  afterAll(() => database.drop());

  const accept = async (model: string, key: string, attempt = 1): Promise<string> => {
    const submission = await simulator.submit(model, REQUEST, context(key, attempt));
    if (submission.status !== 'accepted') throw new Error('The simulator answers with jobs.');
    return submission.jobId;
  };
  /** As if the job had been accepted so long ago. */
  const age = async (jobId: string, seconds: number): Promise<void> => {
    await database.pool.query(
      `update simulator_jobs set submitted_at = submitted_at - make_interval(secs => $2), ready_at = ready_at - make_interval(secs => $2)
        where id = $1`,
      [jobId, seconds],
    );
  };

  it('cannot be used and writes nothing while SIMULATOR is off', async () => {
    const off = new SimulatorProvider(database.pool, false);
    expect(off.unavailableBecause).toBe('SIMULATOR is off');
    await expect(off.submit('ok', REQUEST, context('off:1'))).rejects.toThrow(ProviderError);
    await expect(off.poll('sim_x', signal)).rejects.toThrow('SIMULATOR is off');
    await expect(off.fetch('sim_x', signal)).rejects.toThrow('SIMULATOR is off');
    await expect(off.cancel('sim_x')).rejects.toThrow('SIMULATOR is off');
    const { rowCount } = await database.pool.query(`select from simulator_jobs where request_key = 'off:1'`);
    expect(rowCount).toBe(0);
  });

  it('progresses in ten steps, then succeeds', async () => {
    const jobId = await accept('slow-5s', 'slow:1');
    const seen: (number | null)[] = [];
    for (let step = 0; step < 10; step += 1) {
      const result = await simulator.poll(jobId, signal);
      if (result.status !== 'running') throw new Error(`It ended early, at step ${String(step)}.`);
      seen.push(result.progress);
      expect(result.pollAfterMs).toBeGreaterThan(0);
      expect(result.pollAfterMs).toBeLessThanOrEqual(500);
      await age(jobId, 0.5);
    }
    expect(seen).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(await simulator.poll(jobId, signal)).toEqual({ status: 'succeeded', costUsd: 0.01 });
  });

  it('gives no picture before the job is ready', async () => {
    const jobId = await accept('slow-30s', 'slow:2');
    await expect(simulator.fetch(jobId, signal)).rejects.toThrow('has no picture');
    await age(jobId, 30);
    const [image] = await simulator.fetch(jobId, signal);
    expect(image).toMatchObject({ contentType: 'image/png', width: 96, height: 72, seed: 5 });
  });

  it('refuses at submit what a vendor sees there, without a job', async () => {
    const refusal: unknown = await simulator
      .submit('fail-rate_limited', REQUEST, context('refused:1'))
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ category: 'rate_limited', retryAfterSeconds: 1 });
    await expect(simulator.submit('fail-moderated', REQUEST, context('refused:2'))).rejects.toMatchObject({
      category: 'moderated',
    });
    const { rowCount } = await database.pool.query(`select from simulator_jobs where request_key like 'refused:%'`);
    expect(rowCount).toBe(0);
  });

  it.each(['timeout', 'provider_unavailable', 'network', 'storage', 'stalled', 'expired', 'unknown'])(
    'accepts a job and fails it with %s at the poll, or at the first attempt only',
    async (category) => {
      const failing = await accept(`fail-${category}`, `${category}:always`);
      expect(await simulator.poll(failing, signal)).toMatchObject({ status: 'failed', category });
      await expect(simulator.fetch(failing, signal)).rejects.toMatchObject({ category: 'invalid_request' });
      const first = await accept(`${category}-then-ok`, `${category}:1`, 1);
      expect(await simulator.poll(first, signal)).toMatchObject({ status: 'failed', category });
      const second = await accept(`${category}-then-ok`, `${category}:2`, 2);
      expect((await simulator.poll(second, signal)).status).toBe('succeeded');
    },
  );

  it('keeps one job for each request key and counts what it was asked', async () => {
    const other = new SimulatorProvider(database.pool, true);
    const ids = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const each = index % 2 === 0 ? simulator : other;
        return each.submit('ok', REQUEST, context(`counted:${String(index % 3)}`));
      }),
    );
    expect(new Set(ids.map((each) => JSON.stringify(each))).size).toBe(3);
    const jobId = await accept('ok', 'counted:0');
    await Promise.all([simulator.fetch(jobId, signal), simulator.fetch(jobId, signal), other.fetch(jobId, signal)]);
    const { rows } = await database.pool.query(
      `select request_key, submits, fetches from simulator_jobs where request_key like 'counted:%' order by 1`,
    );
    expect(rows).toEqual([
      { request_key: 'counted:0', submits: 5, fetches: 3 },
      { request_key: 'counted:1', submits: 4, fetches: 0 },
      { request_key: 'counted:2', submits: 4, fetches: 0 },
    ]);
  });

  it('takes its latency on top of what the model says, also after a restart', async () => {
    const far = new SimulatorProvider(database.pool, true, 60_000);
    const submission = await far.submit('ok', REQUEST, context('far:1'));
    if (submission.status !== 'accepted') throw new Error('It was not accepted');
    expect(await simulator.poll(submission.jobId, signal)).toMatchObject({ status: 'running', progress: 0 });
  });

  it('says network when its server cannot be reached', async () => {
    const gone = await freshDatabase();
    const unreachable = new SimulatorProvider(gone.pool, true);
    await gone.drop();
    for (const call of [
      unreachable.submit('ok', REQUEST, context('gone:1')),
      unreachable.poll('sim_x', signal),
      unreachable.fetch('sim_x', signal),
      unreachable.cancel('sim_x'),
    ]) {
      await expect(call).rejects.toMatchObject({ name: 'ProviderError', category: 'network' });
    }
  });
});
