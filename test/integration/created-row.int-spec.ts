import { randomUUID } from 'node:crypto';
import { DecisionHandler } from '../../src/eventsourcing/decision-handler.js';
import type { GenerationCommand } from '../../src/generation/generation.commands.js';
import type { GenerationOrder } from '../../src/generation/generation.events.js';
import { GENERATION_EVENTS, type GenerationEvent } from '../../src/generation/generation.events.js';
import { rowOf } from '../../src/generation/generation-row.policy.js';
import type { Generation } from '../../src/generation/generation-state.policy.js';
import { GENERATION_KIND } from '../../src/generation/generation.store.js';
import { GetGenerationHandler } from '../../src/generation/status/generations.store.js';
import { GetGeneration } from '../../src/generation/status/generation.queries.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA } from '../support/event-samples.js';
import { artifactOf, HASH, NOW, orderOf, please, sharedResult } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';

const ORDERS: readonly (readonly [string, Partial<GenerationOrder>])[] = [
  ['a plain one', {}],
  [
    'one that was directed, with a hash and a price',
    {
      ...{
        mode: 'ai',
        visual: { style: 'cinematic', fov: 'wide' },
        reasoning: { style: 'fits' },
      },
      ...{ prompt_hash: HASH, cost_estimate_usd: 0.004, negative_prompt: 'blurry', seed: Number.MAX_SAFE_INTEGER },
      ...{ cfg_scale: 7.25, project_id: 7, model_version: '3' },
    },
  ],
  ['a refined one', { parent_id: randomUUID(), instruction: 'warmer, please' }],
  ['one with a preset', { preset: 'noir', preset_version: 2, prompt_template: '{prompt}, in black and white' }],
  ['one with a deadline', { expires_in: 90 }],
  ['one of a batch', { batch_id: randomUUID(), batch_index: 3 }],
  [
    'a job',
    {
      ...{ type: 'video', num_variants: 2, video: { duration_seconds: 2.5, fps: 24, motion: 'smooth' } },
      inputs: { image: { id: randomUUID(), sha256: 'ef'.repeat(32) } },
    },
  ],
];

describe('the row of a run that was just made', () => {
  let database: TestDatabase;
  let process: KernelProcess;
  let generations: DecisionHandler<Generation, GenerationCommand, GenerationEvent>;

  beforeAll(async () => {
    database = await freshDatabase();
    process = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS] });
    generations = new DecisionHandler(process.store, GENERATION_KIND);
  });
  afterAll(async () => {
    await process.close();
    await database.drop();
  });

  const bothRows = async (command: GenerationCommand): Promise<{ readonly here: unknown; readonly stored: object }> => {
    const runId = randomUUID();
    const decision = await generations.decide(runId, command, { metadata: METADATA });
    const stored = await new GetGenerationHandler(process.pool).execute(new GetGeneration({ kind: 'uuid', id: runId }));
    return { here: rowOf(runId, decision), stored };
  };

  it.each(ORDERS)('is the one that the database holds: %s', async (_, order) => {
    const { here, stored } = await bothRows(please.create({ order: orderOf(order) }));
    expect(here).toMatchObject(stored);
  });

  it.each(ORDERS)('is the one that the database holds, answered from the cache: %s', async (_, order) => {
    const result = { ...sharedResult('cache'), artifacts: [{ ...artifactOf(), id: randomUUID() }] };
    const { here, stored } = await bothRows({ type: 'AnswerFromCache', order: orderOf(order), result, now: NOW });
    expect(stored).toMatchObject({ status: 'completed', cached: true, version: 3 });
    expect(here).toMatchObject(stored);
  });

  it('is none where the request led to another run', () => {
    expect(rowOf(randomUUID(), { outcome: 'replay', streamId: randomUUID() })).toBeNull();
  });
});
