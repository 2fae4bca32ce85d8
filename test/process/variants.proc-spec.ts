import type { AcceptedJob, GenerationDetail } from '../../src/generation/status/generation-answer.dto.js';
import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment } from '../support/deployment.js';

describe('a job of several variants whose process is killed', () => {
  let deployment: Deployment;
  let program: DarkroomProcess;

  beforeAll(async () => {
    deployment = await Deployment.open();
  });
  beforeEach(async () => {
    program = await deployment.start('all');
  });
  afterEach(() => program.end('SIGKILL'));
  afterAll(() => deployment.close());

  const order = async (body: object): Promise<AcceptedJob> => {
    const response = await fetch(`${program.url}/api/generate/text-to-image`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a lighthouse at night', num_variants: 4, use_cache: false, seed: 10, ...body }),
    });
    expect(response.status).toBe(202);
    return (await response.json()) as AcceptedJob;
  };

  const detail = async (runId: string): Promise<GenerationDetail> =>
    (await (await fetch(`${program.url}/api/generate/${runId}`)).json()) as GenerationDetail;

  const types = async (runId: string): Promise<readonly string[]> =>
    (await deployment.timeline(runId)).map(({ type }) => type);
  const count = async (runId: string, type: string): Promise<number> =>
    (await types(runId)).filter((each) => each === type).length;

  const killAndStart = async (): Promise<void> => {
    await program.end('SIGKILL');
    program = await deployment.start('all');
  };

  it('keeps the variants that are there and makes only the others', async () => {
    const { run_id: runId } = await order({ width: 1024, height: 1024 });
    await eventually(
      () => count(runId, 'GenerationArtifactStored'),
      (stored) => stored > 0,
    );
    const before = (await deployment.timeline(runId)).filter(({ type }) => type === 'GenerationArtifactStored').length;
    await killAndStart();
    const run = await eventually(
      () => detail(runId),
      ({ completed_at: at }) => at !== null,
      90_000,
    );
    expect(run).toMatchObject({ status: 'completed', cost_usd: 0.008 });
    expect(run.artifacts.map(({ variant, seed }) => [variant, seed])).toEqual([
      [0, 10],
      [1, 11],
      [2, 12],
      [3, 13],
    ]);
    expect(before).toBeGreaterThan(0);
    expect(await count(runId, 'GenerationArtifactStored')).toBe(4);
    expect(await count(runId, 'GenerationCompleted')).toBe(1);
  });

  it('asks the vendor for the jobs that it has, and sends none again', async () => {
    const { run_id: runId } = await order({ model: 'simulator/slow-5s' });
    await eventually(
      () => count(runId, 'GenerationSubmitted'),
      (submitted) => submitted === 4,
    );
    await killAndStart();
    const run = await eventually(
      () => detail(runId),
      ({ completed_at: at }) => at !== null,
      60_000,
    );
    expect(run).toMatchObject({ status: 'completed', cost_usd: 0.04 });
    const jobs = await deployment.vendorJobs(runId);
    expect(jobs.map(({ request_key: key, submits }) => [key, submits]).sort()).toEqual([
      [`${runId}:1`, 1],
      [`${runId}:1:1`, 1],
      [`${runId}:1:2`, 1],
      [`${runId}:1:3`, 1],
    ]);
  });
});
