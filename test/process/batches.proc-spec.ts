import type { BatchAnswer } from '../../src/batches/batch.dto.js';
import { eventually, type DarkroomProcess } from '../support/darkroom-process.js';
import { Deployment } from '../support/deployment.js';

const item = (model: string): object => ({
  prompt: 'a lighthouse at night',
  model: `simulator/${model}`,
  use_cache: false,
});

describe('a sequential batch whose process is killed', () => {
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

  const order = async (models: readonly string[], more: object = {}): Promise<BatchAnswer> => {
    const response = await fetch(`${program.url}/api/generate/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify({ requests: models.map(item), parallel: false, ...more }),
    });
    expect(response.status).toBe(202);
    return (await response.json()) as BatchAnswer;
  };

  const killAndStart = async (): Promise<void> => {
    await program.end('SIGKILL');
    program = await deployment.start('all');
  };

  const ended = (batchId: string): Promise<BatchAnswer> =>
    eventually(
      async () => (await (await fetch(`${program.url}/api/generate/batch/${batchId}`)).json()) as BatchAnswer,
      ({ completed_at: at }) => at !== null,
      60_000,
    );

  /** Types of the batch's own events. */
  const types = async (batchId: string): Promise<readonly string[]> =>
    (await deployment.timeline(batchId)).map(({ type }) => type);

  /** Each item was made once, by one call of the vendor, after the one before it. */
  const expectEachOnce = async ({ batch_id: batchId, run_ids: runs }: BatchAnswer): Promise<void> => {
    let before = '';
    for (const runId of runs) {
      const events = await deployment.timeline(runId);
      expect(events.filter(({ type }) => type === 'GenerationCreated')).toHaveLength(1);
      expect(events.filter(({ type }) => type === 'GenerationCompleted')).toHaveLength(1);
      expect(await deployment.vendorJobs(runId)).toMatchObject([{ request_key: `${runId}:1` }]);
      const [first, last] = [events[0], events.at(-1)].map((event) => new Date(event?.occurred_at ?? 0).toISOString());
      expect((first ?? '') > before).toBe(true);
      before = last ?? '';
    }
    expect((await types(batchId)).filter((type) => type === 'BatchItemEnded')).toHaveLength(runs.length);
  };

  it('goes on where it was: the item that was being made is finished, and the others follow', async () => {
    const batch = await order(['ok', 'slow-5s', 'ok', 'ok']);
    await deployment.happened(batch.run_ids[1] ?? '', 'GenerationSubmitted');
    await killAndStart();
    const { status, successful, errors } = await ended(batch.batch_id);
    expect({ status, successful, errors }).toEqual({
      status: 'completed',
      successful: 4,
      errors: [null, null, null, null],
    });
    await expectEachOnce(batch);
    expect(await deployment.vendorJobs(batch.run_ids[1] ?? '')).toMatchObject([{ submits: 1, fetches: 1 }]);
  });

  it('goes on where it was, again and again, also between two items', async () => {
    const batch = await order(Array.from({ length: 12 }, () => 'ok'));
    for (const place of [0, 3, 6, 9]) {
      await deployment.happened(batch.run_ids[place] ?? '', 'GenerationCompleted', 60_000);
      await killAndStart();
    }
    expect(await ended(batch.batch_id)).toMatchObject({ status: 'completed', successful: 12 });
    await expectEachOnce(batch);
  });

  it('winds down where it was being cancelled', async () => {
    const batch = await order(['slow-30s', 'ok']);
    await deployment.happened(batch.run_ids[0] ?? '', 'GenerationSubmitted');
    const cancelling = fetch(`${program.url}/api/generate/batch/${batch.batch_id}/cancel`, { method: 'POST' });
    cancelling.catch(() => undefined);
    await deployment.happened(batch.batch_id, 'BatchStopped');
    await killAndStart();
    expect(await ended(batch.batch_id)).toMatchObject({ status: 'cancelled', successful: 0, failed: 2 });
    expect((await deployment.timeline(batch.run_ids[0] ?? '')).at(-1)?.type).toBe('GenerationCancelled');
    expect(await deployment.timeline(batch.run_ids[1] ?? '')).toEqual([]);
  });
});
