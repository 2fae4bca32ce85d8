import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artifactOf } from '../../../test/support/generations.js';
import { DiskBlobStore } from '../../platform/storage/disk-blob.store.js';
import {
  ImageProvider,
  ProviderError,
  type ErrorCategory,
  type ImageRequest,
  type PollResult,
  type ProducedImage,
  type Submission,
  type SubmitContext,
} from '../../providers/image-provider.port.js';
import { AttemptLost } from '../generation.errors.js';
import type { GenerationOrder } from '../generation.events.js';
import { runAttempt, type AttemptInput, type AttemptResult, type VariantResult } from './run-attempt.processor.js';

const PICTURE: ProducedImage = {
  content: Buffer.from('the bytes'),
  contentType: 'image/png',
  width: 8,
  height: 8,
  seed: 1,
};
const ORDER = { model: 'any', prompt: 'a pier', visual: {}, seed: 1 } as GenerationOrder;

/** A vendor whose line breaks as often as its answers say. */
class RemoteVendor extends ImageProvider {
  readonly id = 'remote';
  readonly name = 'Remote';
  readonly models = [];
  readonly idempotentSubmit = false;
  readonly unavailableBecause = null;
  submits = 0;

  constructor(
    private readonly polls: (PollResult | ErrorCategory)[],
    private readonly fetches: ErrorCategory[] = [],
  ) {
    super();
  }

  override submit(): Promise<Submission> {
    this.submits += 1;
    return Promise.resolve({ status: 'accepted', jobId: 'job-1' });
  }
  override poll(): Promise<PollResult> {
    const next = this.polls.shift() ?? { status: 'succeeded', costUsd: 0.5 };
    return typeof next === 'string'
      ? Promise.reject(new ProviderError(next, `no answer: ${next}`, 0.01))
      : Promise.resolve(next);
  }
  override fetch(): Promise<readonly ProducedImage[]> {
    const next = this.fetches.shift();
    return next === undefined
      ? Promise.resolve([PICTURE])
      : Promise.reject(new ProviderError(next, `no bytes: ${next}`, 0.01));
  }
  override cancel(): Promise<void> {
    return Promise.resolve();
  }
  override close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Answers at once, and fails the variants that it is told to fail. */
class QuickVendor extends RemoteVendor {
  readonly seeds: number[] = [];
  constructor(private readonly failing: Readonly<Record<number, ErrorCategory>> = {}) {
    super([]);
  }

  override submit(_model?: string, request?: ImageRequest): Promise<Submission> {
    const seed = request?.seed ?? -1;
    this.seeds.push(seed);
    const category = this.failing[seed];
    if (category) return Promise.reject(new ProviderError(category, `no: ${category}`));
    const content = Buffer.from(`the bytes of ${String(seed)}`);
    return Promise.resolve({ status: 'succeeded', images: [{ ...PICTURE, content, seed }], costUsd: 0.1 });
  }
}

describe('an attempt at a vendor that takes jobs', () => {
  let folder: string;
  let blobs: DiskBlobStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'darkroom-attempt-'));
    blobs = new DiskBlobStore(folder);
    await blobs.prepare();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = (
    provider: ImageProvider,
    signal = new AbortController().signal,
    takenOver: Partial<AttemptInput> = {},
  ): Promise<AttemptResult> =>
    runAttempt(
      { provider, blobs, timeoutSeconds: 60 },
      { runId: 'run', attempt: 1, order: ORDER, artifacts: [], providerJobs: {}, takenOver: false, ...takenOver },
      {
        submitted: () => Promise.resolve(),
        stored: () => Promise.resolve(),
        expired: () => Promise.resolve(),
        progress: () => undefined,
      },
      signal,
    );

  it('asks again for an accepted job while the vendor cannot be reached, and sends nothing again', async () => {
    const vendor = new RemoteVendor(
      [
        'network',
        'provider_unavailable',
        'rate_limited',
        'timeout',
        { status: 'running', progress: 0.5, pollAfterMs: 1 },
      ],
      ['network'],
    );
    const { artifacts, costUsd } = await run(vendor);
    expect(artifacts).toHaveLength(1);
    expect(costUsd).toBe(0.5);
    expect(vendor.submits).toBe(1);
  });

  it.each(['network', 'moderated'] as const)(
    'ends as the job ended, when the vendor says that it failed (%s)',
    async (category) => {
      const vendor = new RemoteVendor([{ status: 'failed', category, message: 'it went wrong' }]);
      await expect(run(vendor)).rejects.toMatchObject({ category, message: 'it went wrong' });
    },
  );

  it('is stalled when another worker may have sent it, and is not sent again: the vendor would take it for another job', async () => {
    const vendor = new RemoteVendor([]);
    await expect(run(vendor, undefined, { takenOver: true })).rejects.toMatchObject({ category: 'stalled' });
    expect(vendor.submits).toBe(0);
  });

  it('goes on with the job of the worker before it, where the log knows that', async () => {
    const vendor = new RemoteVendor([]);
    expect((await run(vendor, undefined, { takenOver: true, providerJobs: { 0: 'job-1' } })).artifacts).toHaveLength(1);
    expect(vendor.submits).toBe(0);
  });

  it('gives up at once on a question that will never be answered', async () => {
    await expect(run(new RemoteVendor(['unauthorized']))).rejects.toMatchObject({ category: 'unauthorized' });
  });

