import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { AttemptProcessor } from '../../src/generation/execution/attempt.processor.js';
import { AttemptClaims } from '../../src/generation/execution/claim-attempt.processor.js';
import { WorkerLeases } from '../../src/generation/execution/workers.store.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { Generations } from '../../src/generation/generation.store.js';
import { hiddenTexts, lineFields } from '../../src/platform/logging/log-context.js';
import { DiskBlobStore } from '../../src/platform/storage/disk-blob.store.js';
import { ProviderError, type Submission } from '../../src/providers/image-provider.port.js';
import { ModelCatalogue } from '../../src/providers/model-catalogue.port.js';
import { NobodyListens, openGate } from '../support/attempt-workers.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { METADATA } from '../support/event-samples.js';
import { orderOf, please } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';
import { ScriptedVendor } from '../support/scripted-vendor.js';

describe('an attempt', () => {
  let database: TestDatabase;
  let process: KernelProcess;
  let folder: string;
  let generations: Generations;
  let vendor: ScriptedVendor;
  let processor: AttemptProcessor;
  const logged: string[] = [];
  /** Of the latest line. */
  let hidden: readonly string[] = [];
  let fields: Readonly<Record<string, unknown>> = {};

  beforeAll(async () => {
    const keep = (message: unknown): void => {
      logged.push(inspect(message));
      hidden = hiddenTexts();
      fields = lineFields();
    };
    Logger.overrideLogger({ log: keep, warn: keep, error: keep, debug: keep });
    database = await freshDatabase();
    folder = await mkdtemp(join(tmpdir(), 'darkroom-attempts-'));
    process = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS] });
    generations = new Generations(process.store);
    vendor = new ScriptedVendor();
    const leases = new WorkerLeases(process.pool, 60, () => undefined);
    const schedule = (): { baseSeconds: number; jitter: number; random: number } => ({
      baseSeconds: 1,
      jitter: 0,
      random: 0,
    });
    processor = new AttemptProcessor(
      {
        generations,
        models: new ModelCatalogue([vendor], 'scripted/any'),
        blobs: new DiskBlobStore(folder),
        progress: new NobodyListens(),
        claims: new AttemptClaims(generations, leases, openGate(process.pool, leases), schedule),
        tail: process.tail,
      },
      { timeoutSeconds: 60, schedule },
      leases.workerId,
    );
  });
  afterAll(async () => {
    Logger.overrideLogger(true);
    await process.close();
    await rm(folder, { recursive: true });
    await database.drop();
  });
  beforeEach(() => {
    logged.length = 0;
  });

  /** The event that the attempt ended with. */
  const endOf = async (
    submit: () => Promise<Submission>,
  ): Promise<{ readonly type: string; readonly data: object }> => {
    vendor.onSubmit = submit;
    const runId = randomUUID();
    await generations.decide(runId, please.create({ order: orderOf({ provider: 'scripted', model: 'any' }) }), {
      metadata: METADATA,
    });
    await processor.handle({ id: `${runId}:1`, data: { run_id: runId, attempt: 1 } }, new AbortController().signal);
    const end = (await process.store.readStream(runId)).at(-1);
    return { type: end?.type ?? '', data: end?.data ?? {} };
  };

  it('that fails as nobody foresaw says so without the words of the error, which are logged with their place', async () => {
    const end = await endOf(() => Promise.reject(new TypeError('the key is hunter2')));
    expect(end).toMatchObject({
      type: 'GenerationRetried',
      data: { category: 'unknown', message: 'The attempt failed unexpectedly' },
    });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("category: 'unknown'");
    expect(logged[0]).toMatch(/err: TypeError: the key is hunter2\n\s+at .*attempt-processor/);
  });

  it('that fails as a provider may is told in its words, and by its category alone in the log', async () => {
    const end = await endOf(() => Promise.reject(new ProviderError('provider_unavailable', 'Back at noon')));
    expect(end.data).toMatchObject({ category: 'provider_unavailable', message: 'Back at noon' });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("category: 'provider_unavailable'");
    expect(logged[0]).not.toContain('Back at noon');
  });

  it('logs with its run, and hides the prompts of that in what it logs', async () => {
    await endOf(() => Promise.reject(new ProviderError('network', 'no')));
    const { prompt, negative_prompt: negative } = orderOf({});
    expect(hidden).toEqual(expect.arrayContaining([prompt, ...(negative === null ? [] : [negative])]));
    expect(fields).toMatchObject({ run_id: expect.any(String) as string, attempt: 1, provider: 'scripted' });
  });

  it('ends also with words that PostgreSQL cannot store', async () => {
    const words = `Upstream said \u0000${String.fromCharCode(0xd800)}`;
    const end = await endOf(() => Promise.reject(new ProviderError('provider_unavailable', words)));
    expect(end.data).toMatchObject({ message: 'Upstream said  \ufffd' });
  });

  it('ends also with a job id that PostgreSQL cannot store', async () => {
    const end = await endOf(() => Promise.resolve({ status: 'accepted', jobId: 'job\u0000' }));
    expect(end.data).toMatchObject({ category: 'unknown', message: expect.stringContaining('id') as unknown });
  });
});
