import type { Lineage } from '../../src/generation/refine/lineage.dto.js';
import type { Generation } from '../../src/generation/status/generation-answer.dto.js';
import type { Answer } from '../support/darkroom-api.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

let suite: DarkroomSuite;
beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

const refine = (id: string | number, body: object, headers: Record<string, string> = {}): Promise<Answer<Generation>> =>
  suite.api.post<Generation>(`/api/generate/${String(id)}/refine`, body, headers);
const lineage = async (id: string): Promise<Lineage> =>
  (await suite.api.get<Lineage>(`/api/generate/${id}/lineage`)).body;

const PARENT = { prompt: 'a lighthouse above a calm sea', width: 256, height: 256, seed: 99, lighting: 'soft' };

describe('a refinement', () => {
  it('is a new run from the same seed, which changes what its instruction asks for by name and nothing else', async () => {
    const { body: parent } = await suite.generate(PARENT);
    const { status, body: child } = await refine(parent.id, { instruction: ' at golden hour, with a sailing boat ' });
    expect(status).toBe(200);
    expect(child).toMatchObject({
      ...{ status: 'completed', parent_id: parent.run_id, instruction: 'at golden hour, with a sailing boat' },
      ...{ seed: 99, width: 256, height: 256, mode: 'ai' },
    });
    expect(child.run_id).not.toBe(parent.run_id);
    const asked: object = parent.parameters;
    expect(child.parameters).toEqual({
      ...asked,
      prompt: 'a lighthouse above a calm sea, at golden hour, with a sailing boat',
      lighting: 'golden-hour',
    });
    expect(child.reasoning).toMatchObject({ lighting: expect.stringContaining('golden hour') as unknown });
    const [before, after] = await Promise.all(
      [parent, child].map(async ({ image_url: url }) => (await suite.api.get(url ?? '')).bytes),
    );
    expect(before?.equals(after ?? Buffer.alloc(0))).toBe(false);
  });

  it('takes the fields that the caller gives', async () => {
    const { body: parent } = await suite.generate(PARENT);
    const { body: child } = await refine(parent.run_id, {
      ...{ instruction: 'closer', prompt: 'only a lamp', mode: 'manual', style: 'editorial', seed: 3, project_id: 5 },
      ...{ model: 'simulator/ok', height: 512, negative_prompt: 'people' },
    });
    expect(child).toMatchObject({
      ...{ provider: 'simulator', model: 'ok', height: 512, width: 256, seed: 3, project_id: 5, mode: 'manual' },
      parameters: { prompt: 'only a lamp, closer', style: 'editorial', lighting: 'soft', negative_prompt: 'people' },
    });
  });

  it('stays with the provider of its parent, and can take a field away', async () => {
    const { body: parent } = await suite.generate({ ...OK, negative_prompt: 'people' });
    const { body: child } = await refine(parent.run_id, {
      instruction: 'closer',
      model: 'timeout-then-ok',
      negative_prompt: '',
    });
    expect(child).toMatchObject({
      provider: 'simulator',
      model: 'timeout-then-ok',
      parameters: { negative_prompt: null },
    });
  });

  it('has the seed of the result that its parent shows, also where the parent took that from another run', async () => {
    const body = { ...OK, prompt: 'a blue car in the rain', use_cache: true, model: 'simulator/slow-5s' };
    const [leader, follower] = [await suite.begin(body), await suite.begin(body)];
    await suite.ended(leader.run_id);
    await suite.ended(follower.run_id);
    const { seed } = await suite.detail(follower.run_id);
    const { body: child } = await refine(follower.run_id, { instruction: 'closer', model: 'ok' });
    expect([child.seed, (await suite.detail(leader.run_id)).seed]).toEqual([seed, seed]);
  });

  it('of an item of a batch belongs to no batch, and lives when that is cancelled', async () => {
    const { body: batch } = await suite.api.post<{ batch_id: string; run_ids: string[] }>(
      '/api/generate/batch',
      { requests: [OK, { ...OK, model: 'simulator/slow-30s' }], parallel: false },
      { prefer: 'respond-async' },
    );
    const [first = ''] = batch.run_ids;
    await eventually(
      async () => (await suite.api.get<{ status?: string }>(`/api/generate/${first}`)).body.status,
      (status) => status === 'completed',
    );
    await suite.api.post(`/api/generate/batch/${batch.batch_id}/cancel`, undefined);
    const { status, body: child } = await refine(first, { instruction: 'in the snow' });
    expect([status, child.status, child.batch_id]).toEqual([200, 'completed', null]);
  });

  it('is found from both ends', async () => {
    const { body: first } = await suite.generate({ ...OK, seed: 1 });
    const { body: second } = await refine(first.run_id, { instruction: 'in the snow' });
    const { body: third } = await refine(second.run_id, { instruction: 'at night' });
    const { body: sibling } = await refine(first.run_id, { instruction: 'in the fog' });
    const ids = (runs: Lineage['ancestors']): string[] => runs.map(({ run_id }) => run_id);
    const [top, bottom] = [await lineage(first.run_id), await lineage(third.run_id)];
    expect(ids(top.refinements)).toEqual([second.run_id, sibling.run_id]);
    expect(top.refinements[0]).toMatchObject({ instruction: 'in the snow', status: 'completed' });
    expect(ids(bottom.ancestors)).toEqual([first.run_id, second.run_id]);
    expect(bottom.ancestors[0]?.instruction).toBeNull();
    expect(third.parameters.prompt).toBe('a red car in the rain, in the snow, at night');
  });

  it('is refused while its parent is not completed, and of nothing', async () => {
    const running = await suite.begin({ ...OK, model: 'simulator/slow-30s' });
    const { status, body } = await refine(running.run_id, { instruction: 'in the snow' });
    expect([status, body]).toMatchObject([409, { code: 'conflict' }]);
    await suite.api.post(`/api/generate/${running.run_id}/cancel`, undefined);
    expect((await refine(running.run_id, { instruction: 'in the snow' })).status).toBe(409);
    expect((await refine('01a1fbd0-0000-7000-8000-000000000000', { instruction: 'in the snow' })).status).toBe(404);
    const { body: parent } = await suite.generate(OK);
    for (const wrong of [{}, { instruction: 'ab' }, { instruction: 'in the snow', model: 'nobody/knows' }])
      expect((await refine(parent.run_id, wrong)).status).toBe(422);
  });

  it('is one run however often it is sent with its idempotency key, and answers at once where that is preferred', async () => {
    const { body: parent } = await suite.generate(OK);
    const headers = { 'idempotency-key': 'refined-once', prefer: 'respond-async' };
    const one = await refine(parent.run_id, { instruction: 'in the snow' }, headers);
    const again = await refine(parent.run_id, { instruction: 'in the snow' }, headers);
    expect([one.status, again.status]).toEqual([202, 202]);
    expect(again.body.run_id).toBe(one.body.run_id);
    expect(again.headers['idempotent-replayed']).toBe('true');
    await suite.ended(one.body.run_id);
    expect((await lineage(parent.run_id)).refinements).toHaveLength(1);
  });

  it('of a job keeps its variants', async () => {
    const { body: job } = await suite.api.post<Generation>('/api/generate/text-to-image', {
      ...OK,
      num_variants: 2,
      seed: 5,
    });
    await suite.ended(job.run_id);
    const { body: child } = await refine(job.run_id, { instruction: 'in the snow' });
    expect(child.parameters.num_variants).toBe(2);
    expect((await suite.detail(child.run_id)).artifacts.map(({ seed }) => seed).sort()).toEqual([5, 6]);
  });
});