  const variants = async (
    vendor: ImageProvider,
    input: Partial<AttemptInput> = {},
    timeoutSeconds = 60,
  ): Promise<{ stored: VariantResult[]; progress: number[]; expired: number[]; ended: Promise<AttemptResult> }> => {
    const [stored, progress, expired]: [VariantResult[], number[], number[]] = [[], [], []];
    const ended = runAttempt(
      { provider: vendor, blobs, timeoutSeconds },
      {
        ...{ runId: 'run', attempt: 1, order: { ...ORDER, num_variants: 3, seed: 2 ** 32 - 1 } },
        ...{ artifacts: [], providerJobs: {}, takenOver: false },
        ...input,
      },
      {
        submitted: () => Promise.resolve(),
        stored: (result) => {
          stored.push(result);
          return Promise.resolve();
        },
        expired: (variant) => {
          expired.push(variant);
          return Promise.resolve();
        },
        progress: (share) => progress.push(share),
      },
      new AbortController().signal,
    );
    await ended.catch(() => undefined);
    return { stored, progress, expired, ended };
  };
  const numbersOf = (results: readonly VariantResult[]): number[] =>
    results.map(({ artifact }) => artifact.variant).sort((a, b) => a - b);

  it('makes each variant with a seed of its own and tells of each as it comes', async () => {
    const vendor = new QuickVendor();
    const { stored, ended } = await variants(vendor);
    expect(vendor.seeds).toEqual([2 ** 32 - 1, 0, 1]);
    expect(numbersOf(stored)).toEqual([0, 1, 2]);
    expect(await ended).toEqual({ artifacts: [], costUsd: 0 });
  });

  it('makes the others to their end where one fails, and fails with the fault that no attempt would mend', async () => {
    const vendor = new QuickVendor({ [2 ** 32 - 1]: 'timeout', 1: 'moderated' });
    const { stored, ended } = await variants(vendor);
    await expect(ended).rejects.toMatchObject({ category: 'moderated' });
    expect(numbersOf(stored)).toEqual([1]);
  });

  it('makes only what the run lacks', async () => {
    const vendor = new QuickVendor();
    const made = [0, 2].map((variant) => ({ ...artifactOf(), variant }));
    const { stored, ended } = await variants(vendor, { artifacts: made });
    expect(vendor.seeds).toEqual([0]);
    expect(stored).toEqual([]);
    expect(await ended).toMatchObject({ artifacts: [{ variant: 1, seed: 0 }], costUsd: 0.1 });
  });

  it('has nothing to make where its worker died between the last variant and the end', async () => {
    const vendor = new QuickVendor();
    const { ended } = await variants(vendor, { artifacts: [0, 1, 2].map(artifactOf), takenOver: true });
    expect(await ended).toEqual({ artifacts: [], costUsd: 0 });
    expect(vendor.seeds).toEqual([]);
  });

  it('asks for the variants whose jobs are known and is stalled over the others', async () => {
    const vendor = new RemoteVendor([]);
    const { stored, ended } = await variants(vendor, { takenOver: true, providerJobs: { 1: 'job-1' } });
    await expect(ended).rejects.toMatchObject({ category: 'stalled' });
    expect(numbersOf(stored)).toEqual([1]);
    expect(vendor.submits).toBe(0);
  });

  it('tells which variants the provider took too long for, whatever else went wrong', async () => {
    const slow = new QuickVendor({ 0: 'moderated' });
    const quick = slow.submit.bind(slow);
    slow.submit = ((model: string, request: ImageRequest, { signal }: SubmitContext) =>
      request.seed === 1
        ? new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error);
            });
          })
        : quick(model, request)) as typeof slow.submit;
    const { expired, stored, ended } = await variants(slow, {}, 0.05);
    await expect(ended).rejects.toMatchObject({ category: 'moderated' });
    expect(expired).toEqual([2]);
    expect(numbersOf(stored)).toEqual([0]);
  });

  it('does not count the time in which the provider serves others first', async () => {
    const busy = new QuickVendor();
    const quick = busy.submit.bind(busy);
    busy.submit = (async (model: string, request: ImageRequest, { onWaiting }: SubmitContext) => {
      onWaiting?.(true);
      await once(AbortSignal.timeout(120), 'abort');
      onWaiting?.(false);
      return quick(model, request);
    }) as typeof busy.submit;
    expect((await variants(busy, {}, 0.05)).stored).toHaveLength(3);
  });

  it('stops all variants where the attempt is no longer its own', async () => {
    const vendor = new RemoteVendor(Array.from({ length: 1_000 }, () => 'network' as const));
    const lost = new AttemptLost('another worker has it');
    const ended = runAttempt(
      { provider: vendor, blobs, timeoutSeconds: 60 },
      {
        ...{ runId: 'run', attempt: 1, order: { ...ORDER, num_variants: 3 }, artifacts: [], providerJobs: {} },
        takenOver: false,
      },
      {
        submitted: (variant) => (variant === 2 ? Promise.reject(lost) : Promise.resolve()),
        ...{ stored: () => Promise.resolve(), expired: () => Promise.resolve(), progress: () => undefined },
      },
      new AbortController().signal,
    );
    await expect(ended).rejects.toBe(lost);
  });

  it('needs no picture of the order where the provider has the jobs', async () => {
    const gone = { image: { id: 'an upload', sha256: 'ab'.repeat(32) } };
    const input = { order: { ...ORDER, inputs: gone }, takenOver: true, providerJobs: { 0: 'job-1' } };
    expect((await run(new RemoteVendor([]), undefined, input)).artifacts).toHaveLength(1);
    await expect(run(new RemoteVendor([]), undefined, { order: { ...ORDER, inputs: gone } })).rejects.toThrow();
  });

  it('stops asking when it is told to stop', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const result = run(new RemoteVendor(Array.from({ length: 1_000 }, () => 'network' as const)), controller.signal);
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
  });
});
