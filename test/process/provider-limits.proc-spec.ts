import { eventually } from '../support/darkroom-process.js';
import { Deployment, order } from '../support/deployment.js';

const LIMIT = { PROVIDER_LIMITS: 'simulator=2' };

describe('a provider with a limit, before workers that die', () => {
  // Each of its eight runs takes five seconds, two at a time.
  jest.setTimeout(120_000);

  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await Deployment.open();
  });
  afterAll(() => deployment.close());

  it('is never asked for more at once than it takes, and every run ends', async () => {
    const api = await deployment.start('api', LIMIT);
    await deployment.start('worker,projector', LIMIT);
    await deployment.start('worker,projector', LIMIT);
    const runIds: string[] = [];
    for (let count = 0; count < 7; count += 1) runIds.push((await order(api.url, 'simulator/slow-5s')).runId);
    const [first = ''] = runIds;
    await deployment.happened(first, 'GenerationSubmitted');
    const victim = await deployment.workerOf(first);
    await victim.end('SIGKILL');
    // One that is cancelled while it runs gives its slot to the next.
    const cancelled = await eventually(
      () =>
        deployment.sql<{ run_id: string }>(
          `select run_id from generations where status = 'processing' and run_id <> $1`,
          [first],
        ),
      (rows) => rows.length > 0,
    );
    const second = cancelled[0]?.run_id ?? '';
    await deployment.happened(second, 'GenerationSubmitted');
    await fetch(`${api.url}/api/generate/${second}/cancel`, { method: 'POST' });
    for (const runId of runIds.filter((each) => each !== second)) {
      await deployment.happened(runId, 'GenerationCompleted', 60_000);
      expect(await deployment.vendorJobs(runId)).toMatchObject([{ submits: 1, cancelled_at: null }]);
    }
    const [most] = await deployment.sql<{ most: number }>(
      `select max((select count(*) from simulator_jobs other
                    where other.submitted_at <= job.submitted_at and least(other.ready_at, other.cancelled_at) > job.submitted_at))::int as most
         from simulator_jobs job`,
    );
    expect(most).toEqual({ most: 2 });
    await eventually(
      () => deployment.sql('select from provider_slots'),
      (slots) => slots.length === 0,
    );
  });

  it('is refused at the start where nobody knows it, with a sentence', async () => {
    await expect(deployment.start('worker', { PROVIDER_LIMITS: 'simulator=2;midjourney=4' })).rejects.toThrow(
      /PROVIDER_LIMITS="simulator=2;midjourney=4" names the provider "midjourney"; there are builtin, simulator/,
    );
  });
});
